// The totals: what was taken and given back on the days that are chosen, by keyboard alone.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { SpanView } from '../shared/bindings/SpanView';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { dayOf } from '../till/totals/spans';
import { writeDay } from '../till/totals/typed_day';
import { sold } from './screens/totals';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});
afterEach(() => {
  vi.useRealTimers();
});

/** Today at this hour, or so many days before. */
function at(hour: number, daysBefore = 0): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBefore, hour);
}

async function open() {
  render(App, { core });
  await expect.element(page.getByTestId('window')).toBeVisible();
  await userEvent.keyboard('{Alt>}5{/Alt}');
  await expect.element(page.getByTestId('totals')).toBeVisible();
}

const of = (currency: string) => page.getByTestId(`totals-of-${currency}`);
const rows = () =>
  [...document.querySelectorAll('[data-testid=totals-row]')].map((row) => [...row.children].map((cell) => cell.textContent));
const asked = () => core.calls.filter((call) => call === 'totals').length;
const figure = (name: 'taken' | 'refunded' | 'net' | 'payments' | 'refunds', currency = 'GBP') => of(currency).getByTestId(name);

describe('the totals', () => {
  test('are of today at first: large figures, bars, and a table whose last row says the same', async () => {
    sold(core, { at: at(9), minor: 1_000 });
    sold(core, { at: at(9), minor: 2_000 });
    sold(core, { at: at(14), minor: 4_000, back: 500 });
    sold(core, { at: at(14, 1), minor: 64_000 });
    await open();
    await expect.element(figure('taken')).toHaveTextContent('£70.00');
    await expect.element(figure('refunded')).toHaveTextContent('£5.00');
    await expect.element(figure('net')).toHaveTextContent('£65.00');
    await expect.element(figure('payments')).toHaveTextContent('3 payments');
    await expect.element(figure('refunds')).toHaveTextContent('1 refund');
    expect(rows()).toEqual([
      ['09:00 – 10:00', '2', '£30.00', '0', '£0.00', '£30.00'],
      ['14:00 – 15:00', '1', '£40.00', '0', '£0.00', '£40.00'],
      ['15:00 – 16:00', '0', '£0.00', '1', '£5.00', '-£5.00'],
    ]);
    await expect.element(page.getByTestId('totals-sum')).toHaveTextContent('Together3 £70.00 1 £5.00 £65.00');
    await expect.element(page.getByTestId('left-out')).toHaveTextContent('21 hours with nothing in them are left out.');
    const bars = [...document.querySelectorAll('[data-testid=totals-bar]')];
    expect(bars.map((bar) => bar.querySelector('title')?.textContent)).toEqual([
      '09:00 – 10:00: taken £30.00, refunded £0.00',
      '14:00 – 15:00: taken £40.00, refunded £0.00',
      '15:00 – 16:00: taken £0.00, refunded £5.00',
    ]);
    const height = (bar: number, rect: string) => Number(bars[bar]?.querySelector(rect)?.getAttribute('height'));
    expect(height(0, '.taken') / height(1, '.taken')).toBeCloseTo(0.75);
    expect(height(2, '.refunded') / height(1, '.taken')).toBeCloseTo(0.125);
    await expect.element(page.getByRole('img', { name: 'Taken and refunded by the hour, GBP' })).toBeVisible();
  });

  test('each currency stands apart', async () => {
    sold(core, { at: at(9), minor: 1_000 });
    sold(core, { at: at(9), minor: 8_000, currency: 'JPY' });
    await open();
    await expect.element(figure('net')).toHaveTextContent('£10.00');
    await expect.element(figure('net', 'JPY')).toHaveTextContent('JP¥8,000');
    expect(rows()).toHaveLength(2);
  });

  test('by keyboard: an arrow takes the next span, two dates any other, and Escape leads back to the history', async () => {
    sold(core, { at: at(9), minor: 1_000 });
    sold(core, { at: at(9, 1), minor: 2_000 });
    sold(core, { at: at(9, 40), minor: 4_000 });
    await open();
    await expect.element(page.getByRole('radio', { name: 'Today' })).toHaveFocus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(figure('taken')).toHaveTextContent('£20.00');
    await expect.element(page.getByRole('radio', { name: 'Yesterday' })).toBeChecked();
    await userEvent.tab();
    const first = writeDay(dayOf(at(9, 45).getTime()), 'en-GB');
    await userEvent.keyboard(`{Control>}a{/Control}${first}{Enter}`);
    await expect.element(figure('taken')).toHaveTextContent('£60.00');
    await expect.element(page.getByRole('radio', { name: 'Yesterday' })).not.toBeChecked();
    expect(rows()).toHaveLength(2);
    await expect.element(page.getByTestId('left-out')).toHaveTextContent('43 days with nothing in them are left out.');
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByTestId('search')).toHaveFocus();
    await page.getByTestId('open-totals').click();
    await expect.element(page.getByTestId('totals')).toBeVisible();
    await expect.element(page.getByTestId('screen-history')).toHaveAttribute('aria-current', 'page');
  });

  test('what is no date is refused with a sentence, stays as it was typed, and changes nothing', async () => {
    sold(core, { at: at(9), minor: 1_000 });
    await open();
    await expect.element(figure('taken')).toBeVisible();
    const before = asked();
    for (const [from, to, why] of [
      ['31/02/2026', '01/03/2026', 'no_such_day'],
      ['01/03/26', '01/03/2026', 'not_a_date'],
      ['02/03/2026', '01/03/2026', 'before_the_first'],
      ['01/01/1900', '01/03/2026', 'too_long'],
    ] as const) {
      await userEvent.fill(page.getByTestId('totals-from'), from);
      await userEvent.fill(page.getByTestId('totals-to'), to);
      await userEvent.keyboard('{Enter}');
      await expect.element(page.getByTestId('totals-wrong')).toHaveAttribute('data-why', why);
      await expect.element(page.getByTestId('totals-from')).toHaveValue(from);
      await expect.element(page.getByTestId('totals-to')).toHaveValue(to);
    }
    expect(asked()).toBe(before);
    await expect.element(figure('taken')).toHaveTextContent('£10.00');
    await page.getByTestId('totals-span-yesterday').click();
    await expect.element(page.getByTestId('totals-wrong')).not.toBeInTheDocument();
    await expect.element(page.getByTestId('totals-nothing')).toHaveTextContent('Nothing was taken and nothing was given back.');
  });

  test('change with the sales, but are not asked for at each', async () => {
    sold(core, { at: at(9), minor: 1_000 });
    await open();
    await expect.element(figure('taken')).toHaveTextContent('£10.00');
    const before = asked();
    for (let nth = 0; nth < 20; nth += 1) {
      sold(core, { at: at(9), minor: 150 });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await vi.waitFor(
      () => {
        expect(figure('taken').element().textContent).toBe('£40.00');
      },
      { timeout: 5_000 },
    );
    expect(asked() - before).toBe(1);
  });

  test('of another mode are never shown under this one’s name', async () => {
    sold(core, { at: at(9), minor: 1_000 });
    await open();
    await expect.element(page.getByTestId('totals-mode')).toHaveTextContent('Only training sales are counted here');
    let answer: (span: SpanView) => void = () => undefined;
    core.totals = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    core.putStatus({ mode: 'live' });
    await expect.element(page.getByTestId('totals-reading')).toBeVisible();
    await expect.element(of('GBP')).not.toBeInTheDocument();
    answer({ sums: [], slots: [] });
    await expect.element(page.getByTestId('totals-mode')).toHaveTextContent('Only sales with real money');
  });

  test('what the books do not answer is said, and an answer to an earlier question is not shown', async () => {
    sold(core, { at: at(9), minor: 1_000 });
    await open();
    await expect.element(figure('taken')).toBeVisible();
    core.refuseNext.set('totals', { fact: 'books_not_read', why: 'too_long' });
    await page.getByTestId('totals-span-this_month').click();
    await expect.element(page.getByTestId('totals-refusal')).toHaveAttribute('data-code', 'books_not_read');
    await expect.element(of('GBP')).not.toBeInTheDocument();
    const real = core.totals.bind(core);
    let late: () => void = () => undefined;
    core.totals = async (edges) => {
      const span = await real(edges);
      core.totals = real;
      await new Promise<void>((resolve) => {
        late = resolve;
      });
      return span;
    };
    await page.getByTestId('totals-span-today').click();
    await page.getByTestId('totals-span-yesterday').click();
    await expect.element(page.getByTestId('totals-nothing')).toBeVisible();
    late();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect.element(page.getByTestId('totals-nothing')).toBeVisible();
    await expect.element(page.getByTestId('totals-refusal')).not.toBeInTheDocument();
  });

  test('say that they are not complete while the books are put together', async () => {
    core.putStatus({ books: { filed: 412_000, of: 1_000_000, after_damage: false } });
    await open();
    await expect.element(page.getByTestId('totals-incomplete')).toHaveTextContent('not complete yet: 412,000 of 1,000,000 sales');
    core.putStatus({ books: null });
    await expect.element(page.getByTestId('totals-incomplete')).not.toBeInTheDocument();
  });

  test('of today become those of the next day at midnight', async () => {
    vi.useFakeTimers({ now: new Date(2026, 2, 28, 23, 59, 50), toFake: ['Date', 'setInterval', 'clearInterval'] });
    core = new FakeCore();
    sold(core, { at: new Date(2026, 2, 28, 9), minor: 1_000 });
    await open();
    await expect.element(figure('taken')).toHaveTextContent('£10.00');
    vi.setSystemTime(new Date(2026, 2, 29, 0, 0, 5));
    vi.advanceTimersByTime(20_000);
    await expect.element(page.getByTestId('totals-nothing')).toBeVisible();
    await expect.element(page.getByTestId('totals-days')).toHaveTextContent('29 Mar 2026');
  });
});
