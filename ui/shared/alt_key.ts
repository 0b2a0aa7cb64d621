// Alt and a letter or a figure, as the buttons name them: by what the key writes, where that is one. Under Alt, and in many layouts at
// all, it is another sign (ç on a Mac, ψ in Greek, & for 1 in France): then by the place of the key.

const NAMED = /^[A-Z0-9]$/;
const PLACE = /^(?:Key|Digit|Numpad)([A-Z0-9])$/;

/** The letter, as a capital, or the figure that is pressed with Alt alone; null: another key, or other keys with it. */
export function altKeyOf({ altKey, ctrlKey, metaKey, key, code }: KeyboardEvent): string | null {
  if (!altKey || ctrlKey || metaKey) return null;
  const written = key.toUpperCase();
  return NAMED.test(written) ? written : (PLACE.exec(code)?.[1] ?? null);
}
