// Where the bars of a chart stand: taken up, given back down, all by one measure.
import type { SumsView } from '../../shared/bindings/SumsView';
import type { Slot } from './labels';

/** A slot's sums in one currency; none where nothing moved. */
export interface Column {
  readonly slot: Slot;
  readonly sums: SumsView | null;
}

/** A bar, in pixels. */
export interface Bar {
  readonly column: Column;
  readonly x: number;
  readonly width: number;
  readonly up: number;
  readonly down: number;
}

/** A chart, in pixels. */
export interface Chart {
  readonly bars: readonly Bar[];
  /** Where nothing is. */
  readonly base: number;
  /** The column of which most was taken, and the one of which most was given back; null where none was. */
  readonly most: SumsView | null;
  readonly mostBack: SumsView | null;
}

/** When some of the bars are, under them. */
export interface Mark {
  readonly from_ms: number;
  readonly text: string;
  /** From the left, in pixels. */
  readonly at: number;
  /** It begins there, or has its middle there. */
  readonly begins: boolean;
}

/** So much of its place a bar fills. */
const FILLS = 0.72;
/** What is more than nothing is seen. */
const LEAST = 2;
/** A mark under the bars has so much room. */
const MARK = 68;

/** `height` is of the bars alone. */
export function chartOf(columns: readonly Column[], width: number, height: number): Chart {
  const most = greatest(columns, (sums) => sums.taken.amount_minor);
  const mostBack = greatest(columns, (sums) => sums.refunded.amount_minor);
  const up = most?.taken.amount_minor ?? 0;
  const all = up + (mostBack?.refunded.amount_minor ?? 0);
  const measure = (minor: number) => (minor <= 0 ? 0 : Math.max(LEAST, (minor / all) * height));
  const place = width / Math.max(1, columns.length);
  const wide = Math.max(1, Math.min(place * FILLS, 56));
  const bars = columns.map((column, nth) => ({
    column,
    x: place * nth + (place - wide) / 2,
    width: wide,
    up: measure(column.sums?.taken.amount_minor ?? 0),
    down: measure(column.sums?.refunded.amount_minor ?? 0),
  }));
  return { bars, base: all === 0 ? height : (up / all) * height, most, mostBack };
}

/** As many marks as have room. Where only some bars can have one, it begins under its bar. */
export function marksOf(bars: readonly Bar[], width: number, tick: (slot: Slot) => string | null): Mark[] {
  const all = bars.flatMap(({ column: { slot }, x, width: wide }) => {
    const text = tick(slot);
    return text === null ? [] : [{ from_ms: slot.from_ms, text, x, middle: x + wide / 2 }];
  });
  const begins = all.length < bars.length;
  const every = begins ? 1 : Math.max(1, Math.ceil((MARK * bars.length) / Math.max(1, width)));
  const marks = all.filter((_, nth) => nth % every === 0);
  return marks
    .map(({ from_ms, text, x, middle }) => ({ from_ms, text, begins, at: begins ? x : middle }))
    .filter(({ at }) => !begins || at + MARK / 2 <= width);
}

function greatest(columns: readonly Column[], of: (sums: SumsView) => number): SumsView | null {
  let found: SumsView | null = null;
  for (const { sums } of columns) if (sums !== null && of(sums) > (found === null ? 0 : of(found))) found = sums;
  return found;
}
