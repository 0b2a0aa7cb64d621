// The main window: dist/till/index.html with its assets, served from Tauri's own origin.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { TARGETS } from './build/targets.ts';

export default defineConfig({
  root: fileURLToPath(new URL('./till', import.meta.url)),
  base: './',
  plugins: [svelte({ configFile: '../svelte.config.js' })],
  // Whatever NODE_ENV says: what is built holds no fake.
  define: { __FAKE_CORE__: 'false' },
  build: {
    outDir: fileURLToPath(new URL('./dist/till', import.meta.url)),
    emptyOutDir: true,
    target: TARGETS,
    cssTarget: TARGETS,
    // The window's policy is `default-src 'self'`: no data: addresses, no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
