// Svelte 5's defaults: every component here uses runes, and a test library's own component still may not.
export default { compilerOptions: {} };
