// A day as people type it, in the order in which the shop's locale writes one, or as ISO 8601 does. What may be meant in two ways, or is
// no day at all, is refused.
import type { Day } from './spans';

/** Why it is no day. */
export type NoDay = 'not_a_date' | 'no_such_day';

const written = (locale: string) =>
  new Intl.DateTimeFormat(locale, { year: 'numeric', month: '2-digit', day: '2-digit', calendar: 'gregory', numberingSystem: 'latn' });

/** The day as the locale writes it in figures, e.g. `23/11/2026`. */
export const writeDay = ({ year, month, day }: Day, locale: string): string => written(locale).format(new Date(year, month - 1, day));

type Part = 'year' | 'month' | 'day';
const isPart = (type: string): type is Part => type === 'year' || type === 'month' || type === 'day';

const THREE_FIGURES = /^\s*(\d{1,4})(?:\s*[./-]\s*|\s+)(\d{1,4})(?:\s*[./-]\s*|\s+)(\d{1,4})\s*\.?\s*$/;

export function readDay(text: string, locale: string): Day | NoDay {
  const figures = THREE_FIGURES.exec(text)?.slice(1);
  if (figures === undefined) return 'not_a_date';
  // Four figures in front are a year wherever one is.
  const order: Part[] =
    figures[0]?.length === 4
      ? ['year', 'month', 'day']
      : written(locale)
          .formatToParts(0)
          .flatMap(({ type }) => (isPart(type) ? [type] : []));
  const read: Record<Part, string> = { year: '', month: '', day: '' };
  for (const [at, part] of order.entries()) read[part] = figures[at] ?? '';
  if (read.year.length !== 4 || read.month.length > 2 || read.day.length > 2) return 'not_a_date';
  const day: Day = { year: Number(read.year), month: Number(read.month), day: Number(read.day) };
  const there = new Date(Date.UTC(day.year, day.month - 1, day.day));
  const isSo = there.getUTCFullYear() === day.year && there.getUTCMonth() + 1 === day.month && there.getUTCDate() === day.day;
  return isSo ? day : 'no_such_day';
}
