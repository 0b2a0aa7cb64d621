// Development in a plain browser: http://localhost:5173/till/ and /payment/payment.html, both over the fake core.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [svelte()],
  define: { __FAKE_CORE__: 'true' },
  server: { host: '127.0.0.1' },
});
