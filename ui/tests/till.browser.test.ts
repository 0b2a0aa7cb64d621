// The main window over the fake core, driven as staff drive it.
import type { TillFact } from '../shared/bindings/TillFact';
import type { Code } from '../shared/told';
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { CancelStep } from '../shared/bindings/CancelStep';
import type { LastLook } from '../shared/bindings/LastLook';
import type { StageView } from '../shared/bindings/StageView';
import { FakeCore } from '../shared/fake_core';
import { guard } from '../shared/guards';
import App from '../till/App.svelte';
import { absent, putSaleIn, stages } from './scenes';
import { seen } from './seen';

let core: FakeCore;
beforeEach(async () => { core = new FakeCore(); await page.viewport(1180, 780); });
afterEach(() => { delete document.documentElement.dataset['theme']; });

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

  test.each([['en-GB', 'GBP', '0.00'], ['de-DE', 'EUR', '0,00'], ['ja-JP', 'JPY', '0']])('in %s and %s shows an empty field as %s', async (locale, currency, zero) => {
    core = new FakeCore({ preferences: { locale, currency } });
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveAttribute('placeholder', zero);
  });

  test.each([['12.345', '2 decimals'], ['abc', 'in figures'], ['0.00', 'The amount is zero']])('%s is refused with a sentence', async (text, part) => {
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
    await vi.waitFor(() => { expect(document.querySelector('[data-stage="approved"]')).not.toBeNull(); }, { interval: 5 });
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
    await vi.waitFor(() => { expect(count('take_card')).toBe(1); });
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

describe('each stage', () => {
  const kinds = Object.keys(stages(0)) as StageView['kind'][];
  test.each(kinds)('%s is shown with its actions in the core’s order', async (kind) => {
    const sale = putSaleIn(core, 'submitting');
    render(App, { core });
    await expect.element(stage()).toHaveAttribute('data-stage', 'submitting');
    const { actions } = core.put({ ...sale, stage: stages(Date.now())[kind] });
    await expect.element(stage()).toHaveAttribute('data-stage', kind);
    await expect.element(page.getByTestId('stage-amount')).toHaveTextContent('£25.00');
    const shown = [...document.querySelectorAll('[data-testid^="action-"]')].map((button) => button.getAttribute('data-testid'));
    expect(shown).toEqual(actions.map((action) => `action-${action}`));
    const detail = document.querySelector('.detail');
    expect((detail?.scrollHeight ?? 1) <= (detail?.clientHeight ?? 0), 'nothing is to be scrolled').toBe(true);
    const announced = document.querySelector('[data-testid="announcement"]')?.textContent ?? '';
    expect(announced).toContain(document.querySelector('[data-testid="stage"] h1')?.textContent);
  });

  test('not known offers no new charge, and cancelling it asks first', async () => {
    const sale = putSaleIn(core, 'not_known');
    core.put({ ...sale, stage: absent() });
    render(App, { core });
    await expect.element(stage()).toHaveAttribute('data-stage', 'not_known');
    expect(document.querySelector('[data-testid="action-take_card"]')).toBeNull();
    await seen();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByTestId('cancel-confirm')).toBeVisible();
    expect(count('cancel_sale')).toBe(0);
    await page.getByTestId('cancel-confirm').click();
    await expect.element(stage()).toHaveAttribute('data-stage', 'cancelled');
  });

  describe('not known tells what was found', () => {
    const sees = (found: LastLook, named?: string) => {
      const sale = putSaleIn(core, 'not_known');
      core.put({ ...sale, stage: { kind: 'not_known', since_ms: Date.now() - 60_000, why: { kind: 'no_answer', finishing: false, found } } }, named);
      render(App, { core });
      return page.getByTestId('voice-staff');
    };

    test.each<[LastLook, RegExp]>([
      [{ kind: 'not_asked' }, /about to ask Stripe/],
      [{ kind: 'silent' }, /Stripe does not answer, so the customer may or may not have been charged/],
      [{ kind: 'refused' }, /can be reached, but does not say/],
      [{ kind: 'at_work' }, /bank is still at work/],
      [{ kind: 'list_too_long' }, /more payments than the till can go through/],
    ])('%o', async (found, words) => {
      const staff = sees(found);
      await expect.element(staff).toHaveTextContent(words);
      await expect.element(page.getByTestId('voice-customer')).toHaveTextContent('You will not be charged twice');
    });

    test('none so far, with the time until which the till waits, running', async () => {
      const until_ms = Date.now() + 62_000;
      const staff = sees({ kind: 'none_so_far', until_ms });
      await expect.element(staff).toHaveTextContent(/no such payment so far.*waits until \d\d:\d\d:\d\d \(01:0[0-2] left\)/);
      const first = staff.element().textContent;
      await vi.waitFor(() => { expect(staff.element().textContent).not.toBe(first); }, { timeout: 3000 });
    });

    test('and when that time is over, that the till asks once more', async () => {
      await expect.element(sees({ kind: 'none_so_far', until_ms: Date.now() - 1 })).toHaveTextContent('asks once more');
    });

    test('none: what can be done is named as its button is', async () => {
      const staff = sees({ kind: 'none' });
      await expect.element(staff).toHaveTextContent('“Send it again” sends the very same request');
      await expect.element(page.getByTestId('action-try_again')).toHaveTextContent('Send it again');
    });

    test('none, and the key is too old to be sent again: cancel', async () => {
      await expect.element(sees({ kind: 'none' }, 'not_known.absent_too_late')).toHaveTextContent('Cancel, and start a new sale');
    });
  });

  test('the cancel of a sale that is not known says that nothing goes out, and can be left for the next customer', async () => {
    core.staysSilent = true;
    const sale = putSaleIn(core, 'not_known');
    render(App, { core });
    await expect.element(stage()).toHaveAttribute('data-stage', 'not_known');
    await page.getByTestId('action-cancel').click();
    await page.getByTestId('cancel-confirm').click();
    await expect.element(stage()).toHaveAttribute('data-stage', 'cancelling');
    await expect.element(stage()).toHaveTextContent('Not cancelled yet');
    await expect.element(page.getByTestId('voice-staff')).toHaveTextContent('Stripe does not answer, so nothing can be cancelled now');
    expect(stage().element().textContent).not.toContain('with the bank');
    await page.getByTestId('next-sale').click();
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await expect.element(page.getByTestId('attend-1')).toHaveTextContent('Not cancelled yet');
    // Its cancel goes out while somebody else is served: it stays left.
    core.put({ ...sale, stage: { kind: 'cancelling', step: { kind: 'calling', doubt_since_ms: Date.now() } } });
    await userEvent.keyboard('30{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'open');
  });

  test.each<[CancelStep, RegExp]>([
    [{ kind: 'awaiting_charge' }, /The charge is still on its way. Its answer comes first/],
    [{ kind: 'calling', doubt_since_ms: null }, /Stripe has been asked to cancel/],
  ])('a cancel whose answer comes at once is not left: %o', async (step, words) => {
    core.put({ ...putSaleIn(core, 'submitting'), stage: { kind: 'cancelling', step } });
    render(App, { core });
    await expect.element(stage()).toHaveTextContent(words);
    expect(document.querySelector('[data-testid="next-sale"]')).toBeNull();
  });

  test('a bank’s page that has not come up is said and offered as in the card window', async () => {
    const sale = putSaleIn(core, 'needs_authentication');
    render(App, { core });
    await expect.element(page.getByTestId('action-authenticate')).toHaveTextContent('Show the bank’s page');
    core.put({ ...sale, stage: { kind: 'needs_authentication', deadline_ms: Date.now() + 3_600_000, page: 'missing' } });
    await expect.element(stage()).toHaveTextContent('The bank’s page has not come up');
    await page.getByTestId('action-authenticate').click();
    await vi.waitFor(() => { expect(count('take_card')).toBe(1); });
  });

  test('the bank’s yes is finished by Enter', async () => {
    putSaleIn(core, 'authenticated');
    render(App, { core });
    await expect.element(page.getByTestId('action-finish')).toHaveTextContent('Finish £25.00');
    await expect.element(page.getByTestId('countdown')).toHaveTextContent(/^52:0\d$/);
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
    await expect.element(page.getByTestId('receipt-authenticated')).toBeVisible();
  });

  test('the countdown goes by the till’s clock', async () => {
    const ahead_ms = 30 * 60_000;
    vi.spyOn(core, 'tillStatus').mockResolvedValue({ ...core.status, now_ms: Date.now() + ahead_ms });
    putSaleIn(core, 'needs_authentication');
    render(App, { core });
    await expect.element(page.getByTestId('countdown')).toHaveTextContent(/^22:0\d$/);
  });

  test('an older revision does not overwrite a newer one', async () => {
    const sale = putSaleIn(core, 'submitting');
    render(App, { core });
    await expect.element(stage()).toHaveAttribute('data-stage', 'submitting');
    core.put({ ...sale, stage: stages(Date.now()).approved });
    await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
    const late = vi.spyOn(core, 'recentSales').mockResolvedValue([sale]);
    await page.getByTestId('screen-history').click();
    await vi.waitFor(() => { expect(late).toHaveBeenCalled(); });
    await page.getByTestId('screen-sale').click();
    await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
  });

  test('while the payment window is in front the step looks quiet here, and Enter takes it once this one is', async () => {
    putSaleIn(core, 'declined');
    render(App, { core });
    const button = page.getByTestId('action-take_card');
    await expect.element(button).toBeVisible();
    const ground = () => getComputedStyle(button.element()).backgroundColor;
    window.dispatchEvent(new FocusEvent('focus'));
    await vi.waitFor(() => { expect(ground()).not.toBe('rgba(0, 0, 0, 0)'); });
    await expect.element(button).toHaveTextContent('Enter');
    window.dispatchEvent(new FocusEvent('blur'));
    await vi.waitFor(() => { expect(ground()).toBe('rgba(0, 0, 0, 0)'); });
    await expect.element(button).not.toHaveTextContent('Enter');
    await seen();
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => { expect(count('take_card')).toBe(1); });
  });

  test('an ended sale keeps its one step, whatever is in front', async () => {
    const sale = putSaleIn(core, 'submitting');
    render(App, { core });
    await expect.element(stage()).toHaveAttribute('data-stage', 'submitting');
    core.put({ ...sale, stage: stages(Date.now()).cancelled });
    window.dispatchEvent(new FocusEvent('blur'));
    await expect.element(page.getByTestId('next-sale')).toHaveTextContent('Enter');
  });

  test('a refused action says why', async () => {
    putSaleIn(core, 'declined');
    core.refuseNext.set('take_card', { fact: 'payment_window_not_cleared' });
    render(App, { core });
    await page.getByTestId('action-take_card').click();
    await expect.element(page.getByTestId('refusal')).toHaveTextContent('no card can be keyed');
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
    choose.mockImplementationOnce(() => Promise.resolve(core.putStatus({ problems: [{ fact: 'refused', refusal: { code: 'disk_full' } }] })));
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

  test('the settings try the mode in force again too, when it cannot sell', async () => {
    core.putStatus({ can_sell: false, problems: [{ fact: 'journal_in_use' }] });
    render(App, { core });
    await page.getByTestId('screen-settings').click();
    await page.getByTestId('room-stripe').click();
    await page.getByTestId('choose-training').click();
    await vi.waitFor(() => { expect(count('choose_mode')).toBe(1); });
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

describe('history', () => {
  test('unknown first, then newest; found by amount, digits and number', async () => {
    putSaleIn(core, 'not_known', 1000);
    putSaleIn(core, 'approved', 2000);
    putSaleIn(core, 'cancelled', 3000);
    render(App, { core });
    await page.getByTestId('screen-history').click();
    const rows = () => [...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-testid'));
    await vi.waitFor(() => { expect(rows()).toEqual(['sale-1', 'sale-3', 'sale-2']); });
    await userEvent.keyboard('20.00');
    await vi.waitFor(() => { expect(rows()).toEqual(['sale-2']); });
    await page.getByTestId('search').fill('4242');
    await vi.waitFor(() => { expect(rows()).toHaveLength(3); });
    await page.getByTestId('search').fill('no 3');
    await vi.waitFor(() => { expect(rows()).toEqual(['sale-3']); });
    await page.getByTestId('search').fill('9999');
    await expect.element(page.getByText('No sale fits this search.')).toBeVisible();
  });

  test('opens a sale’s detail and leads to what is unfinished', async () => {
    putSaleIn(core, 'approved', 2000);
    putSaleIn(core, 'declined', 3000);
    render(App, { core });
    await page.getByTestId('screen-history').click();
    await page.getByTestId('sale-1').click();
    await expect.element(page.getByTestId('sale-detail').getByTestId('receipt-amount')).toHaveTextContent('£20.00');
    await page.getByTestId('sale-2').click();
    await page.getByTestId('open-sale').click();
    await expect.element(stage()).toHaveAttribute('data-stage', 'declined');
  });
});

describe('the keys and the mode', () => {
  beforeEach(async () => {
    render(App, { core });
    await page.getByTestId('screen-settings').click();
    await page.getByTestId('room-stripe').click();
  });

  async function save(secret: string, publishable: string) {
    await page.getByTestId('secret-key').fill(secret);
    await page.getByTestId('publishable-key').fill(publishable);
    await page.getByTestId('save-keys').click();
  }

  test('the keys’ button is in sight without scrolling, also while the keyring is explained', async () => {
    const bottom = () => page.getByTestId('save-keys').element().getBoundingClientRect().bottom;
    await expect.element(page.getByTestId('save-keys')).toBeVisible();
    expect(bottom()).toBeLessThanOrEqual(780);
    const missing: TillFact = { fact: 'keyring_missing', what: 'service' };
    core.setupView = { ...core.setupView, keyring_problem: missing };
    await page.getByTestId('screen-sale').click();
    await page.getByTestId('screen-settings').click();
    await expect.element(page.getByTestId('keyring-problem')).toBeVisible();
    expect(bottom()).toBeLessThanOrEqual(780);
    core.setupView = { ...core.setupView, keyring_problem: null };
    await save('rk_test_abcdefghij1234', 'pk_test_abcdefgh');
    await expect.element(page.getByTestId('account-test')).toBeVisible();
    expect(bottom()).toBeLessThanOrEqual(780);
  });

  test('keeps keys, clears the secret, and never shows it', async () => {
    await save('rk_test_abcdefghij1234', 'pk_test_abcdefgh');
    await expect.element(page.getByTestId('keys-saved')).toBeVisible();
    await expect.element(page.getByTestId('secret-key')).toHaveValue('');
    await expect.element(page.getByTestId('account-test')).toHaveTextContent('rk_test_…1234');
    expect(document.body.innerHTML).not.toContain('abcdefghij1234');
    await expect.element(page.getByTestId('choose-test')).toBeEnabled();
    await expect.element(page.getByTestId('choose-live')).toBeDisabled();
  });

  const restricted = ['rk_test_abcdefgh', 'pk_test_abcdefgh'] as const;
  test.each<[Code, string, string, TillFact | null, string]>([
    ['keys_mixed_modes', 'sk_live_abcdefgh', 'pk_test_abcdefgh', null, 'One key is for test mode'],
    ['key_malformed', 'nonsense', 'pk_test_abcdefgh', null, 'This is not a Stripe key'],
    ['key_malformed', ...restricted, { fact: 'key_malformed', why: 'secret_in_publishable_field' }, 'Put it in the secret key’s field'],
    ['keys_of_two_accounts', ...restricted, { fact: 'keys_of_two_accounts' }, 'different Stripe accounts'],
    ['key_not_kept', ...restricted, { fact: 'key_not_kept', why: 'unknown' }, 'Stripe does not know this secret key'],
    ['key_not_kept', ...restricted, { fact: 'key_not_kept', why: 'lacks_permission' }, 'give it write access to PaymentIntents'],
    ['key_not_kept', ...restricted, { fact: 'key_not_kept', why: 'no_answer' }, 'so the keys were not kept'],
    ['keyring_missing', ...restricted, { fact: 'keyring_missing', what: 'service' }, 'sudo apt install gnome-keyring'],
    ['keyring_missing', ...restricted, { fact: 'keyring_missing', what: 'default_keyring' }, 'no default keyring in it'],
    ['keyring_locked', ...restricted, { fact: 'keyring_locked' }, 'The keyring is locked. Unlock it'],
    ['keyring_ambiguous', ...restricted, { fact: 'keyring_ambiguous' }, 'more than one entry of Countersign'],
    ['sale_in_hand', ...restricted, { fact: 'sale_in_hand' }, 'Finish or cancel it first.'],
  ])('%s is said and the secret is gone from the form', async (code, secret, publishable, fact, message) => {
    if (fact !== null) core.refuseNext.set('save_keys', fact);
    await save(secret, publishable);
    await expect.element(page.getByTestId('keys-refusal')).toHaveAttribute('data-code', code);
    await expect.element(page.getByTestId('secret-key')).toHaveValue('');
    await expect.element(page.getByTestId('keys-refusal')).toHaveTextContent(message);
  });

  test('forgetting asks once', async () => {
    await save('rk_test_abcdefghij1234', 'pk_test_abcdefgh');
    await page.getByTestId('forget-test').click();
    expect(count('forget_keys')).toBe(0);
    await page.getByTestId('forget-confirm-test').click();
    await expect.element(page.getByTestId('account-test')).not.toBeInTheDocument();
  });

  test('the mode changes the band and drops the other mode’s sales', async () => {
    putSaleIn(core, 'declined');
    await save('rk_test_abcdefghij1234', 'pk_test_abcdefgh');
    await page.getByTestId('choose-test').click();
    await expect.element(page.getByTestId('mode')).toHaveAttribute('data-mode', 'test');
    await page.getByTestId('screen-sale').click();
    await expect.element(page.getByTestId('amount')).toHaveFocus();
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
