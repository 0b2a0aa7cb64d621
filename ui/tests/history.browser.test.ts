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
});
