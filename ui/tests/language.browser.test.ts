// The windows in Dutch: a whole sale with a question of the bank's, and the language chosen while a sale is in hand.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { TillFact } from '../shared/bindings/TillFact';
import type { Preferences } from '../shared/bindings/Preferences';
import { FakeCore, type BankAnswer } from '../shared/fake_core';
import Payment from '../payment/Payment.svelte';
import App from '../till/App.svelte';
import { setLanguage } from '../words/now.svelte';
import { putSaleIn } from './scenes';
import { seen } from './seen';

const standIn = window as { countersignFakeBank?: Map<string, BankAnswer>; countersignStripeLog?: string[]; Stripe?: unknown };

function newCore(preferences: Partial<Preferences>) {
  return new FakeCore({ preferences, bank: (secret) => standIn.countersignFakeBank?.get(secret) ?? 'open' });
}

beforeEach(async () => {
  for (const key of ['Stripe', 'countersignStripeLog', 'countersignFakeBank'] as const) Reflect.deleteProperty(standIn, key);
  await page.viewport(1180, 780);
  window.focus();
});
afterEach(() => {
  setLanguage('en');
});

const stage = () => page.getByTestId('stage');
const spoken = () => document.documentElement.lang;

test('a sale with a question of the bank’s is Dutch from the amount to the receipt', async () => {
  const core = newCore({ language: 'nl', locale: 'nl-NL', currency: 'EUR' });
  const till = render(App, { core });
  await expect.element(page.getByText('Af te rekenen bedrag')).toBeVisible();
  expect(spoken()).toBe('nl');
  await userEvent.keyboard('25');
  await expect.element(page.getByTestId('charge-start')).toHaveTextContent('€ 25,00 afrekenen met pas');
  await userEvent.keyboard('{Enter}');
  await expect.element(stage()).toHaveTextContent('Wacht op de pas');
  await expect.element(page.getByTestId('announcement')).toHaveTextContent('Voer de pas in het pasvenster in. Er is niets afgeschreven.');
  await till.unmount();

  const payment = render(Payment, { core });
  await expect.element(page.getByText('Te betalen')).toBeVisible();
  await expect.element(page.getByLabelText('Card number')).toHaveFocus();
  expect(standIn.countersignStripeLog?.find((line) => line.startsWith('Stripe '))).toMatch(/ nl$/);
  await seen();
  await userEvent.keyboard('4000002500003155');
  await expect.element(page.getByTestId('charge')).toHaveTextContent('€ 25,00 afrekenen');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('authenticate')).toHaveTextContent('De bank vraagt de klant iets');
  await expect
    .element(page.getByRole('timer', { name: 'Tijd die de bank nog heeft' }))
    .toHaveTextContent('over om via de bank te bevestigen');
  expect(spoken()).toBe('nl');
  await page.getByRole('button', { name: 'Complete' }).click();
  await expect.element(page.getByTestId('payment')).toHaveAttribute('data-view', 'idle');
  await payment.unmount();

  render(App, { core });
  await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
  await expect.element(stage().getByRole('heading', { name: 'Akkoord' })).toBeVisible();
  await expect.element(page.getByTestId('receipt')).toHaveTextContent('Bevestigd via de bank');
  await expect.element(page.getByTestId('next-sale')).toHaveTextContent('Volgende verkoop');
  expect(document.body.textContent).not.toMatch(/\b(?:the|bank asks|sale|charged|card)\b/i);
});

test('a decline is said in Dutch, in both voices', async () => {
  const core = newCore({ language: 'nl' });
  putSaleIn(core, 'declined');
  render(App, { core });
  await expect.element(stage().getByRole('heading', { name: 'Geweigerd: saldo te laag' })).toBeVisible();
  await expect.element(page.getByTestId('voice-staff')).toHaveTextContent('Er is niets afgeschreven. Vraag om een andere pas.');
  await expect
    .element(page.getByTestId('voice-customer'))
    .toHaveTextContent('“Uw bank heeft de pas geweigerd: er staat te weinig op de rekening. Heeft u een andere pas?”');
});

test('chosen in Settings it is in force at once, and the sale in hand stays', async () => {
  const core = newCore({});
  const sale = putSaleIn(core, 'declined');
  render(App, { core });
  await expect.element(stage()).toHaveTextContent('Declined: insufficient funds');
  await page.getByTestId('screen-settings').click();
  await page.getByTestId('room-look').click();
  await page.getByText('Nederlands').click();
  await expect.element(page.getByTestId('preferences-saved')).toHaveTextContent('Bewaard.');
  await expect.element(page.getByTestId('screen-sale')).toHaveTextContent('Verkoop');
  expect(spoken()).toBe('nl');
  expect(core.status.preferences.language).toBe('nl');
  await page.getByTestId('screen-sale').click();
  await expect.element(stage()).toHaveAttribute('data-sale', sale.sale_id);
  await expect.element(stage()).toHaveTextContent('Geweigerd: saldo te laag');
  // Amounts are written as the shop writes them, in either language.
  await expect.element(page.getByTestId('stage-amount')).toHaveTextContent('£25.00');
});

test.for<[string, TillFact | 'silence', string, string]>([
  ['a fact', { fact: 'sale_in_hand' }, 'Finish or cancel it first', 'Rond die eerst af'],
  ['silence', 'silence', 'The till did not answer', 'De kassa gaf geen antwoord'],
])('a refusal that stands there is said in the language that is chosen meanwhile: %s', async ([, fact, english, dutch]) => {
  const core = newCore({});
  putSaleIn(core, 'declined');
  render(App, { core });
  core.refuseNext.set('take_card', fact);
  await seen();
  await page.getByTestId('action-take_card').click();
  await expect.element(page.getByTestId('refusal')).toHaveTextContent(english);
  core.putStatus({ preferences: { ...core.status.preferences, language: 'nl' } });
  await expect.element(page.getByTestId('refusal')).toHaveTextContent(dutch);
});

test('what the payment window has said is said in the language that is chosen meanwhile', async () => {
  const core = newCore({});
  render(Payment, { core });
  await core.openForCard('25');
  await expect.element(page.getByLabelText('Card number')).toHaveFocus();
  core.refuseNext.set('cancel_payment', 'silence');
  await page.getByTestId('cancel-sale').click();
  await expect.element(page.getByTestId('card-refusal')).toHaveTextContent('The till did not answer');
  await core.savePreferences({ ...core.status.preferences, language: 'nl' });
  await expect.element(page.getByTestId('card-refusal')).toHaveTextContent('De kassa gaf geen antwoord');
});

test('the payment window speaks another language at once, at the same sale', async () => {
  const core = newCore({});
  render(Payment, { core });
  await core.openForCard('25');
  await expect.element(page.getByText('To pay')).toBeVisible();
  await expect.element(page.getByLabelText('Card number')).toHaveFocus();
  let fresh = 0;
  core.onFreshPage = () => {
    fresh += 1;
  };
  const before = await core.watchPayment(0);
  await core.savePreferences({ ...core.status.preferences, language: 'nl' });
  await expect.element(page.getByText('Te betalen')).toBeVisible();
  expect(spoken()).toBe('nl');
  expect((await core.watchPayment(0)).view).toEqual(before.view);
  // One page speaks one language with Stripe: the field is to come up afresh.
  await expect.poll(() => fresh).toBeGreaterThan(0);
});
