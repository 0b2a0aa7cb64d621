// Times as the shop's locale writes them, and the clock of a countdown.

/** Time of day, e.g. `14:02`. */
export function timeOfDay(at_ms: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(at_ms);
}

/** Time of day with its seconds, e.g. `14:02:10`. */
export function secondOfDay(at_ms: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at_ms);
}

/** The date alone, e.g. `23 Nov 2026`. */
export function dateOnly(at_ms: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at_ms);
}

/** Date and time of day, e.g. `23 Nov 2026, 14:02`. */
export function dateAndTime(at_ms: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at_ms);
}

/** Minutes and seconds left, never below zero, e.g. `59:07`. A part of a second counts as a whole one. */
export function minutesLeft(left_ms: number): string {
  const seconds = Math.max(0, Math.ceil(left_ms / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
