// The spans of time that the books can be compared for, by the till's clock and the shop's days.

/** A span, milliseconds since 1970: from included, to excluded. */
export interface Span {
  from_ms: number;
  to_ms: number;
}

/** The spans that staff can choose. */
export const SPANS = ['last_24_hours', 'today', 'yesterday', 'last_7_days', 'last_30_days', 'last_90_days'] as const;

/** A span's name. */
export type SpanName = (typeof SPANS)[number];

const DAY_MS = 86_400_000;

/** Midnight at the start of the day, so many days away, on this computer's calendar. */
function midnight(now_ms: number, days: number): number {
  const day = new Date(now_ms);
  // By the calendar and not by hours: a day on which the clocks change has 23 or 25.
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}

/** What a span's name means now. */
export function spanOf(name: SpanName, now_ms: number): Span {
  switch (name) {
    case 'last_24_hours':
      return { from_ms: now_ms - DAY_MS, to_ms: now_ms };
    case 'today':
      return { from_ms: midnight(now_ms, 0), to_ms: now_ms };
    case 'yesterday':
      return { from_ms: midnight(now_ms, -1), to_ms: midnight(now_ms, 0) };
    case 'last_7_days':
      return { from_ms: now_ms - 7 * DAY_MS, to_ms: now_ms };
    case 'last_30_days':
      return { from_ms: now_ms - 30 * DAY_MS, to_ms: now_ms };
    case 'last_90_days':
      return { from_ms: now_ms - 90 * DAY_MS, to_ms: now_ms };
  }
}
