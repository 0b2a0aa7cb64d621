// Found by hand, so that no test run stops to optimise and reload.
export const OPTIMIZED = [
  'vitest-browser-svelte',
  'svelte',
  'svelte/reactivity',
  '@tauri-apps/api/core',
  '@tauri-apps/api/event',
  'axe-core',
];
