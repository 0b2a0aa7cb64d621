// Two kinds of tests: screens and components in a real Chromium over the fake core, and the built files as they are shipped.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM, CHROMIUM_ARGS } from './tests/chromium.ts';
import { OPTIMIZED } from './tests/optimized.ts';

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [svelte()],
        optimizeDeps: { include: OPTIMIZED },
        test: {
          name: 'screens',
          include: ['tests/**/*.browser.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_ARGS } }),
            instances: [{ browser: 'chromium', viewport: { width: 1180, height: 780 } }],
          },
        },
      },
      {
        plugins: [svelte()],
        test: { name: 'built', include: ['tests/**/*.built.test.ts'], environment: 'node', testTimeout: 60_000, hookTimeout: 120_000 },
      },
    ],
  },
});
