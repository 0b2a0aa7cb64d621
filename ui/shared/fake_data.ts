// The fake core's test cards, currencies and locales.
import type { Mode } from './bindings/Mode';
import type { SetupView } from './bindings/SetupView';
import type { TestCardView } from './bindings/TestCardView';

/** A short palette: the three to try first at the top. */
export const FAKE_CARDS: TestCardView[] = [
  { number: '4242424242424242', brand: 'Visa', group: 'Card brands', does: 'Approved', payment_method: 'pm_card_visa' },
  { number: '4000000000009995', brand: 'Visa', group: 'Declines', does: 'Declined: insufficient funds', payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds' },
  { number: '4000002500003155', brand: 'Visa', group: 'Authentication', does: 'Asks for authentication, then approved', payment_method: 'pm_card_authenticationRequiredOnSetup' },
  { number: '5555555555554444', brand: 'Mastercard', group: 'Card brands', does: 'Approved', payment_method: 'pm_card_mastercard' },
  { number: '378282246310005', brand: 'American Express', group: 'Card brands', does: 'Approved', payment_method: 'pm_card_amex' },
  { number: '4000000000000002', brand: 'Visa', group: 'Declines', does: 'Declined by the bank', payment_method: 'pm_card_visa_chargeDeclined' },
  { number: '4000008400001629', brand: 'Visa', group: 'Authentication', does: 'Asks for authentication, then declined', payment_method: null },
];

/** What the set-up screen starts with. */
export function fakeSetup(mode: Mode): SetupView {
  return {
    mode,
    accounts: mode === 'training' ? [] : [{ mode, secret_hint: `rk_${mode}_…x9Qe`, restricted: true, publishable_key: `pk_${mode}_51FakeHarbourBooks` }],
    keyring_problem: null,
    currencies: [{ code: 'GBP', name: 'Pound sterling' }, { code: 'EUR', name: 'Euro' }, { code: 'JPY', name: 'Yen' }],
    locales: [
      { tag: 'en-GB', name: 'English (United Kingdom)', example: '£1,234.50' },
      { tag: 'de-DE', name: 'German (Germany)', example: '1.234,50 £' },
      { tag: 'ja-JP', name: 'Japanese (Japan)', example: '£1,234.50' },
    ],
  };
}
