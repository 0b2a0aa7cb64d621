// A check of the till in the payment window, over the fake core and a stand-in for Stripe.js: the empty field that is looked at,
// and the bank's page that staff complete. Nothing in it is a sale.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import { PATIENCE_MS } from '../payment/challenge_watch';
import Payment from '../payment/Payment.svelte';
import { CHECK_ID, putScene } from './scenes';
import { seen } from './seen';
import { forgetStandIn, standIn } from './stand_in';

let core: FakeCore;
beforeEach(async () => {
  await page.viewport(760, 640);
  forgetStandIn();
  core = new FakeCore();
});

const told = () => core.calls.filter((call) => call.startsWith('tell_check'));
const said = async (what: string) => {
  await vi.waitFor(
    () => {
      expect(told()).toEqual([`tell_check ${what} ${CHECK_ID}`]);
    },
    { timeout: 5000 },
  );
};
const ofSales = () => core.calls.filter((call) => /submit_card|authentication_hint|abandon_payment|cancel_payment/.test(call));
afterEach(() => {
  expect(ofSales(), 'the page has acted for a sale').toEqual([]);
});

describe('the cursor', () => {
  async function tried() {
    render(Payment, { core });
    await seen();
    putScene(core, 'check-cursor');
    await expect.element(page.getByTestId('try-cursor')).toBeVisible();
  }

  test('that comes by itself is told, once, and the card’s digits are not asked for', async () => {
    await tried();
    await said('there');
    await expect.element(page.getByTestId('try-cursor')).toHaveTextContent('Touch nothing for a moment');
    expect(document.querySelector('[data-testid="charge"]')).toBeNull();
    expect(core.calls).toContain('place_cursor');
  });

  test('that does not come is told as that, after the window was in front for a while', async () => {
    standIn.countersignNoCursor = true;
    await tried();
    await new Promise((resolve) => {
      setTimeout(resolve, 1000);
    });
    expect(told()).toEqual([]);
    await said('needs_click');
  });

  test('shows nothing when a key or a button is pressed meanwhile', async () => {
    standIn.countersignNoCursor = true;
    await tried();
    await page.getByTestId('try-cursor').click();
    await said('touched');
  });

  test('cannot be brought by a click into the field, which this page would not hear of', async () => {
    await tried();
    expect(getComputedStyle(page.getByTestId('card-mount').element()).pointerEvents).toBe('none');
    await said('there');
  });

  test('shows nothing where the field does not come up', async () => {
    standIn.countersignFieldFails = true;
    await tried();
    await said('no_field');
  });

  test('Escape leaves it', async () => {
    standIn.countersignNoCursor = true;
    await tried();
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => {
      expect(told()).toContain(`tell_check closed ${CHECK_ID}`);
    });
  });

  test('Enter charges nothing', async () => {
    await tried();
    await said('there');
    await userEvent.keyboard('{Enter}');
    expect((standIn.countersignStripeLog ?? []).some((line) => line.startsWith('createPaymentMethod'))).toBe(false);
  });
});

describe('the bank’s page', () => {
  async function asked() {
    render(Payment, { core });
    await seen();
    putScene(core, 'check-bank');
    await expect.element(page.getByRole('button', { name: 'Complete' })).toBeVisible();
  }

  test('comes by the same call as a sale’s, says what it is, and its end is a hint', async () => {
    await asked();
    await expect.element(page.getByTestId('check-bank-bar')).toHaveTextContent('no customer, no money. Press Complete');
    expect((standIn.countersignStripeLog ?? []).filter((line) => line === 'handleCardAction').length).toBe(1);
    await page.getByRole('button', { name: 'Complete' }).click();
    await vi.waitFor(() => {
      expect(told()).toContain(`tell_check returned ${CHECK_ID}`);
    });
    await expect.element(page.getByTestId('authenticate')).toHaveTextContent('The till is reading what the bank decided');
  });

  test('that fails or throws is a hint too', async () => {
    await asked();
    await page.getByRole('button', { name: 'Fail' }).click();
    await vi.waitFor(() => {
      expect(told()).toContain(`tell_check failed ${CHECK_ID}`);
    });
  });

  test('that throws is a hint too', async () => {
    standIn.countersignChallengeThrows = true;
    render(Payment, { core });
    putScene(core, 'check-bank');
    await vi.waitFor(() => {
      expect(told()).toContain(`tell_check threw ${CHECK_ID}`);
    });
  });

  test('is left from the bar over it, and offers no sale to cancel', async () => {
    await asked();
    expect(document.querySelector('[data-testid="cancel-sale"]')).toBeNull();
    await page.getByTestId('stop-check').click();
    await vi.waitFor(() => {
      expect(told()).toContain(`tell_check closed ${CHECK_ID}`);
    });
  });

  test('is opened again at once, for no customer has a code of it', async () => {
    await asked();
    await page.getByTestId('challenge-again-small').click();
    await vi.waitFor(() => {
      expect(core.calls).toContain('fresh_page');
    });
    expect(document.querySelector('[data-testid="challenge-again-yes"]')).toBeNull();
  });

  test('that does not come is told as a check’s: nothing of a customer or a charge', async () => {
    standIn.countersignChallengeHangs = true;
    render(Payment, { core });
    putScene(core, 'check-bank');
    await vi.waitFor(() => {
      expect(standIn.countersignStripeLog).toContain('handleCardAction');
    });
    const now_ms = performance.now.bind(performance);
    performance.now = () => now_ms() + PATIENCE_MS;
    await expect.element(page.getByTestId('bank-page-missing')).toHaveTextContent('this is a check with a test card');
    Reflect.deleteProperty(performance, 'now');
    await expect.element(page.getByTestId('authenticate')).not.toHaveTextContent(/charged|customer confirms/);
    await expect.element(page.getByTestId('close')).toHaveTextContent('Skip what is tried here');
  });

  test('keeps no client secret', async () => {
    await asked();
    expect(document.documentElement.outerHTML).not.toContain('_secret_');
  });
});
