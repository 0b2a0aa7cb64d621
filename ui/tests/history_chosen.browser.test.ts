// The sale beside the list: which one it is while the list goes on, and what the keys do with it.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import { fakeRefund } from '../shared/fake_refunds';
import App from '../till/App.svelte';
import { putSaleIn, stages } from './scenes';
import { seen } from './seen';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const detail = () => page.getByTestId('sale-detail');
const rows = () => [...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-testid'));
const search = () => page.getByTestId('search');

async function open(count: number) {
  for (let at = 1; at <= count; at += 1) putSaleIn(core, 'approved', 100 * at);
  render(App, { core });
  await userEvent.keyboard('{Alt>}2{/Alt}');
  await expect.element(page.getByTestId('found').getByRole('button').first()).toBeVisible();
}

async function find(text: string, found: string[]) {
  await search().fill(text);
  await vi.waitFor(() => {
    expect(rows()).toEqual(found);
  });
}

test('a refund that was left by changing the screen does not hold its sale against a search', async () => {
  await open(2);
  await page.getByTestId('sale-1').click();
  await userEvent.keyboard('{Alt>}r{/Alt}');
  await expect.element(page.getByTestId('refund-panel')).toBeVisible();
  await userEvent.keyboard('{Alt>}1{/Alt}');
  await expect.element(search()).not.toBeInTheDocument();
  await userEvent.keyboard('{Alt>}2{/Alt}');
  await expect.element(detail()).toHaveTextContent('£1.00');
  await find('no 2', ['sale-2']);
  await expect.element(detail().getByTestId('receipt-amount')).toHaveTextContent('£2.00');
  await expect.element(page.getByTestId('action-refund')).toBeVisible();
  await userEvent.keyboard('{Alt>}r{/Alt}');
  await expect.element(page.getByTestId('refund-left').getByText('£2.00')).toBeVisible();
});

test('a search that is typed while money is being given back closes that, also where it finds the same sale', async () => {
  await open(2);
  await page.getByTestId('sale-1').click();
  await userEvent.keyboard('{Alt>}r{/Alt}');
  await expect.element(page.getByTestId('refund-panel')).toBeVisible();
  await find('no 1', ['sale-1']);
  await expect.element(page.getByTestId('refund-panel')).not.toBeInTheDocument();
  await userEvent.keyboard('{Alt>}r{/Alt}');
  await expect.element(page.getByTestId('refund-panel')).toBeVisible();
  await page.getByTestId('filter-paid').click();
  await expect.element(page.getByTestId('refund-panel')).not.toBeInTheDocument();
});

test.each(['', 'not known'])('a sale that staff watch stays when its outcome is known, looked for by “%s”', async (text) => {
  const watched = putSaleIn(core, 'not_known', 7700);
  await open(60);
  await search().fill(text);
  await page.getByTestId('sale-1').click();
  await expect.element(detail()).toHaveTextContent('£77.00');
  core.put({ ...watched, stage: stages(Date.now()).approved });
  await expect.element(detail()).toHaveTextContent('Approved');
  await expect.element(page.getByTestId('sale-1')).not.toBeInTheDocument();
  await expect.element(detail().getByTestId('receipt-amount')).toHaveTextContent('£77.00');
  // The list is read again, and turned round.
  putSaleIn(core, 'not_known', 8800);
  await expect.element(page.getByTestId('sale-62')).toBeVisible();
  await expect.element(detail().getByTestId('receipt-amount')).toHaveTextContent('£77.00');
  await userEvent.keyboard('{Alt>}o{/Alt}');
  await expect.element(page.getByTestId('oldest-first')).toHaveAttribute('aria-pressed', 'true');
  await expect.element(detail().getByTestId('receipt-amount')).toHaveTextContent('£77.00');
});

test('a sale that was chosen gives way to what is looked for next', async () => {
  await open(60);
  await find('no 1', ['sale-1']);
  await page.getByTestId('sale-1').click();
  await find('no 60', ['sale-60']);
  await expect.element(detail().getByTestId('receipt-amount')).toHaveTextContent('£60.00');
});

test('a sale that staff look after once more is chosen by that', async () => {
  const sale = putSaleIn(core, 'approved', 700);
  core.put({ ...sale, refunds: [fakeRefund({ ...sale.money, amount_minor: 200 }, 'pending')] });
  render(App, { core });
  await userEvent.keyboard('{Alt>}2{/Alt}');
  await page.getByTestId('action-look_again').click();
  expect(core.calls).toContain('look_again');
  putSaleIn(core, 'not_known', 900);
  await expect.element(page.getByTestId('sale-2')).toBeVisible();
  await expect.element(detail().getByTestId('receipt-amount')).toHaveTextContent('£7.00');
});

test('a key that is pressed before the answer is there gives back nothing of the sale that was not looked for', async () => {
  await open(2);
  await expect.element(page.getByTestId('action-refund')).toBeVisible();
  let answer: () => void = () => undefined;
  const asked = core.findSales.bind(core);
  vi.spyOn(core, 'findSales').mockImplementationOnce(async (wanted, past) => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return asked(wanted, past);
  });
  await search().fill('no 1');
  await userEvent.keyboard('{Alt>}r{/Alt}');
  await expect.element(page.getByTestId('refund-panel')).not.toBeInTheDocument();
  answer();
  await vi.waitFor(() => {
    expect(rows()).toEqual(['sale-1']);
  });
  await userEvent.keyboard('{Alt>}r{/Alt}');
  await expect.element(page.getByTestId('refund-left').getByText('£1.00')).toBeVisible();
});

test('what was looked for is marked when the screen is opened again, so that typing takes its place', async () => {
  await open(3);
  await find('no 1', ['sale-1']);
  await userEvent.keyboard('{Alt>}1{/Alt}');
  await expect.element(search()).not.toBeInTheDocument();
  await userEvent.keyboard('{Alt>}2{/Alt}');
  await expect.element(search()).toHaveFocus();
  await userEvent.keyboard('no 3');
  await expect.element(search()).toHaveValue('no 3');
});

test('while money is being given back there is no timeline, nor its key', async () => {
  await open(1);
  await expect.element(page.getByTestId('timeline')).toBeVisible();
  await userEvent.keyboard('{Alt>}r{/Alt}');
  await expect.element(page.getByTestId('refund-panel')).toBeVisible();
  await expect.element(page.getByTestId('timeline')).not.toBeInTheDocument();
  await userEvent.keyboard('{Alt>}w{/Alt}');
  await seen();
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByTestId('timeline-show')).toHaveAttribute('aria-expanded', 'false');
});

test('the sale that the arrow keys have come to is said: its amount, its number and how it stands', async () => {
  putSaleIn(core, 'cancelled', 5000);
  await open(1);
  const said = page.getByTestId('chosen-said');
  await expect.element(said).toHaveTextContent(/^$/u);
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(said).toHaveTextContent('£50.00, no. 1, Cancelled');
  await expect.element(said).toHaveAttribute('role', 'status');
  await userEvent.keyboard('{ArrowUp}');
  await expect.element(said).toHaveTextContent('£1.00, no. 2, Approved');
  await userEvent.keyboard('p');
  await expect.element(said).toHaveTextContent(/^$/u);
});

test('a copy that is made once more is said once more', async () => {
  vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  core.putStatus({ mode: 'live' });
  await open(1);
  await userEvent.keyboard('{Alt>}w{/Alt}');
  const said = page.getByTestId('timeline-copied');
  await page.getByTestId('timeline-copy').click();
  await expect.element(said).toHaveTextContent('Copied.');
  const put: string[] = [];
  const watching = new MutationObserver((changes) => {
    put.push(...changes.flatMap(({ addedNodes }) => [...addedNodes]).map((node) => node.textContent?.trim() ?? ''));
  });
  watching.observe(said.element(), { childList: true, subtree: true });
  await page.getByTestId('timeline-copy').click();
  await vi.waitFor(() => {
    expect(put.join(' ')).toContain('Copied.');
  });
  watching.disconnect();
});

test('a sale whose timeline was opened stays beside the list when a newer one comes', async () => {
  await open(2);
  await userEvent.keyboard('{Alt>}w{/Alt}');
  await expect.element(page.getByTestId('timeline').getByText('The sale was opened.')).toBeVisible();
  putSaleIn(core, 'approved', 900);
  await expect.element(page.getByTestId('sale-3')).toBeVisible();
  await expect.element(page.getByTestId('timeline').getByText('The sale was opened.')).toBeVisible();
  await expect.element(detail().getByTestId('receipt-amount')).toHaveTextContent('£2.00');
});
