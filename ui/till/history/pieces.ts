// What is typed, in its pieces: blanks part them, and quotes keep words together and as they are.

/** A word, or what stands between quotes. */
export interface Piece {
  /** What it says. */
  text: string;
  /** As it is typed, with its quotes. */
  typed: string;
  /** It is looked for as it is, whatever it would mean. */
  isQuoted: boolean;
}

/** Quotes of any kind that a keyboard writes. While the second one has not been typed, they go to the end. */
const PIECE = /["“”„«»]([^"“”„«»]*)(["“”„«»]|$)|\S+/gu;

export const apart = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '');
export const alike = (word: string): string => word.toLocaleLowerCase();

/** The pieces of a text, in their order. */
export function pieces(text: string): Piece[] {
  return [...text.matchAll(PIECE)].flatMap(([typed, quoted, end]): Piece[] => {
    if (quoted === undefined) return [{ text: typed, typed, isQuoted: false }];
    const said = apart(quoted).join(' ');
    // What is put behind it is not to stand between its quotes.
    return said === '' ? [] : [{ text: said, typed: end === '' ? `${typed}"` : typed, isQuoted: true }];
  });
}
