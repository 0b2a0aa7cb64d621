// Each stage of a sale on the screen: its word, its colour, what to do, and the keys that do it.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { CancelStep } from '../shared/bindings/CancelStep';
import type { LastLook } from '../shared/bindings/LastLook';
import type { StageView } from '../shared/bindings/StageView';
import type { WhyDeclined } from '../shared/bindings/WhyDeclined';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { setLanguage } from '../words/now.svelte';
import { absent, DECLINE, putSaleIn, stages } from './scenes';
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

describe('on a low screen, in Dutch', () => {
  beforeEach(async () => {
    await page.viewport(1024, 600);
    core = new FakeCore({ preferences: { language: 'nl' } });
  });
  afterEach(() => {
    setLanguage('en');
  });
  const customer = () => page.getByTestId('voice-customer').element().getBoundingClientRect();
  const detail = () => document.querySelector<HTMLElement>('[data-testid=stage] .detail');

  async function declined(why: WhyDeclined, others: boolean) {
    if (others) putSaleIn(core, 'declined', 1200);
    const sale = putSaleIn(core, 'declined');
    core.shownInTill = sale.sale_id;
    core.put({ ...sale, stage: { kind: 'declined', decline: { ...DECLINE, why } }, reference: 'Table 12', note: 'left a scarf' });
    render(App, { core });
    await expect.element(stage()).toHaveAttribute('data-sale', sale.sale_id);
  }

  test.each<[string, WhyDeclined, boolean]>([
    ['insufficient funds', DECLINE.why, true],
    ['a challenge that was not passed', { kind: 'authentication_failed' }, true],
    ['a challenge that nobody answered in its hour', { kind: 'hour_passed' }, true],
  ])('what the customer is to hear of %s is there to be read, without scrolling', async (_, why, others) => {
    await declined(why, others);
    expect(customer().bottom).toBeLessThanOrEqual((detail()?.getBoundingClientRect().bottom ?? 0) + 1);
  });

  test('what has no room can be scrolled by keys, and fades where it is cut until it is read', async () => {
    await page.viewport(1024, 440);
    await declined({ kind: 'authentication_failed' }, true);
    const box = detail();
    expect(box?.tabIndex).toBe(0);
    expect(getComputedStyle(box ?? document.body).maskImage).toContain('gradient');
    box?.scrollTo(0, box.scrollHeight);
    await expect.poll(() => box?.hasAttribute('data-more')).toBe(false);
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
      core.put(
        { ...sale, stage: { kind: 'not_known', since_ms: Date.now() - 60_000, why: { kind: 'no_answer', finishing: false, found } } },
        named,
      );
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
      await vi.waitFor(
        () => {
          expect(staff.element().textContent).not.toBe(first);
        },
        { timeout: 3000 },
      );
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
    await vi.waitFor(() => {
      expect(count('take_card')).toBe(1);
    });
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
    const late = { sales: [sale], pressing: [], unreadable: [], next: null, count: 1 };
    vi.spyOn(core, 'findSales').mockResolvedValue(late);
    await page.getByTestId('screen-history').click();
    await expect.element(page.getByTestId(`sale-${String(sale.number)}`)).toHaveTextContent('Approved');
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
    await vi.waitFor(() => {
      expect(ground()).not.toBe('rgba(0, 0, 0, 0)');
    });
    await expect.element(button).toHaveTextContent('Enter');
    window.dispatchEvent(new FocusEvent('blur'));
    await vi.waitFor(() => {
      expect(ground()).toBe('rgba(0, 0, 0, 0)');
    });
    await expect.element(button).not.toHaveTextContent('Enter');
    await seen();
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => {
      expect(count('take_card')).toBe(1);
    });
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
