// The week as a locale counts its days.

interface Week {
  /** From 1, Monday, to 7, Sunday. */
  firstDay: number;
}

/** What the engines tell of a locale's week, by one name or the other; TypeScript knows neither. */
interface LocaleOfWeeks extends Intl.Locale {
  getWeekInfo?: () => Week;
  weekInfo?: Week;
}

/** The day on which weeks begin, from 1, Monday, to 7, Sunday: Monday (ISO 8601) where the engine does not tell. */
function firstDayOfWeek(locale: LocaleOfWeeks): number {
  return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
}

/** How many days of its week were over when this day began, in this computer's time zone. */
export function daysIntoWeek(at_ms: number, locale: string): number {
  return (new Date(at_ms).getDay() - firstDayOfWeek(new Intl.Locale(locale)) + 7) % 7;
}
