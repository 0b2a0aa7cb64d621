// Which account the sales are of, and the copies of them: what the owner is asked and told, over the fake core.
import '../shared/tokens.css';
import '../shared/base.css';
import { beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { CopyFailure } from '../shared/bindings/CopyFailure';
import type { JournalChoice } from '../shared/bindings/JournalChoice';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { en as words } from '../words/en';
import { WHICH_JOURNAL } from './scenes';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});

describe('which journal', () => {
  test('is asked at the top, and an answer opens the till', async () => {
    core.putStatus({ can_sell: false, problems: [WHICH_JOURNAL] });
    render(App, { core });
    await expect.element(page.getByTestId('problem')).toHaveTextContent('It is not certain which sales belong to the live keys.');
    await expect.element(page.getByTestId('journal-question')).toHaveTextContent('312 sales, the last entry on 23 Nov 2026');
    await expect.element(page.getByTestId('journal-question')).toHaveTextContent('1 sale');
    // What is known to be another account's cannot be chosen.
    expect(page.getByTestId('use-journal').elements()).toHaveLength(1);
    await page.getByTestId('use-journal').click();
    await expect.element(page.getByTestId('journal-question')).not.toBeInTheDocument();
    expect(core.calls).toContain('answer_journal live-38f39eff5c4c.sqlite');
  });

  test('a new journal is begun only by its own button, where it may be', async () => {
    core.putStatus({ can_sell: false, problems: [WHICH_JOURNAL] });
    render(App, { core });
    core.refuseNext.set('answer_journal', { fact: 'sale_in_hand' });
    await page.getByTestId('start-journal').click();
    await expect.element(page.getByTestId('journal-refusal')).toHaveTextContent('A sale is still in hand.');
    await page.getByTestId('start-journal').click();
    await expect.element(page.getByTestId('journal-question')).not.toBeInTheDocument();
    expect(core.calls.filter((call) => call === 'answer_journal new')).toHaveLength(2);
  });

  test('is asked beside the keys that raise it, and the keys need not be typed again', async () => {
    render(App, { core });
    await page.getByTestId('screen-settings').click();
    await page.getByTestId('room-stripe').click();
    core.refuseNext.set('save_keys', WHICH_JOURNAL);
    await page.getByTestId('secret-key').fill('rk_live_abcdefghij1234');
    await page.getByTestId('publishable-key').fill('pk_live_abcdefgh');
    await page.getByTestId('save-keys').click();
    await expect.element(page.getByTestId('journal-question')).toBeVisible();
    await expect.element(page.getByTestId('keys-refusal')).not.toBeInTheDocument();
    await page.getByTestId('use-journal').click();
    await expect.element(page.getByTestId('keys-saved')).toBeVisible();
    await expect.element(page.getByTestId('check-after-keys')).not.toBeInTheDocument();
    await expect.element(page.getByTestId('journal-question')).not.toBeInTheDocument();
  });

  test('a key of another account is named as that', async () => {
    render(App, { core });
    await page.getByTestId('screen-settings').click();
    await page.getByTestId('room-stripe').click();
    core.refuseNext.set('save_keys', { fact: 'key_of_another_account', mode: 'live' });
    await page.getByTestId('secret-key').fill('rk_live_abcdefghij1234');
    await page.getByTestId('publishable-key').fill('pk_live_abcdefgh');
    await page.getByTestId('save-keys').click();
    await expect
      .element(page.getByTestId('keys-refusal'))
      .toHaveTextContent('The live secret key belongs to another Stripe account than these sales');
  });
});

describe('copies', () => {
  const open = async () => {
    render(App, { core });
    await page.getByTestId('screen-settings').click();
    await page.getByTestId('room-copies').click();
  };

  test('none are made until a folder is chosen; then one at once, and one by a key', async () => {
    await open();
    await expect.element(page.getByTestId('copies-newest')).toHaveTextContent('No copies are made.');
    await expect.element(page.getByTestId('copy-now')).not.toBeInTheDocument();
    await userEvent.keyboard('{Alt>}c{/Alt}');
    expect(core.calls).not.toContain('copy_journal');
    await page.getByTestId('copies-folder').fill('/media/stick');
    await page.getByTestId('save-copies-folder').click();
    await expect.element(page.getByTestId('copies-newest')).toHaveTextContent('The newest copy was made on');
    await userEvent.keyboard('{Alt>}c{/Alt}');
    await expect.poll(() => core.calls.filter((call) => call === 'copy_journal').length).toBe(1);
  });

  test('what went wrong is said here and at the top, with what to do', async () => {
    const failure: CopyFailure = { why: 'no_folder' };
    core.nextCopyFails = failure;
    await open();
    await page.getByTestId('copies-folder').fill('/media/stick');
    await page.getByTestId('save-copies-folder').click();
    await expect.element(page.getByTestId('copies-failure')).toHaveTextContent('Is the stick plugged in');
    core.putStatus({ problems: [{ fact: 'copy_failed', folder: '/media/stick', failure }] });
    await expect
      .element(page.getByTestId('problem'))
      .toHaveTextContent(
        'The sales could not be copied to \u2068/media/stick\u2069. The folder is not there. Is the stick plugged in, or the network drive connected? Selling goes on',
      );
  });
});

test('which till this is, where a comparison could not tell, is said by itself until it is put off', async () => {
  const result = await core.reconcile(0, 1);
  render(App, { core });
  core.putReconciliation({
    ...result,
    at_ms: Date.now() + 1,
    agreement: 'not_whole',
    gaps: [
      { kind: 'other_tills_before', payments: 2 },
      { kind: 'id_in_use_elsewhere', payments: 1 },
    ],
  });
  await expect
    .element(page.getByTestId('which-till-other_tills_before'))
    .toHaveTextContent('2 payments of this time carry another till’s mark');
  await expect
    .element(page.getByTestId('which-till-id_in_use_elsewhere'))
    .toHaveTextContent('One payment under this till’s mark was made while this till ran, and not by it.');
  await page.getByTestId('which-till-later').first().click();
  await expect.element(page.getByTestId('which-till-other_tills_before')).not.toBeInTheDocument();
  await userEvent.keyboard('{Alt>}4{/Alt}');
  await expect.element(page.getByTestId('verdict')).toHaveTextContent('not everything was compared');
  await expect.element(page.getByTestId('reconcile')).toHaveTextContent('set it up anew in an empty folder');
});

test('every fact is said in whole sentences', () => {
  const choice: JournalChoice = { journal: 'live-x.sqlite', sales: 0, last_ms: null, tie: 'unreadable' };
  const failures: CopyFailure[] = [
    { why: 'no_folder' },
    { why: 'not_allowed' },
    { why: 'own_folder' },
    { why: 'disk_full' },
    { why: 'not_sound' },
    { why: 'system', said: 'EIO' },
  ];
  const writing = { locale: 'en-GB' };
  for (const failure of failures) expect(words.copies.failed(failure, writing)).toMatch(/^[A-Z].*[.?)]$/);
  expect(words.journalQuestion.journal(choice, writing)).toBe('0 sales: cannot be read by this version, or is damaged.');
});
