// What an outcome or a question goes by: a press that was meant for it.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import Payment from '../payment/Payment.svelte';
import App from '../till/App.svelte';
import { absent, putSaleIn, stages } from './scenes';
import { seen } from './seen';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  window.focus();
  await page.viewport(1180, 780);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const stage = () => page.getByTestId('stage');
const count = (command: string) => core.calls.filter((call) => call.startsWith(command)).length;
const pause = (ms: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** A sale that is being paid, and then is. */
async function approved() {
  const sale = putSaleIn(core, 'submitting');
  render(App, { core });
  await expect.element(stage()).toHaveAttribute('data-stage', 'submitting');
  core.put({ ...sale, stage: stages(Date.now()).approved });
  await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
}

async function stillApproved() {
  await pause(60);
  await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
}

test('a key that was held in another window comes as a new press here, and is none', async () => {
  const front = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  window.dispatchEvent(new FocusEvent('blur'));
  await pause(20);
  await approved();
  front.mockReturnValue(true);
  window.dispatchEvent(new FocusEvent('focus'));
  // The keyboard begins to repeat it 660 ms after it went down, in the window before.
  await pause(800);
  await userEvent.keyboard('{Enter}');
  await stillApproved();
  await pause(450);
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('amount')).toHaveFocus();
});

test('a stage that has to be scrolled is reached by Tab, and an Enter there is looked at like every other', async () => {
  await page.viewport(1024, 280);
  await approved();
  const field = page.getByTestId('stage-amount').element().parentElement;
  await vi.waitFor(() => {
    expect(field?.tabIndex).toBe(0);
  });
  field?.focus();
  expect(document.activeElement).toBe(field);
  await userEvent.keyboard('{Enter}');
  await stillApproved();
  await seen();
  await pause(450);
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('amount')).toHaveFocus();
});

test('a stage that fits is no stop on the way', async () => {
  await approved();
  expect(page.getByTestId('stage-amount').element().parentElement?.tabIndex).toBe(-1);
});

describe('approved', () => {
  test('stays under thirty fast Enters, however long they take, and goes by a fresh one', async () => {
    await approved();
    for (let press = 0; press < 30; press += 1) {
      await userEvent.keyboard('{Enter}');
      await pause(40);
    }
    await stillApproved();
    await pause(450);
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('amount')).toHaveFocus();
  });

  test('stays under a key that is held', async () => {
    await approved();
    await seen();
    const button = page.getByTestId('next-sale').element();
    for (const target of [button, document.body]) {
      const held = new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true });
      target.dispatchEvent(held);
      expect(held.defaultPrevented).toBe(true);
    }
    await stillApproved();
  });

  test('stays under an Enter that ends what somebody types or scans', async () => {
    await approved();
    await seen();
    await userEvent.keyboard('5901234123457{Enter}');
    await stillApproved();
  });

  test('in a window that was not in front goes by no key before it has been for a while', async () => {
    const front = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    await approved();
    await seen();
    front.mockReturnValue(true);
    window.dispatchEvent(new FocusEvent('focus'));
    await userEvent.keyboard('{Enter}');
    await stillApproved();
    await pause(700);
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('amount')).toHaveFocus();
  });

  test('in a window that is hidden has not been seen', async () => {
    const shown = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await approved();
    await pause(800);
    await userEvent.keyboard('{Enter}');
    await stillApproved();
    shown.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    await userEvent.keyboard('{Enter}');
    await stillApproved();
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('amount')).toHaveFocus();
  });

  test('stays under the second half of a double click on what stood in its place', async () => {
    await approved();
    const { left, top, width, height } = page.getByTestId('next-sale').element().getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
    const button = page.getByTestId('next-sale').element();
    button.dispatchEvent(new PointerEvent('pointerdown', at));
    button.dispatchEvent(new MouseEvent('click', { ...at, detail: 2 }));
    await stillApproved();
    await page.getByTestId('next-sale').click();
    await expect.element(page.getByTestId('amount')).toHaveFocus();
  });
});

test('a double click on Cancel does not answer the question that comes up under it', async () => {
  const sale = putSaleIn(core, 'not_known');
  core.put({ ...sale, stage: absent() });
  render(App, { core });
  await seen();
  await page.getByTestId('action-cancel').click();
  const confirm = page.getByTestId('cancel-confirm').element();
  confirm.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
  confirm.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 2 }));
  await pause(60);
  expect(count('cancel_sale')).toBe(0);
  await expect.element(page.getByTestId('cancel-confirm')).toBeVisible();
});

describe('the card window', () => {
  const number = () => page.getByLabelText('Card number');
  const hadSo = () =>
    ((window as { countersignStripeLog?: string[] }).countersignStripeLog ?? []).filter((line) => line.startsWith('createPaymentMethod'))
      .length;
  beforeEach(async () => {
    Reflect.deleteProperty(window, 'countersignStripeLog');
    await page.viewport(760, 640);
  });

  async function cardAsked() {
    render(Payment, { core });
    await core.openForCard('25');
    await expect.element(number()).toHaveFocus();
  }

  test('is not charged by the Enter that opened it, however long it is held', async () => {
    await cardAsked();
    for (let press = 0; press < 20; press += 1) {
      await userEvent.keyboard('{Enter}');
      await pause(40);
    }
    expect(hadSo()).toBe(0);
    await expect.element(page.getByTestId('card-error')).toHaveTextContent('');
  });

  test('is not left by the Escape that closed the test cards', async () => {
    await cardAsked();
    await seen();
    await page.getByTestId('palette').click();
    await expect.element(page.getByTestId('palette-search')).toHaveFocus();
    await seen();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByTestId('palette-drawer')).not.toBeInTheDocument();
    await userEvent.keyboard('{Escape}{Escape}');
    await pause(60);
    expect(count('abandon_payment')).toBe(0);
    await seen();
    await pause(450);
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => {
      expect(count('abandon_payment')).toBe(1);
    });
  });
});
