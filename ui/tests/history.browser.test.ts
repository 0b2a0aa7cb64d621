// The history: the pressing sales first, the search, and one sale in detail.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import { fakeRefund } from '../shared/fake_refunds';
import App from '../till/App.svelte';
import { putPaid, putSaleIn } from './scenes';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});
afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

const stage = () => page.getByTestId('stage');

describe('history', () => {
  test('unknown first, then newest; found by amount, digits and number', async () => {
    putSaleIn(core, 'not_known', 1000);
    putSaleIn(core, 'approved', 2000);
    putSaleIn(core, 'cancelled', 3000);
    render(App, { core });
    await page.getByTestId('screen-history').click();
    const rows = () => [...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-testid'));
    await vi.waitFor(() => {
      expect(rows()).toEqual(['sale-1', 'sale-3', 'sale-2']);
    });
    await userEvent.keyboard('20.00');
    await vi.waitFor(() => {
      expect(rows()).toEqual(['sale-2']);
    });
    await page.getByTestId('search').fill('4242');
    await vi.waitFor(() => {
      expect(rows()).toHaveLength(3);
    });
    await page.getByTestId('search').fill('no 3');
    await vi.waitFor(() => {
      expect(rows()).toEqual(['sale-3']);
    });
    await page.getByTestId('search').fill('9999');
    await expect.element(page.getByText('No sale fits this search.')).toBeVisible();
  });

  test('keeps a refund that is being typed while sales are told anew, until nothing is left of its own', async () => {
    const sale = putPaid(core, {}, 2000);
    putPaid(core, {}, 3000);
    render(App, { core });
    await page.getByTestId('screen-history').click();
    await page.getByTestId('sale-1').click();
    await userEvent.keyboard('{Alt>}r{/Alt}');
    await expect.element(page.getByTestId('refund-amount')).toHaveFocus();
    await userEvent.fill(page.getByTestId('refund-amount'), '5');
    const told = core.put({ ...sale });
    putSaleIn(core, 'approved', 4000);
    await expect.element(page.getByTestId('sale-3')).toBeVisible();
    await expect.element(page.getByTestId('refund-amount')).toHaveValue('5');
    await expect.element(page.getByTestId('refund-amount')).toHaveFocus();
    core.put({ ...told, refunds: [fakeRefund(told.money, 'refunded')] });
    await expect.element(page.getByTestId('refund-amount')).not.toBeInTheDocument();
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

  const rows = () => [...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-testid'));
  const asked = () => core.calls.filter((call) => call === 'find_sales').length;

  async function open(count: number) {
    for (let at = 0; at < count; at += 1) putSaleIn(core, 'approved', 1000 + at);
    render(App, { core });
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await expect.element(page.getByTestId(`sale-${String(count)}`)).toBeVisible();
  }

  test('a filter is a word of the search, pressed or typed, and goes as it came', async () => {
    putSaleIn(core, 'cancelled', 5000);
    await open(2);
    await page.getByTestId('filter-paid').click();
    await expect.element(page.getByTestId('search')).toHaveValue('paid');
    await expect.element(page.getByTestId('count')).toHaveTextContent('2 sales');
    await page.getByTestId('search').fill('Cancelled today');
    await vi.waitFor(() => {
      expect(rows()).toEqual(['sale-1']);
    });
    await expect.element(page.getByTestId('filter-cancelled')).toHaveAttribute('aria-pressed', 'true');
    await expect.element(page.getByTestId('filter-paid')).toHaveAttribute('aria-pressed', 'false');
    await page.getByTestId('filter-yesterday').click();
    await expect.element(page.getByTestId('search')).toHaveValue('Cancelled yesterday');
    await expect.element(page.getByText('No sale fits this search.')).toBeVisible();
    await page.getByTestId('filter-cancelled').click();
    await page.getByTestId('filter-yesterday').click();
    await expect.element(page.getByTestId('search')).toHaveValue('');
    await expect.element(page.getByTestId('count')).toHaveTextContent('3 sales');
  });

  test('the next page comes with the keys and with scrolling, and one key turns the list round', async () => {
    await open(120);
    expect(rows()).toHaveLength(50);
    await userEvent.keyboard('{ArrowDown}'.repeat(51));
    await expect.element(page.getByTestId('sale-detail').getByTestId('receipt-amount')).toHaveTextContent('£10.68');
    expect(rows().length).toBeGreaterThan(50);
    const found = page.getByTestId('found').element();
    await vi.waitFor(() => {
      found.scrollTo(0, found.scrollHeight);
      expect(rows()).toHaveLength(120);
    });
    expect(new Set(rows()).size).toBe(120);
    await userEvent.keyboard('{Alt>}o{/Alt}');
    await vi.waitFor(() => {
      expect(rows().slice(0, 2)).toEqual(['sale-1', 'sale-2']);
    });
    await expect.element(page.getByTestId('oldest-first')).toHaveAttribute('aria-pressed', 'true');
  });

  test('what can be done with an old sale, the till is asked', async () => {
    await open(60);
    await page.getByTestId('search').fill('no 1');
    await vi.waitFor(() => {
      expect(rows()).toEqual(['sale-1']);
    });
    await expect.element(page.getByTestId('action-refund')).toBeVisible();
    await userEvent.keyboard('{Alt>}r{/Alt}');
    await expect.element(page.getByTestId('refund-panel')).toBeVisible();
    // Another sale comes and the list is read again: the one that is being refunded stays.
    const before = asked();
    putSaleIn(core, 'approved', 9900);
    await vi.waitFor(() => {
      expect(asked()).toBeGreaterThan(before);
    });
    await expect.element(page.getByTestId('refund-panel')).toBeVisible();
  });

  test('a sale that is opened while the list is read stands in it, and what was read beyond the first page stays', async () => {
    await open(70);
    await userEvent.keyboard('{ArrowDown}'.repeat(50));
    await vi.waitFor(() => {
      expect(rows()).toHaveLength(70);
    });
    putSaleIn(core, 'approved', 9900);
    await vi.waitFor(() => {
      expect(rows()).toHaveLength(71);
    });
    expect(rows()[0]).toBe('sale-71');
  });

  test('only the answer to the latest question is shown, and none that was overtaken is told', async () => {
    putSaleIn(core, 'cancelled', 7700);
    await open(1);
    core.refuseNext.set('find_sales', { fact: 'books_not_read', why: 'overtaken' });
    const search = page.getByTestId('search');
    await search.fill('77');
    await search.fill('77.00');
    await vi.waitFor(() => {
      expect(rows()).toEqual(['sale-1']);
    });
    await expect.element(page.getByTestId('history-refusal')).not.toBeInTheDocument();
  });

  test('says how far the books are while they are made again', async () => {
    core.putStatus({ books: { filed: 412_000, of: 1_000_000, after_damage: false } });
    await open(1);
    await expect.element(page.getByTestId('books-progress')).toHaveTextContent('412,000 of 1,000,000');
    core.putStatus({ books: null });
    await expect.element(page.getByTestId('books-progress')).not.toBeInTheDocument();
  });

  test('what happened is told by keys alone, as it goes on, and of the sale that stands there', async () => {
    const first = putPaid(core, {}, 2000);
    putPaid(core, {}, 3000);
    render(App, { core });
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await expect.element(page.getByTestId('sale-1')).toBeVisible();
    const lines = () => [...document.querySelectorAll('[data-testid=timeline] li p')].map((line) => line.textContent.trim());
    const requests = () => [...document.querySelectorAll('[data-testid=timeline] code')].map((request) => request.textContent);
    expect(lines()).toEqual([]);
    await userEvent.keyboard('{Alt>}w{/Alt}');
    await vi.waitFor(() => {
      expect(lines()).toHaveLength(5);
    });
    expect(lines()[0]).toMatch(/^The sale was opened\.\s+staff$/u);
    expect(lines()[2]).toMatch(/^Stripe answered\. Declined: insufficient funds\.$/u);
    expect(lines()[4]).toBe('Stripe answered. It is paid.');
    // Stripe knows nothing of training.
    expect(document.querySelector('[data-testid=timeline-copy]')).toBeNull();
    await expect.element(page.getByTestId('timeline-show')).toBeInViewport({ ratio: 0.9 });
    const ofTheSecond = requests();
    await userEvent.keyboard('{ArrowDown}');
    await vi.waitFor(() => {
      expect(lines()).toEqual([]);
    });
    await userEvent.keyboard('{Alt>}w{/Alt}');
    await vi.waitFor(() => {
      expect(requests()).toHaveLength(2);
      expect(requests()).not.toEqual(ofTheSecond);
    });
    core.put({ ...first, refunds: [fakeRefund(first.money, 'refunded')] });
    await vi.waitFor(() => {
      expect(lines().slice(5)).toEqual([
        expect.stringContaining('Asking Stripe to give back £20.00.'),
        'Stripe answered. The refund is made.',
      ]);
    });
    await userEvent.keyboard('{Alt>}w{/Alt}');
    await vi.waitFor(() => {
      expect(lines()).toEqual([]);
    });
  });

  test('one key copies what happened for Stripe’s support: the payment, its requests, and no card', async () => {
    const written: string[] = [];
    const clipboard = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation((text) => {
      written.push(text);
      return Promise.resolve();
    });
    core.putStatus({ mode: 'live' });
    const sale = putPaid(core, {}, 2000);
    render(App, { core });
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await expect.element(page.getByTestId('timeline-show')).toBeVisible();
    await userEvent.keyboard('{Alt>}w{/Alt}');
    await expect.element(page.getByTestId('timeline-copy')).toBeVisible();
    await userEvent.keyboard('{Alt>}c{/Alt}');
    await expect.element(page.getByTestId('timeline-copied')).toHaveTextContent('Copied.');
    const row = (await core.timeline(sale.sale_id)).at(-1);
    expect(written).toEqual([expect.stringContaining(`PaymentIntent: ${String(sale.payment_intent)} (live mode)\nAmount: 2000 GBP`)]);
    expect(written[0]).toContain(
      `${new Date(Number(row?.stripe_ms)).toISOString()}  S  create/confirm: succeeded  ${String(row?.ids[0])}  ${String(row?.request)}`,
    );
    expect(written[0]).not.toMatch(/4242|secret|pm_/u);
    clipboard.mockRejectedValue(new Error('kept to itself'));
    await userEvent.keyboard('{Alt>}c{/Alt}');
    await vi.waitFor(() => {
      expect(String(getSelection()).trim()).toBe(written[0]?.trim());
    });
    clipboard.mockRestore();
  });

  test('says why what happened cannot be read, and tells it once it can be', async () => {
    const sale = putPaid(core, {}, 2000);
    render(App, { core });
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await expect.element(page.getByTestId('timeline-show')).toBeVisible();
    core.refuseNext.set('timeline', { fact: 'books_not_read', why: 'damaged' });
    await page.getByTestId('timeline-show').click();
    await expect.element(page.getByTestId('timeline-refusal')).toBeVisible();
    core.put({ ...sale });
    await expect.element(page.getByText('The sale was opened.')).toBeVisible();
    await expect.element(page.getByTestId('timeline-refusal')).not.toBeInTheDocument();
  });
});
