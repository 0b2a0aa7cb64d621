// What is said at the top of the main window about who answers the till, the shop's key and this computer's clock.
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { TillFact } from '../shared/bindings/TillFact';
import { FakeCore } from '../shared/fake_core';
import '../shared/tokens.css';
import '../shared/base.css';
import App from '../till/App.svelte';
import { putSaleIn } from './scenes';

let core: FakeCore;
beforeEach(async () => {
  await page.viewport(1180, 800);
  core = new FakeCore();
});

const SHOWN_MS = Date.UTC(2024, 0, 2, 12, 30);

test.each<[TillFact, RegExp]>([
  [{ fact: 'offline', mode: 'live' }, /Stripe cannot be reached.*goes on by itself/],
  [{ fact: 'offline', mode: 'training' }, /training simulator does not answer.*goes on by itself/],
  [{ fact: 'not_stripe', mode: 'live' }, /answers that is not Stripe.*sign in/],
  [
    { fact: 'certificate_expired', till_ms: SHOWN_MS },
    /looks expired.*clock may be wrong: it shows .*2024.*Set the clock.*If the clock is right/,
  ],
  [{ fact: 'certificate_not_yet_valid', till_ms: SHOWN_MS }, /not valid yet.*it shows .*2024.*Set the clock.*If the clock is right/],
  [{ fact: 'certificate_of_unknown_issuer' }, /between the till and Stripe answers in its place.*another network/],
  [{ fact: 'certificate_of_another_name' }, /between the till and Stripe answers in its place.*another network/],
  [{ fact: 'certificate_not_accepted' }, /does not accept the certificate/],
  [{ fact: 'key_refused' }, /does not accept the shop’s key.*new key in Settings/],
  [{ fact: 'key_lacks_permission' }, /lacks a permission.*“PaymentIntents: write”/],
  [{ fact: 'clock_ahead', minutes: 7 }, /7 minutes ahead of Stripe’s.*Set the clock/],
  [{ fact: 'clock_behind', minutes: 180 }, /3 hours behind Stripe’s.*Set the clock/],
])('%o is said in a sentence', async (fact, sentence) => {
  core.putStatus({ problems: [fact] });
  render(App, { core });
  await expect.element(page.getByTestId('problem')).toHaveTextContent(sentence);
});

test('a card that the core does not take because of the key says why where it was asked for', async () => {
  core.refuseNext.set('start_sale', { fact: 'key_refused' });
  render(App, { core });
  await page.getByTestId('amount').fill('25');
  await expect.element(page.getByTestId('charge-start')).toBeEnabled();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText('Stripe does not accept the shop’s key any more')).toBeVisible();
});

test('with three long problems at the top the amount can still be read and charged on a small screen', async () => {
  await page.viewport(1180, 640);
  const facts: TillFact[] = [
    { fact: 'key_lacks_permission' },
    { fact: 'certificate_expired', till_ms: SHOWN_MS },
    { fact: 'clock_behind', minutes: 180 },
  ];
  core.putStatus({ problems: facts });
  render(App, { core });
  await expect.element(page.getByTestId('problem').nth(2)).toBeVisible();
  const box = (found: Element | null) => found?.getBoundingClientRect() ?? new DOMRect();
  const problems = [...document.querySelectorAll('[data-testid=problem]')];
  const label = document.querySelector('label[for=amount]');
  expect(box(label).top).toBeGreaterThanOrEqual(Math.max(...problems.map((problem) => box(problem).bottom)));
  const charge = page.getByTestId('charge-start').element();
  charge.scrollIntoView();
  expect(box(charge).bottom).toBeLessThanOrEqual(640);
});

test('with three long problems at the top the amount of a sale in hand can still be read on a small screen', async () => {
  await page.viewport(1180, 640);
  const facts: TillFact[] = [
    { fact: 'key_lacks_permission' },
    { fact: 'certificate_expired', till_ms: SHOWN_MS },
    { fact: 'clock_behind', minutes: 180 },
  ];
  core.putStatus({ problems: facts });
  putSaleIn(core, 'not_known');
  render(App, { core });
  await expect.element(page.getByTestId('problem').nth(2)).toBeVisible();
  const lowest = Math.max(
    ...[...document.querySelectorAll('[data-testid=problem]')].map((problem) => problem.getBoundingClientRect().bottom),
  );
  const amount = page.getByText('£25.00').first();
  await expect.element(amount).toBeVisible();
  expect(amount.element().getBoundingClientRect().top).toBeGreaterThanOrEqual(lowest);
});
