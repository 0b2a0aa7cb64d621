// What people type and paste: every field takes all of it, and what is wrong with it is said.
import '../shared/tokens.css';
import '../shared/base.css';
import { beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { putSaleIn, stages } from './scenes';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});

const amount = () => page.getByTestId('amount');

/** Puts a text into the field that has the focus, as an editor does: with all limits that the field has. */
function insert(text: string) {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way to edit as a person does
  document.execCommand('insertText', false, text);
}

/** Pastes into the field that has the focus. */
function paste(text: string) {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  // What nobody has taken is put in as the browser does.
  if (document.activeElement?.dispatchEvent(event) === true) insert(text);
}

describe('an amount that is pasted', () => {
  beforeEach(async () => {
    render(App, { core });
    await expect.element(amount()).toHaveFocus();
  });

  test('with many blanks before it keeps its last digit', async () => {
    paste(`${' '.repeat(21)}1250.00`);
    await expect.element(page.getByTestId('priced')).toHaveTextContent('£1,250.00');
  });

  test('from two lines is not made one figure', async () => {
    paste('1\r\n250');
    await expect.element(amount()).toHaveValue('1↵250');
    await expect.element(page.getByTestId('priced')).toHaveAttribute('data-kind', 'refused');
    await expect.element(page.getByTestId('charge-start')).toBeDisabled();
  });

  test('is read again when the currency becomes another', async () => {
    paste('12.50');
    await expect.element(page.getByTestId('priced')).toHaveTextContent('£12.50');
    core.putStatus({ preferences: { ...core.status.preferences, currency: 'EUR' } });
    await expect.element(page.getByTestId('priced')).toHaveTextContent('€12.50');
  });

  test('with the line end behind it is the amount, in the place of what is selected', async () => {
    await userEvent.keyboard('99');
    (amount().element() as HTMLInputElement).select();
    paste('12.50\n');
    await expect.element(amount()).toHaveValue('12.50');
  });
});

test('no field cuts what is put in', async () => {
  const long = 'x'.repeat(5_000);
  const sale = putSaleIn(core, 'submitting');
  core.put({ ...sale, stage: stages(Date.now()).approved });
  render(App, { core });
  const wholeIn = async (field: string) => {
    const input = page.getByTestId(field);
    await expect.element(input).toBeVisible();
    (input.element() as HTMLInputElement).focus();
    (input.element() as HTMLInputElement).select();
    insert(long);
    expect((input.element() as HTMLInputElement).value, field).toHaveLength(long.length);
  };
  await wholeIn('amount');
  await page.getByTestId('screen-history').click();
  await page.getByTestId('action-refund').click();
  await wholeIn('refund-amount');
  await wholeIn('search');
  await page.getByTestId('screen-settings').click();
  core.refuseNext.set('save_preferences', { fact: 'preferences_refused', why: { what: 'name_too_long', most: 60 } });
  for (const [room, fields] of [
    ['shop', ['shop-name']],
    ['copies', ['copies-folder']],
    ['stripe', ['secret-key', 'publishable-key']],
  ] as const) {
    await page.getByTestId(`room-${room}`).click();
    for (const field of fields) await wholeIn(field);
  }
  await wholeIn('settings-search');
  expect(document.querySelector('[maxlength]')).toBeNull();
});

test('a folder is handed to the core as it was typed, and refused in words', async () => {
  render(App, { core });
  await page.getByTestId('screen-settings').click();
  await page.getByTestId('room-copies').click();
  core.refuseNext.set('choose_copies_folder', { fact: 'folder_refused', why: 'blank_at_its_ends' });
  await page.getByTestId('copies-folder').fill('/media/stick ');
  await page.getByTestId('save-copies-folder').click();
  await expect
    .element(page.getByTestId('copies-refusal'))
    .toHaveTextContent('a blank or an invisible character before or behind the folder');
  await expect.element(page.getByTestId('copies-folder')).toHaveValue('/media/stick ');
});
