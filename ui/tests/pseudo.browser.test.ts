// Every screen in a language that nobody speaks: whatever stands outside of its brackets is in no catalogue, and what is cut off has
// no room for a longer language.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import { fakeMoney } from '../shared/fake_price';
import Payment from '../payment/Payment.svelte';
import App from '../till/App.svelte';
import { ROOMS } from '../till/settings/rooms';
import { disguiseWords } from '../words/now.svelte';
import { pseudoWords } from './pseudo';
import { cutOff, outsideOfBrackets, settle } from './room_for_words';
import { absent, differences, dispute, MISMATCH, putPaid, putSaleIn, putScene, stages, UNASKED, WHICH_JOURNAL } from './scenes';
import { seen } from './seen';
import { fakeRefund } from '../shared/fake_refunds';

let core: FakeCore;
beforeEach(() => { core = new FakeCore(); disguiseWords(pseudoWords); });
afterEach(() => {
  disguiseWords(null);
  for (const left of document.querySelectorAll('.stand-in-overlay, iframe[name^="__privateStripeController"]')) left.remove();
});

const POUNDS = { currency: 'GBP', locale: 'en-GB' };

function looksRight(): void {
  settle();
  expect(document.body.textContent).toContain('[!!! ');
  expect(outsideOfBrackets()).toEqual([]);
  expect(cutOff()).toEqual([]);
}

async function opened(screen: string): Promise<void> {
  await page.getByTestId(`screen-${screen}`).click();
}

const afterwards: Record<string, () => void> = {
  unasked: () => { putPaid(core, UNASKED); },
  part: () => { putPaid(core, { refunds: [fakeRefund(fakeMoney(500, POUNDS), 'refunded'), fakeRefund(fakeMoney(250, POUNDS), 'pending', { elsewhere: true })] }); },
  refund_not_known: () => { putPaid(core, { refunds: [fakeRefund(fakeMoney(500, POUNDS), 'not_known')] }); },
  disputed: () => { putPaid(core, { disputes: [dispute()] }); },
  mismatch: () => { core.put({ ...putSaleIn(core, 'not_known'), ...MISMATCH }); },
  absent: () => { core.put({ ...putSaleIn(core, 'not_known'), stage: absent() }); },
};

describe.for([[1180, 780], [1024, 600]] as const)('at %o', ([width, height]) => {
  beforeEach(async () => { await page.viewport(width, height); });

  test.for(Object.keys(stages(0)))('a sale that is %s', async (kind) => {
    const sale = putSaleIn(core, kind as keyof ReturnType<typeof stages>);
    render(App, { core });
    await opened('history');
    await expect.element(page.getByTestId('sale-detail')).toBeVisible();
    looksRight();
    core.shownInTill = sale.sale_id;
  });

  test.for(Object.keys(stages(0)))('the stage %s', async (kind) => {
    core.shownInTill = putSaleIn(core, kind as keyof ReturnType<typeof stages>).sale_id;
    putSaleIn(core, 'declined', 1200);
    render(App, { core });
    await expect.element(page.getByTestId('stage')).toHaveAttribute('data-stage', kind);
    await expect.element(page.getByTestId('attention')).toBeVisible();
    looksRight();
  });

  test.for(Object.entries(afterwards))('what came of a payment: %s', async ([, put]) => {
    put();
    render(App, { core });
    await opened('history');
    await page.getByTestId('sale-1').click();
    looksRight();
  });

  test('an amount, typed and refused, and a till that cannot sell', async () => {
    render(App, { core });
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    looksRight();
    await userEvent.keyboard('1234567.89');
    await expect.element(page.getByTestId('priced')).toHaveAttribute('data-kind', 'amount');
    looksRight();
    await userEvent.fill(page.getByTestId('amount'), 'x');
    await expect.element(page.getByTestId('priced')).toHaveAttribute('data-kind', 'refused');
    looksRight();
    core.putStatus({ can_sell: false, problems: [{ fact: 'key_refused' }, WHICH_JOURNAL] });
    await expect.element(page.getByTestId('journal-question')).toBeVisible();
    looksRight();
  });

  test('a second sale of the same amount', async () => {
    putSaleIn(core, 'not_known');
    render(App, { core });
    await page.getByTestId('next-sale').click();
    await userEvent.keyboard('25');
    await expect.element(page.getByTestId('priced')).toHaveAttribute('data-kind', 'amount');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('same-amount')).toBeVisible();
    looksRight();
  });

  test('giving money back', async () => {
    putPaid(core, {});
    render(App, { core });
    await opened('history');
    await page.getByTestId('action-refund').click();
    await expect.element(page.getByTestId('refund-panel')).toBeVisible();
    await expect.element(page.getByTestId('refund-confirm')).toBeEnabled();
    looksRight();
  });

  test('asking before a sale is cancelled', async () => {
    putSaleIn(core, 'not_known');
    render(App, { core });
    await seen();
    await page.getByTestId('action-cancel').click();
    await expect.element(page.getByTestId('cancel-confirm')).toBeVisible();
    looksRight();
  });

  test('the books, with differences and notes', async () => {
    const sale = putPaid(core, { disputes: [dispute()] });
    core.differences = differences(sale);
    const result = await core.reconcile(Date.now() - 86_400_000, Date.now());
    render(App, { core });
    core.putReconciliation({ ...result, at_ms: Date.now() + 1, gaps: [{ kind: 'id_in_use_elsewhere', payments: 2 }], notes: [{ kind: 'sale_in_work', number: 3 }] });
    await expect.element(page.getByTestId('books-notice')).toBeVisible();
    looksRight();
    await userEvent.keyboard('{Alt>}4{/Alt}');
    await expect.element(page.getByTestId('verdict')).toBeVisible();
    looksRight();
  });

  test('the settings', async () => {
    core = new FakeCore({ mode: 'test' });
    core.copiesView = { folder: null, newest: null, newest_ms: null, failure: { why: 'no_folder' } };
    render(App, { core });
    await opened('settings');
    for (const room of ROOMS) {
      await page.getByTestId(`room-${room}`).click();
      await expect.element(page.getByTestId('room')).toHaveAttribute('data-room', room);
      if (room === 'stripe') await page.getByTestId('forget-test').click();
      if (room === 'copies') await expect.element(page.getByTestId('copies-failure')).toBeVisible();
      // What currencies and locales are called in English comes from the core.
      if (room === 'money') await expect.element(page.getByTestId('currency')).toBeVisible();
      for (const option of document.querySelectorAll('option')) expect(option.textContent).toMatch(/^\[!!! .* !!!\]$/);
      looksRight();
    }
  });
});

describe.for([[760, 640], [680, 520]] as const)('the payment window at %o', ([width, height]) => {
  beforeEach(async () => { await page.viewport(width, height); });

  test.for(['card', 'declined', 'notice', 'charging', 'checking', 'confirming', 'awaiting_charge', 'cancelling', 'authenticate'])('%s', async (scene) => {
    putScene(core, scene);
    render(Payment, { core });
    await expect.poll(() => document.body.textContent.includes('[!!! ')).toBe(true);
    if (scene === 'authenticate') await expect.element(page.getByTestId('authenticate')).toBeVisible();
    looksRight();
  });

  test('the test cards', async () => {
    await core.openForCard('25');
    render(Payment, { core });
    await page.getByTestId('palette').click();
    await expect.element(page.getByTestId('palette-drawer')).toBeVisible();
    looksRight();
  });
});
