// The reference and the note beside the amount, by keyboard alone: none of their keys is for the amount, and nothing is lost.
import '../shared/tokens.css';
import '../shared/base.css';
import { beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { OrderRefused } from '../shared/bindings/OrderRefused';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { en } from '../words/en';
import { order as dutch } from '../words/nl/order';
import { putSaleIn, stages } from './scenes';
import { seen } from './seen';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});

const amount = () => page.getByTestId('amount');
const reference = () => page.getByTestId('order-reference');
const note = () => page.getByTestId('order-note');
const charge = () => page.getByTestId('charge-start');
const stage = () => page.getByTestId('stage');
const count = (command: string) => core.calls.filter((call) => call.startsWith(command)).length;

/** A key with no time for anything between it and the next. */
function press(key: string, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  (document.activeElement ?? document.body).dispatchEvent(event);
  return event;
}

async function start() {
  render(App, { core });
  await expect.element(amount()).toHaveFocus();
}

describe('by keyboard', () => {
  beforeEach(start);

  test('Alt+N, reference, Tab, note, Enter, Enter: the sale is opened with both, once', async () => {
    await userEvent.keyboard('25{Alt>}n{/Alt}');
    await expect.element(reference()).toHaveFocus();
    await expect.element(charge().getByText('Enter')).not.toBeVisible();
    await userEvent.keyboard('Table 12{Tab}left a scarf{Enter}');
    await expect.element(amount()).toHaveFocus();
    await expect.element(charge().getByText('Enter')).toBeVisible();
    expect(count('start_sale'), 'Enter in a field opens nothing').toBe(0);
    await expect.element(page.getByTestId('order-reference-given')).toHaveTextContent('Table 12');
    await expect.element(page.getByTestId('order-note-given')).toHaveTextContent('left a scarf');
    await userEvent.keyboard('{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'open');
    expect(count('start_sale')).toBe(1);
    expect(await core.recentSales()).toMatchObject([{ money: { amount_minor: 2500 }, reference: 'Table 12', note: 'left a scarf' }]);
  });

  test('figures typed there are never the amount’s, however fast the first comes', async () => {
    await userEvent.keyboard('7');
    press('n', { altKey: true, code: 'KeyN' });
    expect(document.activeElement?.id, 'at once').toBe('order-reference');
    await userEvent.keyboard('1234{Tab}5678');
    await expect.element(amount()).toHaveValue('7');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('£7.00');
    await expect.element(reference()).toHaveValue('1234');
    press('Enter');
    expect(document.activeElement?.id, 'at once').toBe('amount');
    await userEvent.keyboard('.50');
    await expect.element(amount()).toHaveValue('7.50');
    await expect.element(page.getByTestId('order-reference-given')).toHaveTextContent('1234');
  });

  test('Escape and Alt+N close the fields and lose nothing', async () => {
    await userEvent.keyboard('{Alt>}n{/Alt}Room 4{Tab}late{Escape}');
    await expect.element(amount()).toHaveFocus();
    await expect.element(reference()).not.toBeInTheDocument();
    await userEvent.keyboard('{Alt>}n{/Alt}');
    await expect.element(reference()).toHaveValue('Room 4');
    await expect.element(note()).toHaveValue('late');
    await userEvent.keyboard('{Alt>}n{/Alt}');
    await expect.element(amount()).toHaveFocus();
    await expect.element(page.getByTestId('order-note-given')).toHaveTextContent('late');
  });

  test('an Enter that is held from the field on opens no sale', async () => {
    await userEvent.keyboard('25{Alt>}n{/Alt}A');
    press('Enter');
    await expect.element(amount()).toHaveFocus();
    expect(press('Enter', { repeat: true }).defaultPrevented).toBe(true);
    expect(count('start_sale')).toBe(0);
  });

  test('what an input method composes ends with its own Enter', async () => {
    await userEvent.keyboard('{Alt>}n{/Alt}');
    expect(press('Enter', { isComposing: true }).defaultPrevented).toBe(false);
    await expect.element(reference()).toHaveFocus();
  });

  test('the cursor stays in the field when the till’s status comes in', async () => {
    await userEvent.keyboard('{Alt>}n{/Alt}Tab');
    core.putStatus({ problems: [] });
    core.putStatus({ can_sell: false });
    await expect.element(amount()).toBeDisabled();
    core.putStatus({ can_sell: true });
    await expect.element(amount()).toBeEnabled();
    await userEvent.keyboard('le 3');
    await expect.element(reference()).toHaveValue('Table 3');
    await expect.element(amount()).toHaveValue('');
  });

  test('they are empty again for the next customer', async () => {
    await userEvent.keyboard('25{Alt>}n{/Alt}Table 12{Enter}{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'open');
    await page.getByTestId('action-cancel').click();
    await expect.element(stage()).toHaveAttribute('data-stage', 'cancelled');
    await seen();
    await page.getByTestId('next-sale').click();
    await expect.element(amount()).toHaveFocus();
    await expect.element(page.getByTestId('order-open')).toHaveTextContent(en.order.add);
    await userEvent.keyboard('9{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'open');
    expect((await core.recentSales())[0]).toMatchObject({ reference: null, note: null });
  });

  test('a text that is refused is said beside its field, with the cursor in it, and nothing typed is lost', async () => {
    const refused: OrderRefused = { text: 'note', refused: { why: 'card_number' } };
    core.refuseNext.set('start_sale', { fact: 'order_refused', refused });
    await userEvent.keyboard('25{Alt>}n{/Alt}A 1{Tab}4242424242424242{Enter}{Enter}');
    await expect.element(page.getByTestId('order-refused')).toHaveTextContent('card number');
    await expect.element(note()).toHaveFocus();
    await expect.element(note()).toHaveAttribute('aria-invalid', 'true');
    await expect.element(reference()).toHaveValue('A 1');
    await expect.element(amount()).toHaveValue('25');
    await expect.element(page.getByTestId('priced')).toHaveAttribute('data-kind', 'amount');
    await userEvent.keyboard('{Control>}a{/Control}call back');
    await expect.element(page.getByTestId('order-refused')).not.toBeInTheDocument();
    await userEvent.keyboard('{Enter}{Enter}');
    await expect.element(stage()).toHaveAttribute('data-stage', 'open');
    expect((await core.recentSales())[0]).toMatchObject({ reference: 'A 1', note: 'call back' });
  });
});

test('no field cuts what is put in, and lines stay in sight', async () => {
  await start();
  await userEvent.keyboard('{Alt>}n{/Alt}');
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', 'Table 1\nTable 2');
  document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  await expect.element(reference()).toHaveValue('Table 1↵Table 2');
  const long = 'x'.repeat(5_000);
  await note().fill(long);
  await expect.element(note()).toHaveValue(long);
  expect(document.querySelector('[maxlength]')).toBeNull();
});

test('a second sale of the same amount keeps them too', async () => {
  putSaleIn(core, 'processing');
  render(App, { core });
  await page.getByTestId('next-sale').click();
  await expect.element(amount()).toHaveFocus();
  await userEvent.keyboard('25{Alt>}n{/Alt}Table 9{Enter}{Enter}');
  await expect.element(page.getByTestId('same-amount')).toBeVisible();
  await seen();
  await page.getByTestId('same-amount-another').click();
  await expect.element(stage()).toHaveAttribute('data-stage', 'open');
  expect((await core.recentSales())[0]).toMatchObject({ reference: 'Table 9' });
});

describe('afterwards', () => {
  const texts = { reference: 'Invoice 2026-11/7', note: 'left a scarf' };

  test('both stand on the stage’s staff side, the reference on the receipt, the note on none', async () => {
    const sale = core.put({ ...putSaleIn(core, 'submitting'), ...texts });
    render(App, { core });
    await expect.element(page.getByTestId('sale-reference')).toHaveTextContent(texts.reference);
    await expect.element(page.getByTestId('sale-note')).toHaveTextContent(texts.note);
    expect(document.querySelector('.field')?.textContent, 'the customer reads this side').not.toContain('scarf');
    core.put({ ...sale, stage: stages(Date.now()).approved });
    await expect.element(page.getByTestId('receipt-reference')).toHaveTextContent(texts.reference);
    await expect.element(page.getByTestId('receipt')).not.toHaveTextContent('scarf');
    await expect.element(page.getByTestId('sale-note')).toHaveTextContent(texts.note);
    await expect.element(page.getByTestId('sale-reference')).not.toBeInTheDocument();
  });

  test('the history shows the reference and finds the sale by it', async () => {
    core.put({ ...putSaleIn(core, 'cancelled'), ...texts });
    putSaleIn(core, 'cancelled', 700);
    render(App, { core });
    await expect.element(amount()).toHaveFocus();
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await expect.element(page.getByTestId('sale-1')).toHaveTextContent(texts.reference);
    await userEvent.keyboard('invoice 2026');
    await expect.element(page.getByTestId('sale-2')).not.toBeInTheDocument();
    await expect.element(page.getByTestId('sale-1')).toBeVisible();
    await expect.element(page.getByTestId('sale-reference')).toHaveTextContent(texts.reference);
  });

  test.each([
    [1024, 600],
    [1180, 780],
  ])('at %i by %i nothing of them is cut off or scrolled sideways', async (width, height) => {
    await page.viewport(width, height);
    await start();
    const charge = page.getByTestId('charge-start');
    await userEvent.keyboard('1234567.89{Alt>}n{/Alt}');
    for (const open of [true, false]) {
      if (open) await expect.element(reference()).toHaveFocus();
      else await userEvent.keyboard(`${'Langetischreferenz '.repeat(5)}{Tab}${'eine lange Notiz '.repeat(12)}{Enter}`);
      await expect.element(charge).toBeVisible();
      const entry = document.querySelector('.entry');
      expect(entry?.scrollWidth).toBeLessThanOrEqual(entry?.clientWidth ?? 0);
      expect(entry?.scrollHeight, open ? 'open' : 'closed').toBeLessThanOrEqual(entry?.clientHeight ?? 0);
    }
  });
});

test('each reason has a sentence of its own in both languages, and names its field', () => {
  const reasons: OrderRefused['refused'][] = [
    { why: 'blank' },
    { why: 'too_long', most: 100, has: 130 },
    { why: 'more_than_one_line' },
    { why: 'invisible' },
    { why: 'card_number' },
  ];
  const said = reasons.flatMap((refused) => [en.order, dutch].map((words) => words.refused({ text: 'note', refused })));
  expect(new Set(said).size).toBe(said.length);
  expect(said.filter((sentence) => sentence.includes('100') && sentence.includes('130'))).toHaveLength(2);
  expect(said.every((sentence) => sentence.includes('note') || sentence.includes('notitie'))).toBe(true);
});
