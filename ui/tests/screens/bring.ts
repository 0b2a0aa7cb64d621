// How a screen of the catalogue is brought up: a core that is put so, a window that is drawn, and the keys and buttons that a
// person would use.
import { expect, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { SaleView } from '../../shared/bindings/SaleView';
import { FakeCore, type FakeOptions } from '../../shared/fake_core';
import Payment from '../../payment/Payment.svelte';
import App from '../../till/App.svelte';
import { bankOfStandIn, forgetStandIn, standIn, type StandIn } from '../stand_in';

/** One screen, or one state of it, that a person can see. */
export interface EveryScreen {
  /** What a picture of it is called. */
  readonly name: string;
  readonly window: 'till' | 'payment';
  /** Draws it, and waits until it is there. */
  readonly bring: () => Promise<void>;
  /** The `data-testid` of what it is about. */
  readonly shows: string;
}

interface Asked extends FakeOptions {
  /** What the stand-in for Stripe.js does otherwise. */
  stripe?: { readonly [Name in keyof StandIn]?: true };
  /** How the core stands before the window is drawn. */
  put?: (core: FakeCore) => unknown;
  /** What a person does then. */
  walk?: (core: FakeCore) => unknown;
  /** The `data-testid` by which it is known that the screen is there. */
  shows: string;
}

/** Nothing of the screen before is there any more. */
function afresh(): void {
  forgetStandIn();
  Reflect.deleteProperty(performance, 'now');
}

async function bring(draw: (core: FakeCore) => unknown, { stripe, put, walk, shows, ...options }: Asked): Promise<void> {
  afresh();
  Object.assign(standIn, stripe);
  const core = new FakeCore({ bank: bankOfStandIn, ...options });
  await put?.(core);
  draw(core);
  await walk?.(core);
  await expect.element(page.getByTestId(shows).first()).toBeInTheDocument();
}

/** A screen of the main window. */
export const till = (name: string, asked: Asked): EveryScreen => ({
  name,
  window: 'till',
  shows: asked.shows,
  bring: () => bring((core) => render(App, { core }), asked),
});

/** A screen of the payment window. */
export const payment = (name: string, asked: Asked): EveryScreen => ({
  name,
  window: 'payment',
  shows: asked.shows,
  bring: () => bring((core) => render(Payment, { core }), asked),
});

/** Waits until this is there. */
export async function there(testid: string): Promise<void> {
  await expect.element(page.getByTestId(testid).first()).toBeInTheDocument();
}

/** Presses a button once it can be pressed, as a screen reader does: that needs no waiting until it has been seen. */
export async function press(testid: string): Promise<void> {
  await expect.element(page.getByTestId(testid).first()).toBeEnabled();
  const button = page.getByTestId(testid).first().element();
  if (button instanceof HTMLElement) button.click();
}

/** Types into a field in the place of what stands there. */
export async function fill(testid: string, text: string): Promise<void> {
  await userEvent.fill(page.getByTestId(testid), text);
}

/** Goes to a screen by its key in the header. */
export async function go(screen: 'sale' | 'history' | 'settings' | 'reconcile' | 'totals'): Promise<void> {
  await there('window');
  await userEvent.keyboard(`{Alt>}${{ sale: '1', history: '2', settings: '3', reconcile: '4', totals: '5' }[screen]}{/Alt}`);
}

/** Waits until this says so of itself. */
export async function says(testid: string, attribute: `data-${string}`, value: string): Promise<void> {
  await expect.element(page.getByTestId(testid).first()).toHaveAttribute(attribute, value);
}

/** Types an amount and waits until it is understood. */
export async function typeAmount(text: string, kind: 'amount' | 'refused' = 'amount'): Promise<void> {
  await fill('amount', text);
  await says('priced', 'data-kind', kind);
}

/** Has the main window come up with this sale on its screen. */
export function onScreen(core: FakeCore, sale: SaleView): SaleView {
  core.shownInTill = sale.sale_id;
  return sale;
}

/** Waits until the core was asked for this. */
export async function asked(core: FakeCore, command: string): Promise<void> {
  await vi.waitFor(() => {
    expect(core.calls.some((call) => call.startsWith(command))).toBe(true);
  });
}
