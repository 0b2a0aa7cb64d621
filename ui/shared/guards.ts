// What a browser does by itself and a till must not: reload, print, go back, open a menu, load a dropped file.
// Selecting and copying text stays possible.

function reloadsPrintsOrLeaves(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  const command = event.ctrlKey || event.metaKey;
  if (key === 'f5' || (command && (key === 'r' || key === 'p'))) return true;
  return event.altKey && (key === 'arrowleft' || key === 'arrowright');
}

/** Puts the guards on a window. Returns what takes them off again (tests need that; the application never does). */
export function guard(target: Window): () => void {
  const done = new AbortController();
  const options = { capture: true, signal: done.signal };
  const prevent = (event: Event) => {
    event.preventDefault();
  };
  target.addEventListener(
    'keydown',
    (event) => {
      if (reloadsPrintsOrLeaves(event)) event.preventDefault();
    },
    options,
  );
  target.addEventListener('contextmenu', prevent, options);
  target.addEventListener('dragover', prevent, options);
  target.addEventListener('drop', prevent, options);
  target.addEventListener('dragstart', prevent, options);
  return () => {
    done.abort();
  };
}
