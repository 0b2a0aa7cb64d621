// The till’s books held against Stripe: asked for, and found by the till itself.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { spanOf } from '../till/reconcile/spans';
import { differences, dispute, putPaid } from './scenes';
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
const calls = (command: string) => core.calls.filter((call) => call.startsWith(command));

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
    [
      'not_whole',
      { kind: 'sales_left_out', sales: 2 },
      'not everything was compared',
      '2 sales were being worked on meanwhile, and left out',
    ],
    ['not_whole', { kind: 'lists_cut' }, 'not everything was compared', 'Not all of Stripe’s lists'],
  ] as const)('%s is no green sign: %o', async (agreement, gap, title, why) => {
    const compare = core.reconcile.bind(core);
    vi.spyOn(core, 'reconcile').mockImplementation(async (from_ms, to_ms) => ({
      ...(await compare(from_ms, to_ms)),
      agreement,
      gaps: [gap],
    }));
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
    core.differences = differences(null).filter((difference) => difference.put_right);
    await core.reconcile(0, Date.now());
    core.differences = differences(null).slice(0, 1);
    await expect.element(page.getByTestId('books-notice')).not.toBeInTheDocument();
    await core.reconcile(0, Date.now() + 1);
    await expect.element(page.getByTestId('books-notice')).toHaveTextContent('one difference');
  });

  test('a long one tells how far it is, and Escape ends it; what was found before stays', async () => {
    putPaid(core, {});
    render(App, { core });
    await userEvent.keyboard('{Alt>}4{/Alt}');
    await page.getByTestId('compare').click();
    await expect.element(verdict()).toHaveTextContent('Everything agrees');
    const before = page.getByTestId('compared-span').element().textContent;
    let stopped: (result: null) => void = () => undefined;
    const under_way = new Promise<null>((end) => (stopped = end));
    Object.assign(core, { reconcile: () => under_way });
    await page.getByTestId('compare').click();
    await expect.element(page.getByTestId('comparing')).toHaveTextContent('You can go on selling');
    core.putComparing({ step: 'listing', list: 'payments', read: 4_200 });
    await expect.element(page.getByTestId('comparing-progress')).toHaveTextContent('payments is being read: 4,200 so far');
    core.putComparing({ step: 'comparing', compared: 12_000, of: 30_000 });
    await expect.element(page.getByTestId('comparing-progress')).toHaveTextContent('12,000 of 30,000 sales compared');
    await expect.element(page.getByTestId('compare')).toBeDisabled();
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => calls('stop_reconcile')).toHaveLength(1);
    core.putComparing(null);
    stopped(null);
    await expect.element(page.getByTestId('comparing-stopped')).toHaveTextContent('Nothing was charged or refunded');
    await expect.element(verdict()).toHaveTextContent('Everything agrees');
    expect(page.getByTestId('compared-span').element().textContent).toBe(before);
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByTestId('search')).toHaveFocus();
  });

  test('one that this page did not ask for, because it was loaded again, is shown and can be stopped', async () => {
    core.putComparing({ step: 'reading_again', read: 2, of: 12 });
    render(App, { core });
    await userEvent.keyboard('{Alt>}4{/Alt}');
    await expect.element(page.getByTestId('comparing-progress')).toHaveTextContent('2 of 12 sales');
    await page.getByTestId('stop-comparing').click();
    await expect.poll(() => calls('stop_reconcile')).toHaveLength(1);
    core.putComparing(null);
    await expect.element(page.getByTestId('comparing')).not.toBeInTheDocument();
    await expect.element(page.getByTestId('compare')).toBeEnabled();
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
