// The till’s frame: an amount, a sale by keyboard alone, start-up, and what stands behind the payment window.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import { guard } from '../shared/guards';
import App from '../till/App.svelte';
import { putSaleIn } from './scenes';
import { seen } from './seen';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});
afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

const stage = () => page.getByTestId('stage');
const count = (command: string) => core.calls.filter((call) => call.startsWith(command)).length;

async function payFor(text: string, number: string) {
  await userEvent.keyboard(`${text}{Enter}`);
  await expect.element(stage()).toHaveAttribute('data-stage', 'open');
  const scene = await core.watchPayment(0);
  if (scene.view.kind !== 'card') throw new Error(`no card is asked for: ${scene.view.kind}`);
  await core.submitCard(scene.view.sale_id, scene.view.attempt_id, `pm_fake_${number}_x`);
}

describe('a page that has ended and is loaded again', () => {
  test('goes on at the sale that was on the screen, though nothing of it is open', async () => {
    const before = render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await payFor('25', '4242424242424242');
    await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
    await before.unmount();
    const again = render(App, { core });
    await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
    await seen();
    await page.getByTestId('next-sale').click();
    await expect.element(page.getByTestId('amount')).toBeVisible();
    await again.unmount();
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toBeVisible();
  });
});

describe('an amount', () => {
  test('is focused at start and written as the locale writes it', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard('1234.5');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('£1,234.50 GBP');
  });

  test('follows another locale and currency', async () => {
    core = new FakeCore({ preferences: { locale: 'de-DE', currency: 'EUR' } });
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard('1234,5');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('1.234,50 €');
  });

  test.each([
    ['en-GB', 'GBP', '0.00'],
    ['de-DE', 'EUR', '0,00'],
    ['ja-JP', 'JPY', '0'],
  ])('in %s and %s shows an empty field as %s', async (locale, currency, zero) => {
    core = new FakeCore({ preferences: { locale, currency } });
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveAttribute('placeholder', zero);
  });

  test.each([
    ['12.345', '2 decimals'],
    ['abc', 'in figures'],
    ['0.00', 'The amount is zero'],
  ])('%s is refused with a sentence', async (text, part) => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard(text);
    await expect.element(page.getByTestId('priced')).toHaveTextContent(part);
    await expect.element(page.getByTestId('charge-start')).toBeDisabled();
  });

  test('is not called wrong while it is only started; on Enter it is', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    for (const key of ['0', '.']) {
      await userEvent.keyboard(key);
      await expect.element(page.getByTestId('priced')).toHaveAttribute('data-kind', 'started');
      await expect.element(page.getByTestId('priced')).toHaveTextContent('Type the amount and press Enter.');
      await expect.element(page.getByTestId('amount')).toHaveAttribute('aria-invalid', 'false');
    }
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('The amount is zero');
    await userEvent.keyboard('2');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('£0.20 GBP');
    expect(count('start_sale')).toBe(0);
  });

  test('refused by the core at the start keeps the amount and says why', async () => {
    core.refuseNext.set('start_sale', { fact: 'amount_refused', refused: { why: 'too_large', maximum: '£999,999.99' } });
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard('25{Enter}');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('cannot be more than £999,999.99');
    await expect.element(page.getByTestId('amount')).toHaveValue('25');
  });

  test('cannot be typed while nothing can be sold, and the problem is said', async () => {
    core.putStatus({ can_sell: false, problems: [{ fact: 'journal_newer', file: '/home/shop/training.sqlite' }] });
    render(App, { core });
    await expect.element(page.getByTestId('problem')).toHaveTextContent('newer version');
    await expect.element(page.getByTestId('amount')).toBeDisabled();
  });
});

test.each(['training', 'test', 'live'] as const)('%s stands in a band that is as high and as solid as the others', async (mode) => {
  core = new FakeCore({ mode });
  render(App, { core });
  const band = page.getByTestId('mode');
  await expect.element(band).toHaveTextContent(mode === 'live' ? 'LIVE: real money' : 'no real money');
  const { height, width } = band.element().getBoundingClientRect();
  expect([height, width]).toEqual([34, 1180]);
  const { backgroundColor, backgroundImage } = getComputedStyle(band.element());
  expect(backgroundColor !== 'rgba(0, 0, 0, 0)' || backgroundImage !== 'none').toBe(true);
});

describe('a sale by keyboard alone', () => {
  test('amount, Enter, card, approved, Enter, next', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await payFor('25', '4242424242424242');
    await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
    await expect.element(page.getByTestId('receipt-amount')).toHaveTextContent('£25.00');
    await expect.element(page.getByTestId('receipt-card')).toHaveTextContent('Visa •••• 4242');
    await expect.element(page.getByTestId('receipt-number')).toHaveTextContent('No. 1');
    await expect.element(page.getByTestId('receipt-mode')).toHaveTextContent('TRAINING');
    await expect.element(page.getByTestId('receipt-payment-intent')).toHaveTextContent('pi_3Fake1');
    await expect.element(page.getByTestId('announcement')).toHaveTextContent('Approved');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await expect.element(page.getByTestId('amount')).toHaveValue('');
  });

  test('Enter twice opens one sale', async () => {
    core = new FakeCore({ delay_ms: 60 });
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard('25');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('£25.00');
    await userEvent.keyboard('{Enter}{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'open');
    expect(count('start_sale')).toBe(1);
    expect(await core.recentSales()).toHaveLength(1);
  });

  test('a stray Enter right after approval does not hide it', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await payFor('25', '4242424242424242');
    await vi.waitFor(
      () => {
        expect(document.querySelector('[data-stage="approved"]')).not.toBeNull();
      },
      { interval: 5 },
    );
    await userEvent.keyboard('{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
  });

  test('declined speaks in two voices, Enter asks for another card, the sale stays the same one', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await payFor('25', '4000000000009995');
    await expect.element(stage()).toHaveAttribute('data-stage', 'declined');
    await expect.element(page.getByTestId('voice-staff')).toHaveTextContent('another card');
    await expect.element(page.getByTestId('voice-customer')).toHaveTextContent('Your bank declined the card for lack of funds');
    await seen();
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => {
      expect(count('take_card')).toBe(1);
    });
    expect(await core.recentSales()).toHaveLength(1);
  });

  test('Escape cancels a declined sale and asks nothing', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await payFor('25', '4000000000009995');
    await expect.element(stage()).toHaveAttribute('data-stage', 'declined');
    await seen();
    await userEvent.keyboard('{Escape}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'cancelled');
  });
});

describe('start-up', () => {
  test('shows the newest sale that can be acted on and lists the others', async () => {
    putSaleIn(core, 'not_known', 1000);
    putSaleIn(core, 'approved', 2000);
    putSaleIn(core, 'authenticated', 3000);
    putSaleIn(core, 'submitting', 4000);
    render(App, { core });
    await expect.element(stage()).toHaveAttribute('data-stage', 'submitting');
    await expect.element(page.getByTestId('attend-1')).toHaveTextContent('Not known yet');
    await expect.element(page.getByTestId('attend-3')).toBeVisible();
    await page.getByTestId('attend-1').click();
    await expect.element(stage()).toHaveAttribute('data-stage', 'not_known');
  });

  test('a till that could not be opened is tried again, in the mode in force', async () => {
    core = new FakeCore({ mode: 'test' });
    core.putStatus({ can_sell: false, problems: [{ fact: 'keyring_locked' }] });
    const choose = vi.spyOn(core, 'chooseMode');
    choose.mockImplementationOnce(() =>
      Promise.resolve(core.putStatus({ problems: [{ fact: 'refused', refusal: { code: 'disk_full' } }] })),
    );
    choose.mockImplementationOnce(() => Promise.reject(new Error('no answer')));
    choose.mockImplementationOnce(() => Promise.resolve(core.putStatus({ can_sell: true, problems: [] })));
    render(App, { core });
    const again = page.getByTestId('try-opening-again');
    await again.click();
    await expect.element(page.getByTestId('problem')).toHaveTextContent('The disk is full');
    await again.click();
    await expect.element(page.getByTestId('retry-refusal')).toHaveTextContent('did not answer');
    await again.click();
    await expect.element(page.getByTestId('amount')).toBeEnabled();
    await expect.element(again).not.toBeInTheDocument();
    await expect.element(page.getByTestId('retry-refusal')).not.toBeInTheDocument();
    expect(choose.mock.calls).toEqual([['test'], ['test'], ['test']]);
  });

  test('what still keeps the till shut is said once, however often it is tried again', async () => {
    core.putStatus({ can_sell: false, problems: [{ fact: 'journal_in_use' }] });
    render(App, { core });
    for (const again of ['journal_in_use', 'journal_in_use', 'training_not_started'] as const) {
      core.refuseNext.set('choose_mode', { fact: again });
      await page.getByTestId('try-opening-again').click();
      await vi.waitFor(() => {
        expect(core.refuseNext.size).toBe(0);
      });
    }
    await expect.element(page.getByTestId('retry-refusal')).toHaveTextContent('Training could not be started');
    expect(document.body.textContent.split('is using these sales already').length - 1).toBe(1);
    core.refuseNext.set('choose_mode', { fact: 'journal_in_use' });
    await page.getByTestId('try-opening-again').click();
    await expect.element(page.getByTestId('retry-refusal')).not.toBeInTheDocument();
    expect(document.body.textContent.split('is using these sales already').length - 1).toBe(1);
  });

  test('the settings try the mode in force again too, when it cannot sell', async () => {
    core.putStatus({ can_sell: false, problems: [{ fact: 'journal_in_use' }] });
    render(App, { core });
    await page.getByTestId('screen-settings').click();
    await page.getByTestId('room-stripe').click();
    await page.getByTestId('choose-training').click();
    await vi.waitFor(() => {
      expect(count('choose_mode')).toBe(1);
    });
    core.putStatus({ can_sell: true, problems: [] });
    await page.getByTestId('choose-training').click();
    expect(count('choose_mode')).toBe(1);
  });

  test('a till that does not answer says so and can be asked again', async () => {
    core.refuseNext.set('till_status', 'silence');
    render(App, { core });
    await expect.element(page.getByRole('alert')).toHaveTextContent('The till did not answer');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.element(page.getByTestId('amount')).toHaveFocus();
  });

  test('a refused second sale shows the one in hand', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    putSaleIn(core, 'open', 700);
    // It stands above the other in the list, and is in nobody's hand.
    putSaleIn(core, 'not_known', 800);
    core.refuseNext.set('start_sale', { fact: 'sale_in_hand' });
    await userEvent.keyboard('25{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'open');
    await expect.element(page.getByTestId('refusal')).toHaveTextContent('in hand');
  });
});

test('the screens change by keys, and browser keys do nothing', async () => {
  const off = guard(window);
  render(App, { core });
  await expect.element(page.getByTestId('amount')).toHaveFocus();
  await userEvent.keyboard('{Alt>}3{/Alt}');
  await expect.element(page.getByTestId('room-shop')).toHaveFocus();
  const press = (init: KeyboardEventInit) => !window.dispatchEvent(new KeyboardEvent('keydown', { ...init, cancelable: true }));
  expect(press({ key: 'F5' })).toBe(true);
  expect(press({ key: 'r', ctrlKey: true })).toBe(true);
  expect(press({ key: 'p', ctrlKey: true })).toBe(true);
  expect(press({ key: 'c', ctrlKey: true })).toBe(false);
  expect(window.dispatchEvent(new MouseEvent('contextmenu', { cancelable: true }))).toBe(false);
  expect(window.dispatchEvent(new DragEvent('drop', { cancelable: true }))).toBe(false);
  off();
});

describe('behind the payment window', () => {
  const opacity = (element: Element | null) => (element === null ? null : getComputedStyle(element).opacity);
  const shown = () => ({
    nav: opacity(document.querySelector('nav')),
    field: opacity(document.querySelector('[data-testid=stage-amount]')),
    side: opacity(document.querySelector('.side > *')),
  });

  async function atTheCard() {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard('25{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'open');
    window.dispatchEvent(new Event('blur'));
  }

  test('the field is whole and the rest is not there where the window stands over the side panel', async () => {
    await atTheCard();
    core.putPaymentWindow('side');
    await expect.poll(shown).toEqual({ nav: '0', field: '1', side: '0' });
    window.dispatchEvent(new Event('focus'));
    await expect.poll(shown).toEqual({ nav: '1', field: '1', side: '1' });
  });

  test('nothing but the mode is there where the window may stand anywhere', async () => {
    await atTheCard();
    core.putPaymentWindow('all');
    await expect.poll(shown).toEqual({ nav: '0', field: '0', side: '0' });
    await expect.element(page.getByTestId('mode')).toBeVisible();
    core.putPaymentWindow('nothing');
    await expect.poll(shown).toEqual({ nav: '1', field: '1', side: '1' });
  });

  test('no screen but the sale’s has a side panel to stand over', async () => {
    await atTheCard();
    window.dispatchEvent(new Event('focus'));
    await userEvent.keyboard('{Alt>}3{/Alt}');
    await expect.element(page.getByRole('main')).toBeVisible();
    window.dispatchEvent(new Event('blur'));
    core.putPaymentWindow('side');
    await expect.poll(() => opacity(document.querySelector('main'))).toBe('0');
  });
});
