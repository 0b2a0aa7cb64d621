// Stripe’s card field in the payment window: its cursor, its coming up and failing, and one Stripe for each page.
import '../shared/tokens.css';
import '../shared/base.css';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Payment from '../payment/Payment.svelte';
import { pauseAfter } from '../payment/retry';
import { seen } from './seen';
import { cardAsked, core, count, logged, number, startAfresh, type, view } from './at_payment';
import { standIn } from './stand_in';

beforeEach(startAfresh);

describe('the cursor', () => {
  const box = () => page.getByTestId('card-mount').element().parentElement;
  const hidden = () => document.querySelector<HTMLInputElement>('input[aria-hidden=true]');
  /** Types as a keyboard does; true when the page let the key through. */
  const keyReaches = (target: Element | null, init: KeyboardEventInit) =>
    target?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));

  test('is asked for with every card, and shown by the box when it is there', async () => {
    await cardAsked();
    await vi.waitFor(() => {
      expect(box()?.className).toContain('focused');
    });
    expect(count('place_cursor')).toBe(1);
    expect(document.querySelector('[data-testid^="cursor-"]')).toBeNull();
  });

  test('that does not come is said, and until then no key goes anywhere', async () => {
    standIn.countersignNoCursor = true;
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('cursor-coming')).toHaveTextContent('Not ready for the card yet');
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(hidden());
    });
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
    await vi.waitFor(
      () => {
        expect(box()?.className).toContain('focused');
      },
      { timeout: 2_500 },
    );
    expect(document.querySelector('[data-testid=cursor-click]')).toBeNull();
    await userEvent.keyboard('4242');
    await expect.element(number()).toHaveValue('4242');
  });

  test('is not asked for again while somebody keys into the field', async () => {
    standIn.countersignNoCursor = true;
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('cursor-click')).toBeVisible();
    await vi.waitFor(
      () => {
        expect(count('place_cursor')).toBe(2);
      },
      { timeout: 2_500 },
    );
    // As where an engine lets keys in and tells of no cursor.
    const field = number().element() as HTMLInputElement;
    field.value = '4242';
    field.dispatchEvent(new Event('input'));
    await new Promise((resolve) => {
      setTimeout(resolve, 2_300);
    });
    expect(count('place_cursor')).toBe(2);
    field.value = '';
    field.dispatchEvent(new Event('input'));
    await vi.waitFor(
      () => {
        expect(count('place_cursor')).toBe(3);
      },
      { timeout: 2_500 },
    );
  });

  test('comes by a click into the field, and then keys go in', async () => {
    standIn.countersignNoCursor = true;
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(page.getByTestId('cursor-click')).toBeVisible();
    // Not through the words over the field: they let clicks through.
    await number().click();
    await vi.waitFor(() => {
      expect(document.querySelector('[data-testid=cursor-click]')).toBeNull();
    });
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
    await vi.waitFor(() => {
      expect(box()?.className).toContain('focused');
    });
    (document.activeElement as HTMLElement).blur();
    await expect.element(number()).toHaveFocus();
    page.getByTestId('palette').element().focus();
    await new Promise((resolve) => {
      setTimeout(resolve, 400);
    });
    await expect.element(page.getByTestId('palette')).toHaveFocus();
    expect(keyReaches(document.activeElement, { key: 'Enter' })).toBe(true);
    expect(document.querySelector('[data-testid^="cursor-"]')).toBeNull();
  });

  test('is brought again for another card on the same sale', async () => {
    await cardAsked();
    await type('4000000000009995');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('decline')).toBeVisible();
    await vi.waitFor(() => {
      expect(box()?.className).toContain('focused');
    });
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
    await vi.waitFor(
      () => {
        expect(document.querySelector('.silent')).toBeNull();
      },
      { timeout: 3000 },
    );
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
    await vi.waitFor(() => {
      expect(logged('mount')).toBeGreaterThan(mounts);
    });
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
    await vi.waitFor(() => {
      expect(count('fresh_page')).toBe(1);
    });
    expect([logged('Stripe '), controllers(), logged('mount')]).toEqual([1, 1, 5]);
  });

  test.each([{ publishable_key: 'pk_test_another' }, { language: 'nl' as const }])('and is loaded afresh for %o', async (change) => {
    render(Payment, { core });
    await vi.waitFor(() => {
      expect(logged('mount')).toBe(1);
    });
    core.putScene(change);
    await vi.waitFor(() => {
      expect(count('fresh_page')).toBe(1);
    });
    expect([logged('Stripe '), controllers(), logged('mount')]).toEqual([1, 1, 1]);
  });

  test('but never while the bank is asking', async () => {
    await cardAsked();
    await type('4000002500003155');
    await userEvent.keyboard('{Enter}');
    await expect.element(view()).toHaveAttribute('data-view', 'authenticate');
    core.putScene({ language: 'nl' });
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    expect(count('fresh_page')).toBe(0);
    await page.getByRole('button', { name: 'Complete' }).click();
    await vi.waitFor(() => {
      expect(count('fresh_page')).toBe(1);
    });
  });

  test('the pauses between two tries grow', () => {
    const pauses = [1, 2, 3, 4, 5, 50].map(pauseAfter);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses[0]).toBeLessThan(5000);
    expect(pauses.at(-1)).toBe(30_000);
  });
});
