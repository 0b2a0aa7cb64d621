// The payment window over the fake core and a stand-in for Stripe.js.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore, type BankAnswer } from '../shared/fake_core';
import Payment from '../payment/Payment.svelte';
import { PaymentState } from '../payment/payment_state.svelte';
import { pauseAfter } from '../payment/retry';
import { putScene } from './scenes';
import { seen } from './seen';

interface StandIn {
  Stripe?: unknown;
  countersignFakeBank?: Map<string, BankAnswer>;
  countersignStripeLog?: string[];
  countersignRealStripe?: boolean;
  countersignStripeDelay?: number;
  countersignChallengeThrows?: boolean;
  countersignFieldFails?: boolean;
  countersignNoCursor?: boolean;
  countersignChallengeHangs?: boolean;
}
const standIn = window as StandIn;

let core: FakeCore;
beforeEach(async () => {
  await page.viewport(760, 640);
  for (const key of ['Stripe', 'countersignStripeLog', 'countersignRealStripe', 'countersignStripeDelay', 'countersignChallengeThrows', 'countersignFieldFails', 'countersignChallengeHangs', 'countersignNoCursor', 'countersignFakeBank'] as const) Reflect.deleteProperty(standIn, key);
  // A bank’s page that a test left open, and the hidden frames of its Stripe.
  for (const left of document.querySelectorAll('.stand-in-overlay, iframe[name^="__privateStripeController"]')) left.remove();
  // The page is in a frame of the test runner; without the focus it waits for it.
  window.focus();
  core = new FakeCore({ bank: (secret) => standIn.countersignFakeBank?.get(secret) ?? 'open' });
});

const view = () => page.getByTestId('payment');
const count = (command: string) => core.calls.filter((call) => call.startsWith(command)).length;
const logged = (entry: string) => (standIn.countersignStripeLog ?? []).filter((line) => line.startsWith(entry)).length;
const number = () => page.getByLabelText('Card number');
const stageOf = async () => (await core.recentSales())[0]?.stage.kind;

let shown: ReturnType<typeof render> | null = null;
/** The page is loaded again: a new one in the place of the old. */
function freshPage() {
  void Promise.resolve(shown).then((old) => old?.unmount());
  shown = render(Payment, { core });
}

async function cardAsked() {
  shown = render(Payment, { core });
  await core.openForCard('25');
  await expect.element(number()).toHaveFocus();
  await seen();
}
async function type(card: string) {
  await userEvent.keyboard(card);
  await expect.element(number()).toHaveValue(card);
}

test('the client secret goes to the one call that needs it, and is kept nowhere', async () => {
  const pay = new PaymentState(core);
  const node = document.body.appendChild(document.createElement('div'));
  pay.start(node);
  await core.openForCard('25');
  await expect.poll(() => pay.field?.state).toBe('ready');
  const asked = await core.watchPayment(0);
  if (asked.view.kind !== 'card') throw new Error(`no card is asked for: ${asked.view.kind}`);
  await core.submitCard(asked.view.sale_id, asked.view.attempt_id, 'pm_fake_4000002500003155_x');
  await expect.poll(() => logged('handleCardAction')).toBe(1);
  expect(pay.view.kind).toBe('authenticate');
  expect(JSON.stringify(pay.scene)).not.toContain('_secret_');
  pay.stop();
  node.remove();
});

describe('a card', () => {
  test('is mounted once, hidden at first, and focused when a sale opens', async () => {
    render(Payment, { core });
    await vi.waitFor(() => { expect(logged('mount')).toBe(1); });
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
    await core.openForCard('25');
    await expect.element(number()).toHaveFocus();
    await expect.element(page.getByTestId('payment-amount')).toHaveTextContent('£25.00');
    expect(logged('mount')).toBe(1);
    expect(standIn.countersignStripeLog?.find((line) => line.startsWith('create'))).toMatch(/"disableLink":true.*"iconStyle":"solid"/);
  });

  test('typed and Enter: handed over once and approved', async () => {
    await cardAsked();
    await type('4242424242424242');
    await userEvent.keyboard('{Enter}');
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
    expect(await stageOf()).toBe('approved');
    expect(count('submit_card')).toBe(1);
    await expect.element(number()).toHaveValue('');
  });

  test('Enter twice makes one PaymentMethod and one submission', async () => {
    standIn.countersignStripeDelay = 600;
    await cardAsked();
    await type('4242424242424242');
    await userEvent.keyboard('{Enter}{Enter}');
    await expect.element(page.getByTestId('charge')).toBeDisabled();
    await vi.waitFor(async () => { expect(await stageOf()).toBe('approved'); });
    expect(logged('createPaymentMethod')).toBe(1);
    expect(count('submit_card')).toBe(1);
  });

  test('Stripe’s own complaint stands under the field and unlocks the button', async () => {
    await cardAsked();
    await page.getByTestId('charge').click();
    await expect.element(page.getByTestId('card-error')).toHaveTextContent('Your card number is incomplete.');
    await expect.element(page.getByTestId('charge')).toBeEnabled();
    expect(count('submit_card')).toBe(0);
  });

  test('declined: said above an empty field, then paid with another on the same sale', async () => {
    await cardAsked();
    await type('4000000000009995');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('decline')).toHaveTextContent('Visa •••• 9995 Declined: insufficient funds');
    await expect.element(page.getByTestId('decline')).toHaveTextContent('Your bank declined the card for lack of funds');
    const title = page.getByTestId('decline').getByRole('heading').element();
    expect(parseFloat(getComputedStyle(title).fontSize)).toBeGreaterThanOrEqual(32);
    // All of it is in sight, down to the last button.
    expect(page.getByTestId('close').element().getBoundingClientRect().bottom).toBeLessThanOrEqual(window.innerHeight);
    await expect.element(number()).toHaveValue('');
    await expect.element(number()).toHaveFocus();
    await type('4242424242424242');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
    const sales = await core.recentSales();
    expect(sales).toHaveLength(1);
    expect(sales[0]?.attempts).toHaveLength(2);
  });

  test('a refused submission is said and can be repeated', async () => {
    core.refuseNext.set('submit_card', { fact: 'refused', refusal: { code: 'disk_full' } });
    await cardAsked();
    await type('4242424242424242');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('card-error')).toHaveTextContent('no payment can be started');
    await expect.element(page.getByTestId('charge')).toBeEnabled();
  });

  test('Escape in the field closes; a PaymentMethod still being made is not handed over', async () => {
    standIn.countersignStripeDelay = 80;
    await cardAsked();
    await type('4242424242424242');
    await userEvent.keyboard('{Enter}{Escape}');
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
    await new Promise((resolve) => { setTimeout(resolve, 150); });
    expect(count('abandon_payment')).toBe(1);
    expect(count('submit_card')).toBe(0);
    expect(await stageOf()).toBe('open');
  });

  test('coming back to the window puts the cursor into the field, but never takes it from a button', async () => {
    await cardAsked();
    (document.activeElement as HTMLElement).blur();
    window.dispatchEvent(new FocusEvent('focus'));
    await expect.element(number()).toHaveFocus();
    page.getByTestId('palette').element().focus();
    window.dispatchEvent(new FocusEvent('focus'));
    await new Promise((resolve) => { setTimeout(resolve, 30); });
    await expect.element(page.getByTestId('palette')).toHaveFocus();
  });

  test('Cancel sale cancels it', async () => {
    await cardAsked();
    await page.getByTestId('cancel-sale').click();
    await vi.waitFor(async () => { expect(await stageOf()).toBe('cancelled'); });
  });
});

describe('the cursor', () => {
  const box = () => page.getByTestId('card-mount').element().parentElement;
  const hidden = () => document.querySelector<HTMLInputElement>('input[aria-hidden=true]');
  /** Types as a keyboard does; true when the page let the key through. */
  const keyReaches = (target: Element | null, init: KeyboardEventInit) =>
    target?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));

  test('is asked for with every card, and shown by the box when it is there', async () => {
    await cardAsked();
    await vi.waitFor(() => { expect(box()?.className).toContain('focused'); });
    expect(count('place_cursor')).toBe(1);
    expect(document.querySelector('[data-testid^="cursor-"]')).toBeNull();
  });

  test('that does not come is said, and until then no key goes anywhere', async () => {
    standIn.countersignNoCursor = true;
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('cursor-coming')).toHaveTextContent('Not ready for the card yet');
    await vi.waitFor(() => { expect(document.activeElement).toBe(hidden()); });
    expect(keyReaches(document.activeElement, { key: '4' })).toBe(false);
    await expect.element(page.getByTestId('cursor-click')).toHaveTextContent('Click here, then key the card');
    expect(box()?.className).not.toContain('focused');
    await seen();
    await userEvent.keyboard('4242{Enter}');
    expect(hidden()?.value).toBe('');
    expect(logged('createPaymentMethod')).toBe(0);
    // What commands is not swallowed.
    expect(keyReaches(document.activeElement, { key: 'Tab' })).toBe(true);
    await userEvent.keyboard('{Escape}');
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
  });

  test('that did not come at the first time comes by itself a little later', async () => {
    standIn.countersignNoCursor = true;
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('cursor-click')).toBeVisible();
    // The machine was busy, and is not any more.
    delete standIn.countersignNoCursor;
    await vi.waitFor(() => { expect(box()?.className).toContain('focused'); }, { timeout: 2_500 });
    expect(document.querySelector('[data-testid=cursor-click]')).toBeNull();
    await userEvent.keyboard('4242');
    await expect.element(number()).toHaveValue('4242');
  });

  test('is not asked for again while somebody keys into the field', async () => {
    standIn.countersignNoCursor = true;
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('cursor-click')).toBeVisible();
    await vi.waitFor(() => { expect(count('place_cursor')).toBe(2); }, { timeout: 2_500 });
    // As where an engine lets keys in and tells of no cursor.
    const field = number().element() as HTMLInputElement;
    field.value = '4242';
    field.dispatchEvent(new Event('input'));
    await new Promise((resolve) => { setTimeout(resolve, 2_300); });
    expect(count('place_cursor')).toBe(2);
    field.value = '';
    field.dispatchEvent(new Event('input'));
    await vi.waitFor(() => { expect(count('place_cursor')).toBe(3); }, { timeout: 2_500 });
  });

  test('comes by a click into the field, and then keys go in', async () => {
    standIn.countersignNoCursor = true;
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('cursor-click')).toBeVisible();
    // Not through the words over the field: they let clicks through.
    await number().click();
    await vi.waitFor(() => { expect(document.querySelector('[data-testid=cursor-click]')).toBeNull(); });
    await type('4242424242424242');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
  });

  test('that is said to be there while the hidden input has the focus is not believed', async () => {
    standIn.countersignNoCursor = true;
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('cursor-coming')).toBeVisible();
    number().element().dispatchEvent(new FocusEvent('focus'));
    await expect.element(page.getByTestId('cursor-click')).toBeVisible();
  });

  test('comes back from nowhere by itself, and leaves a button alone', async () => {
    await cardAsked();
    await vi.waitFor(() => { expect(box()?.className).toContain('focused'); });
    (document.activeElement as HTMLElement).blur();
    await expect.element(number()).toHaveFocus();
    page.getByTestId('palette').element().focus();
    await new Promise((resolve) => { setTimeout(resolve, 400); });
    await expect.element(page.getByTestId('palette')).toHaveFocus();
    expect(keyReaches(document.activeElement, { key: 'Enter' })).toBe(true);
    expect(document.querySelector('[data-testid^="cursor-"]')).toBeNull();
  });

  test('is brought again for another card on the same sale', async () => {
    await cardAsked();
    await type('4000000000009995');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('decline')).toBeVisible();
    await vi.waitFor(() => { expect(box()?.className).toContain('focused'); });
    await expect.element(number()).toHaveFocus();
  });
});

describe('Stripe.js', () => {
  test('missing is said, tried again, and then works', async () => {
    core.putScene({ stripe_js: '/nowhere/stripe.js' });
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('stripe-missing')).toHaveTextContent('cannot be loaded');
    await expect.element(page.getByTestId('charge')).toBeDisabled();
    core.putScene({ stripe_js: '/tests/stripe_stand_in.js' });
    await expect.element(page.getByTestId('stripe-missing')).not.toBeInTheDocument();
    // "Check this till" is told both.
    expect(core.calls.filter((call) => call.startsWith('card_field'))).toEqual(['card_field missing', 'card_field ready']);
    await expect.element(page.getByTestId('charge')).toBeEnabled();
  });

  test('a core that refuses is asked again', async () => {
    core.refuseNext.set('watch_payment', 'silence');
    render(Payment, { core });
    await expect.element(page.getByText('The till does not answer.')).toBeVisible();
    await vi.waitFor(() => { expect(document.querySelector('.silent')).toBeNull(); }, { timeout: 3000 });
  });
});

describe('one page has one Stripe', () => {
  const controllers = () => document.querySelectorAll('iframe[name^="__privateStripeController"]').length;
  async function missing() {
    standIn.countersignFieldFails = true;
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('stripe-missing')).toBeVisible();
  }
  const tryAgain = async () => {
    const mounts = logged('mount');
    await page.getByRole('button', { name: 'Try again' }).click();
    await vi.waitFor(() => { expect(logged('mount')).toBeGreaterThan(mounts); });
    await expect.element(page.getByTestId('stripe-missing')).toBeVisible();
  };

  test('however often the field is tried again and however many sales are made', async () => {
    await missing();
    for (let tries = 0; tries < 3; tries += 1) await tryAgain();
    standIn.countersignFieldFails = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    for (let sales = 0; sales < 5; sales += 1) {
      await expect.element(number()).toHaveFocus();
      await type('4242424242424242');
      await seen();
      await userEvent.keyboard('{Enter}');
      await expect.element(view()).toHaveAttribute('data-view', 'idle');
      await core.openForCard('25');
    }
    expect(logged('mount')).toBe(5);
    expect([logged('Stripe '), controllers(), count('fresh_page')]).toEqual([1, 1, 0]);
  });

  test('and is loaded afresh when that Stripe does not come up', async () => {
    await missing();
    for (let tries = 0; tries < 4; tries += 1) await tryAgain();
    expect(count('fresh_page')).toBe(0);
    await page.getByRole('button', { name: 'Try again' }).click();
    await vi.waitFor(() => { expect(count('fresh_page')).toBe(1); });
    expect([logged('Stripe '), controllers(), logged('mount')]).toEqual([1, 1, 5]);
  });

  test.each([{ publishable_key: 'pk_test_another' }, { language: 'nl' as const }])('and is loaded afresh for %o', async (change) => {
    render(Payment, { core });
    await vi.waitFor(() => { expect(logged('mount')).toBe(1); });
    core.putScene(change);
    await vi.waitFor(() => { expect(count('fresh_page')).toBe(1); });
    expect([logged('Stripe '), controllers(), logged('mount')]).toEqual([1, 1, 1]);
  });

  test('but never while the bank is asking', async () => {
    await cardAsked();
    await type('4000002500003155');
    await userEvent.keyboard('{Enter}');
    await expect.element(view()).toHaveAttribute('data-view', 'authenticate');
    core.putScene({ language: 'nl' });
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    expect(count('fresh_page')).toBe(0);
    await page.getByRole('button', { name: 'Complete' }).click();
    await vi.waitFor(() => { expect(count('fresh_page')).toBe(1); });
  });

  test('the pauses between two tries grow', () => {
    const pauses = [1, 2, 3, 4, 5, 50].map(pauseAfter);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses[0]).toBeLessThan(5000);
    expect(pauses.at(-1)).toBe(30_000);
  });
});

describe('the palette', () => {
  test('opens by F2, is searched, and fills the card so that Enter charges', async () => {
    await cardAsked();
    page.getByTestId('close').element().dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true }));
    await expect.element(page.getByTestId('palette-search')).toHaveFocus();
    await userEvent.keyboard('amex');
    await vi.waitFor(() => { expect(document.querySelectorAll('[data-testid^="palette-card-"]')).toHaveLength(0); });
    await page.getByTestId('palette-search').fill('american');
    await expect.element(page.getByTestId('palette-card-378282246310005')).toBeVisible();
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(number()).toHaveValue('378282246310005');
    await expect.element(page.getByLabelText('CVC')).toHaveValue('1234');
    await expect.element(number()).toHaveFocus();
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
    expect(await stageOf()).toBe('approved');
  });

  test('Alt+2 uses the second card at once', async () => {
    await cardAsked();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '2', altKey: true, bubbles: true }));
    await expect.element(number()).toHaveValue('4000000000009995');
  });

  test('in test mode hands over the ready-made PaymentMethod', async () => {
    standIn.countersignRealStripe = true;
    core = new FakeCore({ mode: 'test' });
    await cardAsked();
    await page.getByTestId('palette').click();
    await page.getByTestId('palette-card-5555555555554444').click();
    await vi.waitFor(() => { expect(core.calls).toContain('submit_card pm_card_mastercard'); });
  });

  test('in test mode a card without a ready-made one is copied or told', async () => {
    standIn.countersignRealStripe = true;
    core = new FakeCore({ mode: 'test' });
    await cardAsked();
    await page.getByTestId('palette').click();
    await page.getByTestId('palette-card-4000008400001629').click();
    await expect.element(page.getByTestId('card-error')).toHaveTextContent('4000 0084 0000 1629');
    expect(count('submit_card')).toBe(0);
  });

  test('does not exist in live mode', async () => {
    core = new FakeCore({ mode: 'live' });
    await cardAsked();
    expect(document.querySelector('[data-testid="palette"]')).toBeNull();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '1', altKey: true, bubbles: true }));
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true }));
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    await expect.element(number()).toHaveValue('');
    expect(document.querySelector('[data-testid="palette-drawer"]')).toBeNull();
  });
});

describe('the bank', () => {
  async function challenged() {
    await cardAsked();
    await type('4000002500003155');
    await userEvent.keyboard('{Enter}');
    await expect.element(view()).toHaveAttribute('data-view', 'authenticate');
  }

  test('is met once, with the time left on top of its page, and then the payment finishes', async () => {
    await challenged();
    await expect.element(page.getByTestId('countdown')).toHaveTextContent(/^(60:00|59:5\d)$/);
    expect(document.querySelector('[popover]')?.matches(':popover-open')).toBe(true);
    core.putScene({});
    await page.getByRole('button', { name: 'Complete' }).click();
    await vi.waitFor(async () => { expect(await stageOf()).toBe('approved'); });
    expect(logged('handleCardAction')).toBe(1);
    expect(core.calls).toContain('authentication_hint returned');
  });

  test.each(['training', 'test', 'live'] as const)('%s is named on top of its page, in the mode’s colour', async (mode) => {
    core = new FakeCore({ mode });
    render(Payment, { core });
    putScene(core, 'authenticate');
    await expect.element(page.getByTestId('mode')).toHaveTextContent(mode.toUpperCase());
    const band = page.getByTestId('mode').element();
    expect(band.closest('[popover]')?.matches(':popover-open')).toBe(true);
    expect(band.getBoundingClientRect().height).toBeGreaterThan(30);
  });

  test.each([[760, 640], [720, 480], [420, 480]])('at %i x %i its page neither covers the countdown nor begins under it', async (width, height) => {
    await page.viewport(width, height);
    await challenged();
    // The bar grows when the bank's page has been seen, and the page makes room for it in the next frame.
    await vi.waitFor(() => {
      const overlay = document.querySelector('.stand-in-overlay')?.getBoundingClientRect();
      const bar = document.querySelector('[popover]')?.getBoundingClientRect();
      expect([bar?.top, bar?.width]).toEqual([0, width]);
      expect(overlay?.top).toBeCloseTo(bar?.bottom ?? NaN, 0);
      expect(overlay?.bottom).toBeCloseTo(height, 0);
    });
    const { left, top } = page.getByTestId('countdown').element().getBoundingClientRect();
    expect(document.elementFromPoint(left + 2, top + 2)?.closest('[popover]')).not.toBeNull();
    await page.getByRole('button', { name: 'Complete' }).click();
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
    // The body is as it was.
    expect(document.body.getBoundingClientRect().top).toBe(0);
    expect(document.querySelector('[popover]')).toBeNull();
  });

  test('failed: another card is asked for', async () => {
    await challenged();
    await page.getByRole('button', { name: 'Fail' }).click();
    await expect.element(page.getByTestId('decline')).toHaveTextContent('Authentication failed');
    expect(core.calls).toContain('authentication_hint failed');
  });

  test('a Stripe.js that throws is only a hint; staff can open the bank’s page again', async () => {
    standIn.countersignChallengeThrows = true;
    await challenged();
    await vi.waitFor(() => { expect(core.calls).toContain('authentication_hint threw'); });
    expect(logged('handleCardAction')).toBe(1);
    standIn.countersignChallengeThrows = false;
    core.onFreshPage = freshPage;
    await page.getByTestId('challenge-again').click();
    await page.getByRole('button', { name: 'Complete' }).click();
    await vi.waitFor(async () => { expect(await stageOf()).toBe('approved'); });
    expect(count('fresh_page')).toBe(1);
  });

  describe('that does not come', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setInterval', 'performance'] });
      standIn.countersignChallengeHangs = true;
    });
    afterEach(() => { vi.useRealTimers(); });
    /** Lets time pass for the page. */
    const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

    test('is offered again after 15 seconds, prominently, told to the core, and opened in a fresh page', async () => {
      core.onFreshPage = freshPage;
      await challenged();
      await pass(14_000);
      expect(document.querySelector('[data-testid="challenge-again"]')).toBeNull();
      expect(document.querySelector('[data-testid="challenge-again-small"]')).toBeNull();
      await pass(1_500);
      await expect.element(page.getByTestId('bank-page-missing')).toBeVisible();
      await expect.element(page.getByTestId('challenge-again')).toHaveFocus();
      await vi.waitFor(() => { expect(core.calls).toContain('authentication_hint missing'); });
      expect((await core.recentSales())[0]?.stage).toMatchObject({ page: 'missing' });
      standIn.countersignChallengeHangs = false;
      // Nothing was on the screen, so nothing is asked.
      await seen();
      await userEvent.keyboard('{Enter}');
      await vi.waitFor(() => { expect(count('fresh_page')).toBe(1); });
      await page.getByRole('button', { name: 'Complete' }).click();
      await vi.waitFor(async () => { expect(await stageOf()).toBe('approved'); });
    });

    test.each([
      ['a hidden frame', (frame: HTMLIFrameElement) => { frame.style.visibility = 'hidden'; frame.style.width = '400px'; frame.style.height = '400px'; }],
      ['a frame of one pixel', (frame: HTMLIFrameElement) => { frame.style.width = '1px'; frame.style.height = '1px'; }],
      ['a frame that is not drawn', (frame: HTMLIFrameElement) => { frame.style.display = 'none'; frame.style.width = '400px'; frame.style.height = '400px'; }],
      ['a frame that is seen through', (frame: HTMLIFrameElement) => { frame.style.opacity = '0'; frame.style.width = '400px'; frame.style.height = '400px'; }],
      ['a frame beside the screen', (frame: HTMLIFrameElement) => { frame.style.cssText = 'position: fixed; left: -5000px; top: 0; width: 400px; height: 400px'; }],
      ['a frame beside the screen but for its edge', (frame: HTMLIFrameElement) => { frame.style.cssText = 'position: fixed; left: -350px; top: 0; width: 400px; height: 400px'; }],
    ])('%s is no page of the bank’s: the bank’s look at the browser is in such a one', async (_name, make) => {
      await challenged();
      const frame = document.createElement('iframe');
      frame.name = '__privateStripeControllerOther';
      make(frame);
      document.body.append(frame);
      await pass(9_500);
      expect(core.calls).not.toContain('authentication_hint shown');
      await pass(6_000);
      await expect.element(page.getByTestId('bank-page-missing')).toBeVisible();
    });

    test('comes after the bank’s look at the browser: only then it is there', async () => {
      await challenged();
      const look = document.createElement('iframe');
      look.name = '__privateStripeControllerLook';
      Object.assign(look.style, { position: 'absolute', width: '1px', height: '1px', opacity: '0' });
      document.body.append(look);
      await pass(9_900);
      look.remove();
      expect(core.calls).not.toContain('authentication_hint shown');
      const bank = document.createElement('iframe');
      bank.name = '__privateStripeControllerBank';
      bank.style.cssText = 'position: fixed; inset: 0; width: 400px; height: 400px';
      document.body.append(bank);
      await vi.waitFor(() => { expect(core.calls).toContain('authentication_hint shown'); });
      await pass(15_500);
      expect(core.calls).not.toContain('authentication_hint missing');
      bank.remove();
    });
  });

  test('that came is offered again in small, and only after a second yes', async () => {
    await challenged();
    await vi.waitFor(() => { expect(core.calls).toContain('authentication_hint shown'); });
    const small = page.getByTestId('challenge-again-small');
    await small.click();
    await expect.element(page.getByRole('alert')).toHaveTextContent('A code that the bank has sent may stop working');
    await page.getByTestId('challenge-again-no').click();
    await small.click();
    expect(count('fresh_page')).toBe(0);
    await page.getByTestId('challenge-again-yes').click();
    await vi.waitFor(() => { expect(count('fresh_page')).toBe(1); });
    expect(core.calls).not.toContain('authentication_hint missing');
  });

  test('that was there and has gone is offered prominently, and asked about', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'performance'] });
    try {
      await challenged();
      await vi.waitFor(() => { expect(core.calls).toContain('authentication_hint shown'); });
      document.querySelector('.stand-in-overlay')?.remove();
      await vi.advanceTimersByTimeAsync(15_500);
      await page.getByTestId('challenge-again').click();
      expect(count('fresh_page')).toBe(0);
      await page.getByTestId('challenge-again-yes').click();
      await vi.waitFor(() => { expect(count('fresh_page')).toBe(1); });
    } finally {
      vi.useRealTimers();
    }
  });
});

test.each(['charging', 'checking', 'confirming', 'awaiting_charge', 'cancelling'])('working: %s is said', async (doing) => {
  render(Payment, { core });
  putScene(core, doing);
  await expect.element(page.getByTestId('working')).toHaveAttribute('data-doing', doing);
  expect(document.querySelector('[data-testid="announcement"]')?.textContent).toContain('£25.00');
});
