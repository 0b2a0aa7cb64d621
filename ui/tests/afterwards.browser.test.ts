// What happens to a payment afterwards, driven as staff drive it: given back, kept, set aside, disputed.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { SaleView } from '../shared/bindings/SaleView';
import { FakeCore } from '../shared/fake_core';
import { fakeMoney } from '../shared/fake_price';
import { fakeRefund } from '../shared/fake_refunds';
import App from '../till/App.svelte';
import { absent, dispute, MISMATCH, putPaid, putSaleIn, stages, UNASKED } from './scenes';
import { seen } from './seen';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});
afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

const POUNDS = { currency: 'GBP', locale: 'en-GB' };
const stage = () => page.getByTestId('stage');
const headline = () => stage().getByRole('heading', { level: 1 });
const calls = (command: string) => core.calls.filter((call) => call.startsWith(command));
const held = (saleId: string) => core.recentSales().then((sales) => sales.find((sale) => sale.sale_id === saleId));

/** Shows a sale that has just been paid. */
async function justPaid(more: Partial<SaleView> = {}): Promise<SaleView> {
  const sale = putSaleIn(core, 'submitting');
  render(App, { core });
  await expect.element(stage()).toHaveAttribute('data-stage', 'submitting');
  const paid = core.put({ ...sale, stage: stages(Date.now()).approved, ...more });
  await expect.element(stage()).toHaveAttribute('data-stage', 'approved');
  await seen();
  return paid;
}

describe('a refund', () => {
  test('of all that is left is two keys: it says what will happen, and Enter does it', async () => {
    const sale = await justPaid();
    await userEvent.keyboard('{Alt>}r{/Alt}');
    await expect.element(page.getByTestId('refund-amount')).toHaveFocus();
    await expect.element(page.getByTestId('refund-amount')).toHaveValue('25.00');
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('Give back £25.00 of £25.00 to Visa •••• 4242.');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(headline()).toHaveTextContent('Refunded');
    await expect.element(page.getByTestId('refund-1')).toHaveAttribute('data-state', 'refunded');
    await expect.element(page.getByTestId('action-refund')).not.toBeInTheDocument();
    await expect.element(page.getByTestId('next-sale')).toHaveFocus();
    expect((await held(sale.sale_id))?.refunds.map((refund) => refund.money.amount_minor)).toEqual([2500]);
  });

  test('of a part leaves the rest, and says how much', async () => {
    await justPaid();
    await page.getByTestId('action-refund').click();
    await expect.element(page.getByTestId('refund-amount')).toHaveFocus();
    // What is prefilled stands selected: typing replaces it.
    await userEvent.keyboard('5');
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('Give back £5.00 of £25.00');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(headline()).toHaveTextContent('Partly refunded');
    await expect.element(page.getByTestId('left')).toHaveTextContent('£20.00');
    await userEvent.keyboard('{Alt>}r{/Alt}');
    await expect.element(page.getByTestId('refund-amount')).toHaveValue('20.00');
  });

  test('that is only started is not called wrong until Enter', async () => {
    await justPaid();
    await page.getByTestId('action-refund').click();
    await expect.element(page.getByTestId('refund-amount')).toHaveFocus();
    await userEvent.keyboard('0.');
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('Type how much to give back.');
    await expect.element(page.getByTestId('refund-confirm')).toBeDisabled();
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('The amount is zero');
    await userEvent.keyboard('25');
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('Give back £0.25 of £25.00');
    expect(calls('refund_sale')).toEqual([]);
  });

  test.each([
    ['99', 'No more than £25.00'],
    ['abc', 'in figures'],
    ['0.00', 'The amount is zero'],
  ])('%s is refused in words, and Enter does nothing', async (typed, said) => {
    await justPaid();
    await page.getByTestId('action-refund').click();
    await expect.element(page.getByTestId('refund-amount')).toHaveFocus();
    await userEvent.keyboard(typed);
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent(said);
    await expect.element(page.getByTestId('refund-confirm')).toBeDisabled();
    await seen();
    await userEvent.keyboard('{Enter}');
    expect(calls('refund_sale')).toEqual([]);
  });

  test('is read again when less is left meanwhile', async () => {
    const sale = await justPaid();
    await page.getByTestId('action-refund').click();
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('Give back £25.00');
    core.put({ ...sale, refunds: [fakeRefund(fakeMoney(500, POUNDS), 'refunded', { elsewhere: true })] });
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('No more than £20.00');
  });

  test('Escape leaves it, gives nothing back, and the next sale is one key away again', async () => {
    await justPaid();
    await page.getByTestId('action-refund').click();
    await expect.element(page.getByTestId('refund-amount')).toHaveFocus();
    await seen();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByTestId('refund-panel')).not.toBeInTheDocument();
    await expect.element(page.getByTestId('next-sale')).toHaveFocus();
    expect(calls('refund_sale')).toEqual([]);
  });

  test('confirmed twice gives back once', async () => {
    core = new FakeCore({ delay_ms: 80 });
    const sale = await justPaid();
    await page.getByTestId('action-refund').click();
    await userEvent.keyboard('5');
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('£5.00');
    await seen();
    const form = document.querySelector<HTMLFormElement>('[data-testid="refund-panel"]');
    form?.requestSubmit();
    form?.requestSubmit();
    await expect.element(headline()).toHaveTextContent('Partly refunded');
    expect((await held(sale.sale_id))?.refunds).toHaveLength(1);
  });

  test('the same wish sent twice carries the same id, as it was when staff began', async () => {
    const sale = await justPaid();
    const sent = vi.spyOn(core, 'refundSale').mockRejectedValueOnce(new Error('no answer'));
    await page.getByTestId('action-refund').click();
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('did not answer');
    await userEvent.keyboard('{Enter}');
    await expect.element(headline()).toHaveTextContent('Refunded');
    expect(sent.mock.calls.map(([, refundId]) => refundId)).toEqual([sale.refundable?.refund_id, sale.refundable?.refund_id]);
  });

  test('held down, the Enter that opened it does not confirm it', async () => {
    await justPaid();
    const button = page.getByTestId('action-refund').element() as HTMLElement;
    button.focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('refund-amount')).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(calls('refund_sale')).toEqual([]);
    await expect.element(page.getByTestId('refund-panel')).toBeVisible();
  });

  test('whose outcome is not known says so, stays on the list and blocks another', async () => {
    core.nextRefund = 'not_known';
    await justPaid();
    await userEvent.keyboard('{Alt>}r{/Alt}');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(headline()).toHaveTextContent('Refund not known yet');
    await expect.element(page.getByTestId('refund-1')).toHaveTextContent('Do not give it back in another way yet');
    await expect.element(page.getByTestId('action-refund')).not.toBeInTheDocument();
    await page.getByTestId('next-sale').click();
    await expect.element(page.getByTestId('attend-1')).toHaveTextContent('Refund not known yet');
    await page.getByTestId('attend-1').click();
    await page.getByTestId('action-look_again').click();
    await expect.element(headline()).toHaveTextContent('Refunded');
  });

  test('refused by the till keeps what was typed and says why', async () => {
    core.refuseNext.set('refund_sale', { fact: 'refused', refusal: { code: 'stale_refund' } });
    await justPaid();
    await page.getByTestId('action-refund').click();
    await userEvent.keyboard('7.50');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('has changed');
    await expect.element(page.getByTestId('refund-amount')).toHaveValue('7.50');
  });

  test.each([
    ['pending', 'Refund pending'],
    ['not_refunded', 'Refund failed'],
  ] as const)('that is %s is told in words', async (state, said) => {
    await justPaid({ refunds: [fakeRefund(fakeMoney(500, POUNDS), state)] });
    await expect.element(page.getByTestId('refund-1')).toHaveTextContent(said);
  });

  test('from the history: of any paid sale, by keys, and the list says what became of it', async () => {
    putPaid(core, {}, 1200);
    putPaid(core, {}, 2500);
    render(App, { core });
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await expect.element(page.getByTestId('search')).toHaveFocus();
    await userEvent.keyboard('12.00');
    await expect.element(page.getByTestId('sale-2')).not.toBeInTheDocument();
    await userEvent.keyboard('{Alt>}r{/Alt}');
    await expect.element(page.getByTestId('refund-amount')).toHaveFocus();
    await userEvent.keyboard('2');
    await expect.element(page.getByTestId('refund-sentence')).toHaveTextContent('Give back £2.00 of £12.00');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('sale-1')).toHaveTextContent('Partly refunded');
    await expect.element(page.getByTestId('sale-detail').getByTestId('left')).toHaveTextContent('£10.00');
    await expect.element(page.getByTestId('search')).toHaveFocus();
  });
});

describe('a customer who was charged although the sale was given up', () => {
  test('is on the screen at start-up, and one key gives everything back', async () => {
    const sale = putPaid(core, UNASKED);
    render(App, { core });
    await expect.element(headline()).toHaveTextContent('Charged after all');
    await expect.element(stage()).toHaveTextContent('The cancel came too late');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(headline()).toHaveTextContent('Refunded');
    expect((await held(sale.sale_id))?.refunds.map((refund) => refund.money.amount_minor)).toEqual([2500]);
  });

  test('is said on every screen until somebody decides, and keeping decides it', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    putPaid(core, UNASKED);
    const notice = page.getByTestId('unasked-1');
    for (const screen of ['sale', 'history', 'settings']) {
      await page.getByTestId(`screen-${screen}`).click();
      await expect.element(notice).toHaveTextContent('charged £25.00 although the sale was given up');
    }
    await page.getByTestId('screen-sale').click();
    await expect.element(page.getByTestId('attend-1')).toHaveTextContent('Charged after all');
    await notice.getByRole('button').click();
    await expect.element(headline()).toHaveTextContent('Charged after all');
    await expect.element(notice).not.toBeInTheDocument();
    await page.getByTestId('action-keep').click();
    await expect.element(headline()).toHaveTextContent('Approved');
    await page.getByTestId('next-sale').click();
    await expect.element(page.getByTestId('attention')).not.toBeInTheDocument();
    expect(calls('refund_sale')).toEqual([]);
  });
});

describe('a second sale of the same amount', () => {
  async function warned() {
    putSaleIn(core, 'not_known', 2500);
    render(App, { core });
    await page.getByTestId('next-sale').click();
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard('25');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('£25.00');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('same-amount')).toHaveTextContent('Sale 1 of £25.00 is not known yet');
  }

  test('waits for the first by default, and shows it', async () => {
    await warned();
    await expect.element(page.getByTestId('same-amount-wait')).toHaveFocus();
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'not_known');
    expect(await core.recentSales()).toHaveLength(1);
  });

  test('of a customer who was charged for nothing is gone on with instead', async () => {
    const { sale_id, number, money } = putPaid(core, UNASKED);
    render(App, { core });
    await page.getByTestId('next-sale').click();
    core.refuseNext.set('start_sale', {
      fact: 'refused',
      refusal: { code: 'same_amount', sale_id, number, money, stands: 'charged_unasked' },
    });
    await userEvent.keyboard('25');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('£25.00');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('same-amount-wait')).toHaveTextContent('Go on with that sale');
    await seen();
    await userEvent.keyboard('{Enter}');
    await expect.element(headline()).toHaveTextContent('Charged after all');
  });

  test('is opened when staff say that it is another purchase', async () => {
    await warned();
    await page.getByTestId('same-amount-another').click();
    await expect.element(stage()).toHaveAttribute('data-stage', 'open');
    expect(await core.recentSales()).toHaveLength(2);
  });

  test('is left by Escape, with the amount as it was typed', async () => {
    await warned();
    await seen();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await expect.element(page.getByTestId('amount')).toHaveValue('25');
  });
});

test('another payment at Stripe is set aside only after a second yes, with its id to look for', async () => {
  core.put({ ...putSaleIn(core, 'not_known'), ...MISMATCH });
  render(App, { core });
  await expect.element(page.getByTestId('dashboard-id')).toHaveTextContent('pi_3QFake');
  await page.getByTestId('action-set_aside').click();
  expect(calls('set_aside_sale')).toEqual([]);
  await page.getByTestId('set-aside-confirm').click();
  await expect.element(headline()).toHaveTextContent('Set aside');
  await expect.element(page.getByTestId('next-sale')).toHaveFocus();
});

test('what is odd about a payment is said, and what was taken of a hold', async () => {
  await justPaid({ oddities: ['mark', 'real_money'], taken: { amount_minor: 700, currency: 'GBP', text: '£7.00' } });
  await expect.element(page.getByTestId('oddities')).toHaveTextContent('does not carry this sale’s mark');
  await expect.element(page.getByTestId('oddities')).toHaveTextContent('this is real money');
  await expect.element(page.getByTestId('oddities')).toHaveTextContent('£7.00 of £25.00 was taken');
});

test('a refusal of the core is said in the window', async () => {
  core.put({ ...putSaleIn(core, 'not_known'), stage: absent() });
  vi.spyOn(core, 'tryAgain').mockRejectedValue({ fact: 'refused', refusal: { code: 'not_looked' } });
  render(App, { core });
  await page.getByTestId('action-try_again').click();
  await expect.element(page.getByTestId('refusal')).toHaveTextContent('Nothing was sent');
});

test('a dispute is shown with the day until which it can be answered', async () => {
  await justPaid({ disputes: [dispute()] });
  await expect.element(page.getByTestId('dispute')).toHaveTextContent('did not make this payment');
  await expect.element(page.getByTestId('dispute-due')).toHaveTextContent(String(new Date(dispute().due_by_ms ?? 0).getFullYear()));
  await page.getByTestId('screen-history').click();
  await expect.element(page.getByTestId('sale-1')).toHaveTextContent('Disputed');
});

test('offline is said in words before a charge, and is gone by itself', async () => {
  render(App, { core });
  await expect.element(page.getByTestId('amount')).toHaveFocus();
  core.putStatus({ problems: [{ fact: 'offline', mode: 'live' }] });
  await expect.element(page.getByRole('alert').getByTestId('problem')).toHaveTextContent('Stripe cannot be reached');
  core.putStatus({ problems: [] });
  await expect.element(page.getByTestId('problem')).not.toBeInTheDocument();
});
