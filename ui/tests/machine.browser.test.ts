// What is said at the top of the main window about the computer that the till stands on, and what follows when it is mended.
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { FolderFault } from '../shared/bindings/FolderFault';
import type { TillFact } from '../shared/bindings/TillFact';
import { FakeCore } from '../shared/fake_core';
import '../shared/tokens.css';
import '../shared/base.css';
import App from '../till/App.svelte';
import { own } from '../words/facts';

let core: FakeCore;
beforeEach(async () => {
  await page.viewport(1180, 800);
  core = new FakeCore();
});

const FOLDER = '/home/quay/.local/share/shop.countersign.till';

test.each<[FolderFault, RegExp]>([
  [{ why: 'not_made', said: 'No such device' }, /cannot be made\. Is its disk connected\? \(The system says: \u2068No such device\u2069\)/],
  [{ why: 'not_a_folder' }, /A file stands in its place\. Move the file away\./],
  [{ why: 'read_only' }, /can only be read\. Connect the disk/],
  [{ why: 'not_allowed' }, /may not write to it\. Change its permissions/],
  [
    { why: 'anothers_own', path: `${FOLDER}/live.sqlite` },
    /live\.sqlite\u2069 belongs to another user of this computer\. Give it to the user/,
  ],
  [{ why: 'not_private', path: `${FOLDER}/live.sqlite` }, /could read .*live\.sqlite.*on the computer’s own disk\./],
  [{ why: 'disk_full' }, /no room for it\. Free some space/],
])('a folder that cannot be used because of %o is said with what to do', async (fault, sentence) => {
  const fact: TillFact = { fact: 'data_folder', folder: FOLDER, fault };
  core.putStatus({ can_sell: false, problems: [fact] });
  render(App, { core });
  const line = page.getByTestId('problem');
  await expect.element(line).toHaveTextContent(`No payment can be taken: the till’s folder ${own(FOLDER)} cannot be used`);
  await expect.element(line).toHaveTextContent(sentence);
  await expect.element(line).toHaveTextContent(/goes on by itself as soon as the folder can be used\.$/);
});

test('settings that could not be saved are said, and sales go on', async () => {
  core.putStatus({ problems: [{ fact: 'settings_not_saved' }] });
  render(App, { core });
  await expect.element(page.getByTestId('problem')).toHaveTextContent(/could not be saved for the next start.*tries again by itself\.$/);
  await expect.element(page.getByTestId('amount')).toBeEnabled();
});

test('when the till can sell again the cursor is in the amount, without a click', async () => {
  core.putStatus({ can_sell: false, problems: [{ fact: 'refused', refusal: { code: 'disk_full' } }] });
  render(App, { core });
  await expect.element(page.getByTestId('amount')).toBeDisabled();
  core.putStatus({ can_sell: true, problems: [] });
  await expect.element(page.getByTestId('amount')).toHaveFocus();
  await userEvent.keyboard('25');
  await expect.element(page.getByTestId('amount')).toHaveValue('25');
});

test('a full disk is said once, at the top, and nothing of it stays when it is freed', async () => {
  const full: TillFact = { fact: 'refused', refusal: { code: 'disk_full' } };
  core.refuseNext.set('start_sale', full);
  render(App, { core });
  await page.getByTestId('amount').fill('25');
  await expect.element(page.getByTestId('charge-start')).toBeEnabled();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('priced')).toHaveTextContent('The disk is full');
  core.putStatus({ can_sell: false, problems: [full] });
  await expect.element(page.getByTestId('problem')).toHaveTextContent('The disk is full');
  await expect.element(page.getByTestId('priced')).not.toHaveTextContent('The disk is full');
  core.putStatus({ can_sell: true, problems: [] });
  await expect.element(page.getByTestId('priced')).toHaveTextContent('£25.00 GBP');
  await expect.element(page.getByTestId('charge-start')).toBeEnabled();
});
