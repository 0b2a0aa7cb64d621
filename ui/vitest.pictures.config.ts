// `cargo xtask pictures`: a picture of every screen of the catalogue, in a project of its own that no test run takes.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import type { BrowserCommand } from 'vitest/node';
import { CHROMIUM, CHROMIUM_ARGS } from './tests/chromium.ts';
import { OPTIMIZED } from './tests/optimized.ts';

const FOLDER = process.env['COUNTERSIGN_PICTURES'] ?? fileURLToPath(new URL('../target/pictures', import.meta.url));

/** Keeps what the page shows now as `name.png`. */
const picture: BrowserCommand<[name: string]> = async ({ page, iframe }, name) => {
  const clip = await iframe.owner().boundingBox();
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', ...(clip === null ? {} : { clip }) });
};

export default defineConfig({
  plugins: [svelte()],
  optimizeDeps: { include: OPTIMIZED },
  test: {
    name: 'pictures',
    include: ['tests/pictures.ts'],
    testTimeout: 120_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      commands: { picture },
      provider: playwright({ launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_ARGS } }),
      instances: [{ browser: 'chromium', viewport: { width: 1180, height: 800 } }],
    },
  },
});
