// Nederlands: één of meer.

const plural = new Intl.PluralRules('nl');

/** Het woord dat bij een aantal hoort, met het aantal ervoor: `1 verkoop`, `2 verkopen`. */
export const count = (number: number, one: string, more: string): string => `${String(number)} ${of(number, one, more)}`;

/** Alleen het woord dat bij een aantal hoort. */
export const of = (number: number, one: string, more: string): string => (plural.select(number) === 'one' ? one : more);
