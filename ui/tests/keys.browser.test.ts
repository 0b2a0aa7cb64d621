// The keys and the mode, in the settings’ room of the Stripe account.
import type { TillFact } from '../shared/bindings/TillFact';
import type { Code } from '../shared/told';
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { putSaleIn } from './scenes';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});
afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

const count = (command: string) => core.calls.filter((call) => call.startsWith(command)).length;

describe('the keys and the mode', () => {
  beforeEach(async () => {
    render(App, { core });
    await page.getByTestId('screen-settings').click();
    await page.getByTestId('room-stripe').click();
  });

  async function save(secret: string, publishable: string) {
    await page.getByTestId('secret-key').fill(secret);
    await page.getByTestId('publishable-key').fill(publishable);
    await page.getByTestId('save-keys').click();
  }

  test('the keys’ button is in sight without scrolling, also while the keyring is explained', async () => {
    const bottom = () => page.getByTestId('save-keys').element().getBoundingClientRect().bottom;
    await expect.element(page.getByTestId('save-keys')).toBeVisible();
    expect(bottom()).toBeLessThanOrEqual(780);
    const missing: TillFact = { fact: 'keyring_missing', what: 'service' };
    core.setupView = { ...core.setupView, keyring_problem: missing };
    await page.getByTestId('screen-sale').click();
    await page.getByTestId('screen-settings').click();
    await expect.element(page.getByTestId('keyring-problem')).toBeVisible();
    expect(bottom()).toBeLessThanOrEqual(780);
    core.setupView = { ...core.setupView, keyring_problem: null };
    await save('rk_test_abcdefghij1234', 'pk_test_abcdefgh');
    await expect.element(page.getByTestId('account-test')).toBeVisible();
    expect(bottom()).toBeLessThanOrEqual(780);
  });

  test('keeps keys, clears the secret, and never shows it', async () => {
    await save('rk_test_abcdefghij1234', 'pk_test_abcdefgh');
    await expect.element(page.getByTestId('keys-saved')).toBeVisible();
    await expect.element(page.getByTestId('secret-key')).toHaveValue('');
    await expect.element(page.getByTestId('account-test')).toHaveTextContent('rk_test_…1234');
    expect(document.body.innerHTML).not.toContain('abcdefghij1234');
    await expect.element(page.getByTestId('choose-test')).toBeEnabled();
    await expect.element(page.getByTestId('choose-live')).toBeDisabled();
  });

  const restricted = ['rk_test_abcdefgh', 'pk_test_abcdefgh'] as const;
  test.each<[Code, string, string, TillFact | null, string]>([
    ['keys_mixed_modes', 'sk_live_abcdefgh', 'pk_test_abcdefgh', null, 'One key is for test mode'],
    ['key_malformed', 'nonsense', 'pk_test_abcdefgh', null, 'This is not a Stripe key'],
    ['key_malformed', ...restricted, { fact: 'key_malformed', why: 'secret_in_publishable_field' }, 'Put it in the secret key’s field'],
    ['keys_of_two_accounts', ...restricted, { fact: 'keys_of_two_accounts' }, 'different Stripe accounts'],
    ['key_not_kept', ...restricted, { fact: 'key_not_kept', why: 'unknown' }, 'Stripe does not know this secret key'],
    ['key_not_kept', ...restricted, { fact: 'key_not_kept', why: 'lacks_permission' }, 'give it “PaymentIntents: write”'],
    ['key_not_kept', ...restricted, { fact: 'key_not_kept', why: 'no_answer' }, 'so the keys were not kept'],
    ['keyring_missing', ...restricted, { fact: 'keyring_missing', what: 'service' }, 'sudo apt install gnome-keyring'],
    ['keyring_missing', ...restricted, { fact: 'keyring_missing', what: 'default_keyring' }, 'no default keyring in it'],
    ['keyring_locked', ...restricted, { fact: 'keyring_locked' }, 'The keyring is locked. Unlock it'],
    ['keyring_ambiguous', ...restricted, { fact: 'keyring_ambiguous' }, 'more than one entry of Countersign'],
    ['sale_in_hand', ...restricted, { fact: 'sale_in_hand' }, 'Finish or cancel it first.'],
  ])('%s is said and the secret is gone from the form', async (code, secret, publishable, fact, message) => {
    if (fact !== null) core.refuseNext.set('save_keys', fact);
    await save(secret, publishable);
    await expect.element(page.getByTestId('keys-refusal')).toHaveAttribute('data-code', code);
    await expect.element(page.getByTestId('secret-key')).toHaveValue('');
    await expect.element(page.getByTestId('keys-refusal')).toHaveTextContent(message);
  });

  test('forgetting asks once', async () => {
    await save('rk_test_abcdefghij1234', 'pk_test_abcdefgh');
    await page.getByTestId('forget-test').click();
    expect(count('forget_keys')).toBe(0);
    await page.getByTestId('forget-confirm-test').click();
    await expect.element(page.getByTestId('account-test')).not.toBeInTheDocument();
  });

  test('the mode changes the band and drops the other mode’s sales', async () => {
    putSaleIn(core, 'declined');
    await save('rk_test_abcdefghij1234', 'pk_test_abcdefgh');
    await page.getByTestId('choose-test').click();
    await expect.element(page.getByTestId('mode')).toHaveAttribute('data-mode', 'test');
    await page.getByTestId('screen-sale').click();
    await expect.element(page.getByTestId('amount')).toHaveFocus();
  });
});
