// The payment window: a card, the test cards at hand, what is being done.
import '../shared/tokens.css';
import '../shared/base.css';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import Payment from '../payment/Payment.svelte';
import { PaymentState } from '../payment/payment_state.svelte';
import { putScene } from './scenes';
import { seen } from './seen';
import { cardAsked, core, count, logged, number, stageOf, startAfresh, type, useCore, view } from './at_payment';
import { standIn } from './stand_in';

beforeEach(startAfresh);

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
    await vi.waitFor(() => {
      expect(logged('mount')).toBe(1);
    });
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
    await core.openForCard('25');
    await expect.element(number()).toHaveFocus();
    await expect.element(page.getByTestId('payment-amount')).toHaveTextContent('£25.00');
    expect(logged('mount')).toBe(1);
    expect(standIn.countersignStripeLog?.find((line) => line.startsWith('create'))).toMatch(/"disableLink":true.*"iconStyle":"solid"/);
  });

  test.each([
    [720, 760],
    [680, 520],
  ])('is asked for under an amount that is larger than any other text, at %i by %i', async (width, height) => {
    await page.viewport(width, height);
    await cardAsked();
    const sizes = [...view().element().querySelectorAll<HTMLElement>('*')].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        [...element.childNodes].some((node) => node instanceof Text && node.data.trim() !== ''),
    );
    const size = (element: Element) => parseFloat(getComputedStyle(element).fontSize);
    const amount = page.getByTestId('payment-amount').element();
    expect(sizes.length).toBeGreaterThan(5);
    expect(
      sizes.filter((element) => element !== amount && size(element) >= size(amount) / 1.5).map((element) => element.outerHTML),
    ).toEqual([]);
    expect(size(amount)).toBe(height > 600 ? 84 : 56);
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
    await vi.waitFor(async () => {
      expect(await stageOf()).toBe('approved');
    });
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
    await new Promise((resolve) => {
      setTimeout(resolve, 150);
    });
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
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    await expect.element(page.getByTestId('palette')).toHaveFocus();
  });

  test('Cancel sale cancels it', async () => {
    await cardAsked();
    await page.getByTestId('cancel-sale').click();
    await vi.waitFor(async () => {
      expect(await stageOf()).toBe('cancelled');
    });
  });
});

describe('the palette', () => {
  test('opens by F2, is searched, and fills the card so that Enter charges', async () => {
    await cardAsked();
    page
      .getByTestId('close')
      .element()
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true }));
    await expect.element(page.getByTestId('palette-search')).toHaveFocus();
    await userEvent.keyboard('amex');
    await vi.waitFor(() => {
      expect(document.querySelectorAll('[data-testid^="palette-card-"]')).toHaveLength(0);
    });
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
    useCore(new FakeCore({ mode: 'test' }));
    await cardAsked();
    await page.getByTestId('palette').click();
    await page.getByTestId('palette-card-5555555555554444').click();
    await vi.waitFor(() => {
      expect(core.calls).toContain('submit_card pm_card_mastercard');
    });
  });

  test('in test mode a card without a ready-made one is copied or told', async () => {
    standIn.countersignRealStripe = true;
    useCore(new FakeCore({ mode: 'test' }));
    await cardAsked();
    await page.getByTestId('palette').click();
    await page.getByTestId('palette-card-4000008400001629').click();
    await expect.element(page.getByTestId('card-error')).toHaveTextContent('4000 0084 0000 1629');
    expect(count('submit_card')).toBe(0);
  });

  test('does not exist in live mode', async () => {
    useCore(new FakeCore({ mode: 'live' }));
    await cardAsked();
    expect(document.querySelector('[data-testid="palette"]')).toBeNull();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '1', altKey: true, bubbles: true }));
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true }));
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    await expect.element(number()).toHaveValue('');
    expect(document.querySelector('[data-testid="palette-drawer"]')).toBeNull();
  });
});

test.each(['charging', 'checking', 'confirming', 'awaiting_charge', 'cancelling'])('working: %s is said', async (doing) => {
  render(Payment, { core });
  putScene(core, doing);
  await expect.element(page.getByTestId('working')).toHaveAttribute('data-doing', doing);
  expect(document.querySelector('[data-testid="announcement"]')?.textContent).toContain('£25.00');
});
