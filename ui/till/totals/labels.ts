// When each bar of a chart is, as the shop's locale writes it: in full for a table, and in few signs under a bar.
import type { Days, Step } from './spans';
import { countOf } from './spans';

/** From when to when, milliseconds since 1970; the second is the first moment after it. */
export interface Slot {
  readonly from_ms: number;
  readonly to_ms: number;
}

/** How the slots of a span are called. */
export interface Labels {
  full: (slot: Slot) => string;
  /** Null where none may stand. */
  tick: (slot: Slot) => string | null;
}

/** More days than this have a mark at the beginning of a month alone. */
const MOST_DAYS_WITH_MARKS = 62;

const offset = (at_ms: number): number => new Date(at_ms).getTimezoneOffset();

export function labelsOf(step: Step, slots: readonly Slot[], locale: string): Labels {
  const write = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const range = (options: Intl.DateTimeFormatOptions) => {
    const writer = write(options);
    return ({ from_ms, to_ms }: Slot) => writer.formatRange(from_ms, to_ms - 1);
  };
  switch (step) {
    case 'hour': {
      const [first, last] = [slots[0], slots.at(-1)];
      // Where the clocks go back an hour comes twice: each says of which time it is.
      const isChanged = first !== undefined && last !== undefined && offset(first.from_ms) !== offset(last.to_ms);
      const isOneDay = slots.length <= 26;
      const time = write({ hour: '2-digit', minute: '2-digit', ...(isChanged ? { timeZoneName: 'short' } : {}) });
      const tick = write({ hour: '2-digit', minute: '2-digit' });
      const day = write({ weekday: 'short', day: 'numeric', month: 'short' });
      const hours = ({ from_ms, to_ms }: Slot) => `${time.format(from_ms)} – ${time.format(to_ms)}`;
      return {
        full: (slot) => (isOneDay ? hours(slot) : `${day.format(slot.from_ms)}, ${hours(slot)}`),
        tick: ({ from_ms }) => tick.format(from_ms),
      };
    }
    case 'day': {
      const full = range({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
      const tick = write({ day: 'numeric', month: 'short' });
      const month = write({ month: 'short' });
      if (slots.length <= MOST_DAYS_WITH_MARKS) return { full, tick: ({ from_ms }) => tick.format(from_ms) };
      return { full, tick: ({ from_ms }) => (new Date(from_ms).getDate() === 1 ? month.format(from_ms) : null) };
    }
    case 'month': {
      const days = range({ day: 'numeric', month: 'short', year: 'numeric' });
      const month = range({ month: 'long', year: 'numeric' });
      const tick = write({ month: 'short', year: 'numeric' });
      const isWhole = ({ from_ms, to_ms }: Slot) => new Date(from_ms).getDate() === 1 && new Date(to_ms).getDate() === 1;
      return { full: (slot) => (isWhole(slot) ? month(slot) : days(slot)), tick: ({ from_ms }) => tick.format(from_ms) };
    }
  }
}

/** The days that are added up, e.g. `Tue 1 Dec 2026` or `1–7 Dec 2026`. */
export function writeDays(days: Days, locale: string): string {
  const at = ({ year, month, day }: Days['first']) => new Date(year, month - 1, day, 12);
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };
  if (countOf(days) === 1) return new Intl.DateTimeFormat(locale, { ...options, weekday: 'long' }).format(at(days.first));
  return new Intl.DateTimeFormat(locale, options).formatRange(at(days.first), at(days.last));
}
