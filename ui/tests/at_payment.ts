// The payment window over the fake core and the stand-in for Stripe.js, for the tests of its parts.
import { expect } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import Payment from '../payment/Payment.svelte';
import { seen } from './seen';
import { bankOfStandIn, forgetStandIn, standIn } from './stand_in';

/** The core of the test that is running. */
export let core: FakeCore;

/** Takes another one. */
export function useCore(other: FakeCore): void {
  core = other;
}

/** Before each test: nothing of the one before it is left. */
export async function startAfresh(): Promise<void> {
  await page.viewport(760, 640);
  forgetStandIn();
  core = new FakeCore({ bank: bankOfStandIn });
}

export const view = () => page.getByTestId('payment');
export const count = (command: string) => core.calls.filter((call) => call.startsWith(command)).length;
export const logged = (entry: string) => (standIn.countersignStripeLog ?? []).filter((line) => line.startsWith(entry)).length;
export const number = () => page.getByLabelText('Card number');
export const stageOf = async () => (await core.recentSales())[0]?.stage.kind;

let shown: ReturnType<typeof render> | null = null;
/** The page is loaded again: a new one in the place of the old. */
export function freshPage(): void {
  void Promise.resolve(shown).then((old) => old?.unmount());
  shown = render(Payment, { core });
}

/** The page stands before a card that is asked for. */
export async function cardAsked(): Promise<void> {
  shown = render(Payment, { core });
  await core.openForCard('25');
  await expect.element(number()).toHaveFocus();
  await seen();
}

/** Types a card's number. */
export async function type(card: string): Promise<void> {
  await userEvent.keyboard(card);
  await expect.element(number()).toHaveValue(card);
}
