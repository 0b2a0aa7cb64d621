// The list at hand as a file: in the form that is chosen, all that fits, stopped by one key.
import '../shared/tokens.css';
import '../shared/base.css';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { putSaleIn } from './scenes';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});

const panel = () => page.getByTestId('save-list-panel');
const phase = (is: string) => expect.element(panel()).toHaveAttribute('data-phase', is);

async function open(sales = 3) {
  for (let at = 0; at < sales; at += 1) putSaleIn(core, at % 2 === 0 ? 'approved' : 'cancelled', 1000 + at);
  render(App, { core });
  await userEvent.keyboard('{Alt>}2{/Alt}');
  await expect.element(page.getByTestId(`sale-${String(sales)}`)).toBeVisible();
}

const ask = () => userEvent.keyboard('{Alt>}s{/Alt}');

describe('the list as a file', () => {
  test('by keyboard: all that fits the search, with headings in the language at hand, and it is said where it is', async () => {
    await open(70);
    await page.getByTestId('search').fill('paid');
    await expect.element(page.getByTestId('count')).toHaveTextContent('35 sales');
    await ask();
    await expect.element(page.getByTestId('save-spreadsheet')).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('list-saved')).toHaveTextContent('35 sales saved in this file:');
    await expect.element(page.getByTestId('list-file')).toHaveTextContent('countersign-sales-2026-12-01-training.csv');
    expect(core.listing.asked?.wanted).toMatchObject({ facets: ['paid'], text: '' });
    expect(core.listing.asked?.form).toMatchObject({
      form: 'spreadsheet',
      words: { columns: { total: 'Amount' }, states: { paid: 'paid' } },
    });
    await userEvent.keyboard('{Escape}');
    await expect.element(panel()).not.toBeInTheDocument();
    await expect.element(page.getByTestId('search')).toHaveFocus();
  });

  test('the words are those of the language in force', async () => {
    core = new FakeCore({ preferences: { language: 'nl' } });
    await open();
    await ask();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('list-saved')).toHaveTextContent('3 verkopen bewaard');
    expect(core.listing.asked?.form).toMatchObject({ words: { columns: { total: 'Bedrag' }, states: { paid: 'betaald' } } });
  });

  test('the plain form has no words of any language', async () => {
    await open();
    await ask();
    await page.getByTestId('save-plain').click();
    await phase('saved');
    expect(core.listing.asked?.form).toEqual({ form: 'plain' });
  });

  test('says how far it is, and Escape stops it once', async () => {
    await open();
    core.listing.waits = true;
    await ask();
    await userEvent.keyboard('{Enter}');
    await phase('saving');
    core.listing.tell(12_345);
    await expect.element(page.getByTestId('list-progress')).toHaveTextContent('Saving: 12,345 sales so far');
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByTestId('list-stopped')).toHaveTextContent('Nothing was saved.');
    expect(core.calls.filter((call) => call === 'stop_list')).toHaveLength(1);
  });

  test('goes on while staff are elsewhere, and is found again', async () => {
    await open();
    core.listing.waits = true;
    await ask();
    await userEvent.keyboard('{Enter}');
    await phase('saving');
    await userEvent.keyboard('{Alt>}1{/Alt}');
    await expect.element(panel()).not.toBeInTheDocument();
    core.listing.goOn();
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await expect.element(page.getByTestId('list-saved')).toBeVisible();
  });

  test('why it was not saved is said, and it can be tried again', async () => {
    await open();
    core.refuseNext.set('save_list', { fact: 'list_not_saved', folder: '/home/till/Downloads', why: { why: 'not_allowed' } });
    await ask();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('list-refusal')).toHaveTextContent('This user may not write there.');
    await ask();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('list-saved')).toBeVisible();
    await expect.element(page.getByTestId('list-refusal')).not.toBeInTheDocument();
  });

  test('of nothing there is none', async () => {
    await open();
    await page.getByTestId('search').fill('nobody');
    await expect.element(page.getByTestId('save-list')).toBeDisabled();
    await ask();
    await expect.element(panel()).not.toBeInTheDocument();
  });

  test('of another mode does not stay', async () => {
    await open();
    core.listing.waits = true;
    await ask();
    await userEvent.keyboard('{Enter}');
    await phase('saving');
    core.putStatus({ mode: 'live' });
    await expect.element(panel()).not.toBeInTheDocument();
    await vi.waitFor(() => {
      expect(core.calls).toContain('stop_list');
    });
  });
});
