// The fake core's test cards, declines, currencies and locales.
import type { CardView } from './bindings/CardView';
import type { DeclineView } from './bindings/DeclineView';
import type { Mode } from './bindings/Mode';
import type { MoneyView } from './bindings/MoneyView';
import type { SaleView } from './bindings/SaleView';
import type { SameAmount } from './bindings/SameAmount';
import type { SetupView } from './bindings/SetupView';
import type { TestCardView } from './bindings/TestCardView';

/** A short palette: the three to try first at the top. */
export const FAKE_CARDS: TestCardView[] = [
  { number: '4242424242424242', brand: 'Visa', group: 'Card brands', does: 'Approved', payment_method: 'pm_card_visa' },
  {
    number: '4000000000009995',
    brand: 'Visa',
    group: 'Declines',
    does: 'Declined: insufficient funds',
    payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds',
  },
  {
    number: '4000002500003155',
    brand: 'Visa',
    group: 'Authentication',
    does: 'Asks for authentication, then approved',
    payment_method: 'pm_card_authenticationRequiredOnSetup',
  },
  { number: '5555555555554444', brand: 'Mastercard', group: 'Card brands', does: 'Approved', payment_method: 'pm_card_mastercard' },
  { number: '378282246310005', brand: 'American Express', group: 'Card brands', does: 'Approved', payment_method: 'pm_card_amex' },
  {
    number: '4000000000000002',
    brand: 'Visa',
    group: 'Declines',
    does: 'Declined by the bank',
    payment_method: 'pm_card_visa_chargeDeclined',
  },
  {
    number: '4000008400001629',
    brand: 'Visa',
    group: 'Authentication',
    does: 'Asks for authentication, then declined',
    payment_method: null,
  },
];

/** What the set-up screen starts with. */
export function fakeSetup(mode: Mode): SetupView {
  return {
    mode,
    accounts:
      mode === 'training'
        ? []
        : [{ mode, secret_hint: `rk_${mode}_…x9Qe`, restricted: true, publishable_key: `pk_${mode}_51FakeHarbourBooks` }],
    keyring_problem: null,
    currencies: [
      { code: 'GBP', name: 'Pound sterling' },
      { code: 'EUR', name: 'Euro' },
      { code: 'JPY', name: 'Yen' },
    ],
    locales: [
      { tag: 'en-GB', name: 'English (United Kingdom)', example: '£1,234.50' },
      { tag: 'de-DE', name: 'German (Germany)', example: '1.234,50 £' },
      { tag: 'ja-JP', name: 'Japanese (Japan)', example: '£1,234.50' },
    ],
  };
}

/** A sale of this amount that may yet turn out to be paid. */
export function sameAmount(sales: SaleView[], money: MoneyView): SaleView | undefined {
  return sales.find((sale) => sale.money.amount_minor === money.amount_minor && sale.may_turn_out_paid);
}

/** The fake PaymentIntent's secret for a sale. */
export function clientSecretOf(saleId: string): string {
  return `pi_${saleId.replaceAll('-', '')}_secret_fake`;
}

/** The card of a number. */
export function cardOf(number: string): CardView {
  return { brand: FAKE_CARDS.find((card) => card.number === number)?.brand ?? 'Visa', last4: number.slice(-4) };
}

/** No money on the card. */
export const INSUFFICIENT_FUNDS: DeclineView = {
  why: { kind: 'refused', reason: 'insufficient_funds', next: { kind: 'other_card' } },
  card: null,
};
/** The bank said no. */
export const AUTHENTICATION_FAILED: DeclineView = { why: { kind: 'authentication_failed' }, card: null };

/** How a sale of the same amount stands. */
export function standsOf(sale: SaleView): SameAmount {
  if (sale.presses === 'charged_unasked') return 'charged_unasked';
  return sale.stage.kind === 'authenticated' || sale.stage.kind === 'held' ? sale.stage.kind : 'not_known';
}
