// Where an amount stands in what is typed, however it is written: `1 250`, `€ 100`, `100 EUR`. What it means, the core reads.
import { alike, type Piece } from './pieces';

/** How the shop writes money. */
export interface Written {
  locale: string;
  /** Its currency's code, in capitals. */
  currency: string;
}

/** Figures, with what parts them. */
const FIGURES = /^(?=.*\p{Nd})[\p{Nd}.,'’．，]+$/u;
/** The beginning of an amount that is written with blanks, and what goes on with it: figures in threes. */
const FIRST = /^\p{Nd}{1,3}$/u;
const FURTHER = /^\p{Nd}{3}(?:[.,．，]\p{Nd}*)?$/u;
const IN_THREES = /^\p{Nd}{3}$/u;
const ANY_SIGN = /^\p{Sc}$/u;

/** The signs of the shop's own currency: its code, and as the locale writes it, long and short. */
function ownSigns({ locale, currency }: Written): string[] {
  const sign = (currencyDisplay: 'symbol' | 'narrowSymbol') =>
    new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay }).formatToParts(0).find(({ type }) => type === 'currency')
      ?.value ?? currency;
  return [currency, sign('symbol'), sign('narrowSymbol')].map(alike);
}

/**
 * Whether this is a currency's sign or code. Another currency's code is one in capitals alone: "Ron" and "all" are words.
 */
function isSign(word: string, own: readonly string[]): boolean {
  if (ANY_SIGN.test(word) || own.includes(alike(word))) return true;
  return /^[A-Z]{3}$/u.test(word) && Intl.supportedValuesOf('currency').includes(word);
}

/** The figures of a word that may have a sign close before or behind them. */
function bare(word: string, own: readonly string[]): string {
  const [, before = '', within = word, behind = ''] = /^([^\p{Nd}.,'’]*)(.*?)([^\p{Nd}.,'’]*)$/u.exec(word) ?? [];
  const signs = [before, behind].filter((sign) => sign !== '');
  return signs.length < 2 && signs.every((sign) => isSign(sign, own)) ? within : word;
}

/** The amount that begins at this piece, as it is typed, and of how many pieces it is; null: none does. */
export function amountAt(typed: readonly Piece[], at: number, written: Written): { text: string; length: number } | null {
  const own = ownSigns(written);
  const word = (nth: number): string => {
    const piece = typed[nth];
    return piece === undefined || piece.isQuoted ? '' : piece.text;
  };
  const begins = isSign(word(at), own) ? at + 1 : at;
  const first = bare(word(begins), own);
  if (!FIGURES.test(first)) return null;
  let end = begins + 1;
  let last = first;
  while ((end === begins + 1 ? FIRST : IN_THREES).test(last) && FURTHER.test(bare(word(end), own))) {
    last = bare(word(end), own);
    end += 1;
  }
  const isSigned = begins > at || first !== word(begins) || last !== bare(word(end - 1), own);
  if (!isSigned && isSign(word(end), own)) end += 1;
  return {
    text: typed
      .slice(at, end)
      .map(({ text }) => text)
      .join(' '),
    length: end - at,
  };
}

/** Whether the whole of this looks like an amount, and like nothing else that has figures. */
export function looksLikeAmount(typed: readonly Piece[], written: Written): boolean {
  const text = typed.map((piece) => piece.text).join(' ');
  if (/^\p{Nd}*$/u.test(text) || typed.some(({ isQuoted }) => isQuoted)) return false;
  const own = ownSigns(written);
  return typed.every((piece) => isSign(piece.text, own) || FIGURES.test(bare(piece.text, own))) && /\p{Nd}/u.test(text);
}
