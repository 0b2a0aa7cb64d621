// The payment window: ONE self-contained HTML file and the hashes of what is inline in it.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { onePage } from './build/one_page.ts';
import { TARGETS } from './build/targets.ts';

export default defineConfig({
  root: fileURLToPath(new URL('./payment', import.meta.url)),
  base: './',
  plugins: [svelte({ configFile: '../svelte.config.js' }), onePage()],
  // Whatever NODE_ENV says: what is built holds no fake.
  define: { __FAKE_CORE__: 'false' },
  build: {
    outDir: fileURLToPath(new URL('./dist/payment', import.meta.url)),
    emptyOutDir: true,
    target: TARGETS,
    cssTarget: TARGETS,
    cssCodeSplit: false,
    // Nothing may be fetched: the font too is in the file.
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: fileURLToPath(new URL('./payment/payment.html', import.meta.url)),
      output: { codeSplitting: false },
    },
  },
});
