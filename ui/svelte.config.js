// Svelte 5 in runes mode everywhere; styles are extracted to files (the main window's policy has no inline style).
export default { compilerOptions: { runes: true } };
