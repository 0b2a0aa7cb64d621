// Reads an amount for the fake core: enough for screens. The real reader is the till's, in Rust.
import type { MoneyView } from './bindings/MoneyView';
import type { Preferences } from './bindings/Preferences';
import type { Priced } from './bindings/Priced';

/** Money as the fake writes it. */
export function fakeMoney(amount_minor: number, preferences: Pick<Preferences, 'currency' | 'locale'>): MoneyView {
  const writer = new Intl.NumberFormat(preferences.locale, { style: 'currency', currency: preferences.currency });
  const digits = writer.resolvedOptions().maximumFractionDigits ?? 2;
  return { amount_minor, currency: preferences.currency, text: writer.format(amount_minor / 10 ** digits) };
}

/** What a typed amount means to the fake. */
export function fakePrice(text: string, preferences: Preferences): Priced {
  const typed = text.trim();
  const comma = new Intl.NumberFormat(preferences.locale).format(0.5).includes(',');
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency: preferences.currency }).resolvedOptions().maximumFractionDigits ?? 2;
  if (typed === '') return { kind: 'empty', zero: digits === 0 ? '0' : `0${comma ? ',' : '.'}${'0'.repeat(digits)}` };
  const plain = comma ? typed.replaceAll('.', '').replace(',', '.') : typed.replaceAll(',', '');
  const parts = /^(\d{1,7})(?:\.(\d*))?$/.exec(plain);
  if (parts === null) return { kind: 'refused', refused: { why: 'not_a_number', example: comma ? '12,50' : '12.50' } };
  const fraction = parts[2] ?? '';
  if (fraction.length > digits) {
    return { kind: 'refused', refused: { why: 'too_many_decimals', code: preferences.currency, decimals: digits } };
  }
  const amount_minor = Number(`${parts[1] ?? '0'}${fraction.padEnd(digits, '0')}`);
  if (amount_minor === 0) {
    // No digit above zero fits behind the last decimal.
    return { kind: digits > 0 && fraction.length === digits ? 'refused' : 'started', refused: { why: 'zero' } };
  }
  return { kind: 'amount', money: fakeMoney(amount_minor, preferences) };
}
