// What happens to a payment afterwards, driven as staff drive it: given back, kept, set aside, disputed, compared.
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
import { spanOf } from '../till/reconcile/spans';
import { absent, differences, dispute, MISMATCH, putPaid, putSaleIn, stages, UNASKED } from './scenes';
import { seen } from './seen';

let core: FakeCore;
beforeEach(async () => { core = new FakeCore(); await page.viewport(1180, 780); });
afterEach(() => { delete document.documentElement.dataset['theme']; });

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

  test.each([['99', 'No more than £25.00'], ['abc', 'in figures'], ['0.00', 'The amount is zero']])('%s is refused in words, and Enter does nothing', async (typed, said) => {
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

  test.each([['pending', 'Refund pending'], ['not_refunded', 'Refund failed']] as const)('that is %s is told in words', async (state, said) => {
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
    core.refuseNext.set('start_sale', { fact: 'refused', refusal: { code: 'same_amount', sale_id, number, money, stands: 'charged_unasked' } });
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

describe('reconciling', () => {
  const verdict = () => page.getByTestId('verdict');

  test('is reached by keys, and says plainly when everything agrees', async () => {
    putPaid(core, {});
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard('{Alt>}4{/Alt}');
    await expect.element(page.getByTestId('span-last_24_hours')).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(verdict()).toHaveTextContent('Everything agrees');
    await expect.element(page.getByTestId('totals-books')).toHaveTextContent('£25.00');
    await expect.element(page.getByTestId('totals-stripe')).toHaveTextContent('£25.00');
    await expect.element(page.getByTestId('totals-others')).toHaveTextContent('2 payments');
    await seen();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByTestId('search')).toHaveFocus();
  });

  test.each([
    ['not_compared', { kind: 'no_stripe_time' }, 'Not compared', 'did not tell the time'],
    ['not_whole', { kind: 'sales_left_out', sales: 2 }, 'not everything was compared', '2 sales were being worked on meanwhile, and left out'],
    ['not_whole', { kind: 'lists_cut' }, 'not everything was compared', 'Not all of Stripe’s lists'],
  ] as const)('%s is no green sign: %o', async (agreement, gap, title, why) => {
    const compare = core.reconcile.bind(core);
    vi.spyOn(core, 'reconcile').mockImplementation(async (from_ms, to_ms) => ({ ...await compare(from_ms, to_ms), agreement, gaps: [gap] }));
    render(App, { core });
    await page.getByTestId('screen-history').click();
    await page.getByTestId('open-reconcile').click();
    await page.getByTestId('compare').click();
    await expect.element(verdict()).toHaveTextContent(title);
    await expect.element(verdict()).not.toHaveClass('agrees');
    await expect.element(page.getByTestId('notes')).toHaveTextContent(why);
  });

  test('asks for the span that was chosen', async () => {
    const asked = vi.spyOn(core, 'reconcile');
    render(App, { core });
    await page.getByTestId('screen-history').click();
    await page.getByTestId('open-reconcile').click();
    await page.getByTestId('span-last_7_days').click();
    await page.getByTestId('compare').click();
    await expect.element(verdict()).toBeVisible();
    const [from_ms, to_ms] = asked.mock.calls[0] ?? [0, 0];
    expect(to_ms - from_ms).toBe(7 * 86_400_000);
    expect(Math.abs(Date.now() - to_ms)).toBeLessThan(5_000);
  });

  test('asks for Stripe’s days when this computer’s clock is off', async () => {
    const asked = vi.spyOn(core, 'reconcile');
    core.putStatus({ problems: [{ fact: 'clock_ahead', minutes: 26 * 60 }] });
    render(App, { core });
    await expect.element(page.getByTestId('problem')).toHaveTextContent('26 hours ahead of Stripe’s');
    await page.getByTestId('screen-history').click();
    await page.getByTestId('open-reconcile').click();
    await page.getByTestId('compare').click();
    await expect.element(verdict()).toBeVisible();
    const [, to_ms] = asked.mock.calls[0] ?? [0, 0];
    expect(Math.abs(Date.now() - 26 * 3_600_000 - to_ms)).toBeLessThan(5_000);
  });

  test('the shop’s days begin at its midnight', () => {
    const noon = new Date(2026, 10, 23, 12).getTime();
    const day = (span: { from_ms: number; to_ms: number }) => [new Date(span.from_ms), new Date(span.to_ms)];
    expect(day(spanOf('today', noon))).toEqual([new Date(2026, 10, 23), new Date(noon)]);
    expect(day(spanOf('yesterday', noon))).toEqual([new Date(2026, 10, 22), new Date(2026, 10, 23)]);
  });

  test('lists what differs, and each remedy does what it says', async () => {
    const sale = putPaid(core, { disputes: [dispute()] });
    core.differences = differences(sale);
    render(App, { core });
    await userEvent.keyboard('{Alt>}4{/Alt}');
    await page.getByTestId('compare').click();
    await expect.element(verdict()).toHaveTextContent('2 differences to look at');
    const missing = page.getByTestId('difference-1');
    await expect.element(missing).toHaveTextContent('Paid at Stripe, not in the books');
    await expect.element(missing.getByTestId('dashboard-id')).toHaveTextContent('pi_3QFakeMissingHereXy7Lkd');
    await expect.element(page.getByTestId('difference-2')).toHaveTextContent('Sale 1, £25.00');
    await expect.element(page.getByTestId('difference-3')).toHaveTextContent('Refunded elsewhere');
    // Taken in, it is compared again.
    await missing.getByTestId('remedy-take_in').click();
    await expect.element(verdict()).toHaveTextContent('One difference to look at');
    expect(calls('take_in')).toEqual(['take_in pi_3QFakeMissingHereXy7Lkd']);
    expect((await core.recentSales()).map((known) => known.money.text)).toContain('£18.60');
    await page.getByTestId('difference-1').getByTestId('remedy-open_sale').click();
    await expect.element(stage()).toHaveAttribute('data-sale', sale.sale_id);
  });

  test('the id for the Dashboard is copied, or stands selected where a webview keeps its clipboard', async () => {
    core.differences = differences(null);
    render(App, { core });
    await userEvent.keyboard('{Alt>}4{/Alt}');
    await page.getByTestId('compare').click();
    const copy = page.getByTestId('difference-1').getByTestId('copy-id');
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce(undefined);
    await copy.click();
    await expect.element(copy).toHaveTextContent('Copied');
    expect(write).toHaveBeenCalledWith('pi_3QFakeMissingHereXy7Lkd');
    write.mockRejectedValueOnce(new Error('not allowed'));
    await copy.click();
    await expect.element(page.getByText('Selected: press Ctrl C.')).toBeVisible();
    expect(getSelection()?.toString()).toBe('pi_3QFakeMissingHereXy7Lkd');
    write.mockRestore();
  });

  test('an old sale that is not among the recent ones is fetched', async () => {
    const sale = putPaid(core, { disputes: [dispute()] });
    core.differences = differences(sale);
    vi.spyOn(core, 'recentSales').mockResolvedValue([]);
    render(App, { core });
    await userEvent.keyboard('{Alt>}4{/Alt}');
    await page.getByTestId('compare').click();
    await page.getByTestId('difference-2').getByTestId('remedy-open_sale').click();
    await expect.element(stage()).toHaveAttribute('data-sale', sale.sale_id);
  });

  test('what the till found by itself at start-up is a notice, put off until there is another result', async () => {
    core.differences = differences(null);
    await core.reconcile(0, Date.now());
    render(App, { core });
    const notice = page.getByTestId('books-notice');
    await expect.element(notice).toHaveTextContent('2 differences to look at');
    await page.getByTestId('books-look').click();
    await expect.element(verdict()).toBeVisible();
    await expect.element(notice).not.toBeInTheDocument();
    await page.getByTestId('screen-sale').click();
    await page.getByTestId('books-later').click();
    await expect.element(notice).not.toBeInTheDocument();
    await core.reconcile(0, Date.now() + 1);
    await expect.element(notice).toBeVisible();
  });

  test('a result that comes while the window is open is a notice too, and settled differences are none', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    core.differences = differences(null).filter((difference) => difference.settled);
    await core.reconcile(0, Date.now());
    core.differences = differences(null).slice(0, 1);
    await expect.element(page.getByTestId('books-notice')).not.toBeInTheDocument();
    await core.reconcile(0, Date.now() + 1);
    await expect.element(page.getByTestId('books-notice')).toHaveTextContent('one difference');
  });

  test('Stripe that cannot be asked is said, and the till can be asked again', async () => {
    core.refuseNext.set('reconcile', { fact: 'refused', refusal: { code: 'offline' } });
    render(App, { core });
    await userEvent.keyboard('{Alt>}4{/Alt}');
    await page.getByTestId('compare').click();
    await expect.element(page.getByTestId('reconcile-refusal')).toHaveTextContent('nothing could be compared');
    await page.getByTestId('compare').click();
    await expect.element(verdict()).toHaveTextContent('Everything agrees');
  });
});

test('offline is said in words before a charge, and is gone by itself', async () => {
  render(App, { core });
  await expect.element(page.getByTestId('amount')).toHaveFocus();
  core.putStatus({ problems: [{ fact: 'offline', mode: 'live' }] });
  await expect.element(page.getByRole('alert').getByTestId('problem')).toHaveTextContent('Stripe cannot be reached');
  core.putStatus({ problems: [] });
  await expect.element(page.getByTestId('problem')).not.toBeInTheDocument();
});
