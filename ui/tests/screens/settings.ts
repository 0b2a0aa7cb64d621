// The settings: each mode, with and without keys, every question in them, and what each form says when it is saved or refused.
import type { AccountView } from '../../shared/bindings/AccountView';
import type { FakeCore } from '../../shared/fake_core';
import { asked, fill, go, press, there, till, type EveryScreen } from './bring';
import { page, userEvent } from 'vitest/browser';
import type { Room } from '../../till/settings/rooms';
import { LONG_NAME } from '../own_texts';
import { WHICH_JOURNAL } from '../scenes';

const KEYS: [string, string] = ['rk_test_51FakeHarbourBooks', 'pk_test_51FakeHarbourBooks'];

const account = (mode: 'test' | 'live', restricted: boolean): AccountView => ({
  mode,
  secret_hint: `${restricted ? 'rk' : 'sk'}_${mode}_…x9Qe`,
  restricted,
  publishable_key: `pk_${mode}_51FakeHarbourBooksWithAPublishableKeyOfItsFullLength0123456789abcdefghijklmnopq`,
});

/** A room of the settings, and what a person does in it. */
const opened = (
  room: Room,
  name: string,
  mode: 'training' | 'test' | 'live',
  shows: string,
  walk: () => unknown = () => undefined,
  put: (core: FakeCore) => unknown = () => undefined,
) =>
  till(`settings/${name}`, {
    mode,
    put,
    walk: async () => {
      await go('settings');
      await press(`room-${room}`);
      await there('room');
      await walk();
    },
    shows,
  });

async function saveKeys(): Promise<void> {
  await fill('secret-key', KEYS[0]);
  await fill('publishable-key', KEYS[1]);
  await press('save-keys');
}

const copies = (more: Partial<FakeCore['copiesView']>) => (core: FakeCore) => {
  core.copiesView = { folder: '/media/usb-stick/countersign', newest: null, newest_ms: null, failure: null, ...more };
};

export const settings: EveryScreen[] = [
  opened('shop', 'shop', 'training', 'shop-name'),
  opened('money', 'money', 'training', 'currency'),
  opened('look', 'look', 'training', 'theme-dark'),
  opened('stripe', 'training', 'training', 'key-rights'),
  opened('stripe', 'test', 'test', 'account-test'),
  opened('stripe', 'live', 'live', 'account-live'),
  opened('stripe', 'asks-before-leaving-live', 'live', 'leave-live', () => press('choose-training')),
  opened('stripe', 'test-and-live-with-a-secret-key', 'live', 'account-test', undefined, (core) => {
    core.setupView = { ...core.setupView, accounts: [account('test', true), account('live', false)] };
  }),
  opened('stripe', 'asks-before-forgetting-keys', 'test', 'forget-confirm-test', () => press('forget-test')),
  opened(
    'stripe',
    'keys-not-forgotten',
    'test',
    'forget-refusal',
    async () => {
      await press('forget-test');
      await press('forget-confirm-test');
    },
    (core) => {
      core.refuseNext.set('forget_keys', { fact: 'keyring_locked' });
    },
  ),
  opened(
    'stripe',
    'mode-refused',
    'test',
    'mode-refusal',
    () => press('choose-training'),
    (core) => {
      core.refuseNext.set('choose_mode', { fact: 'sale_in_hand' });
    },
  ),
  opened('stripe', 'keys-saved', 'test', 'keys-saved', saveKeys),
  opened('stripe', 'keys-saved-of-another-mode', 'live', 'keys-saved', saveKeys),
  opened('stripe', 'keys-refused', 'training', 'keys-refusal', saveKeys, (core) => {
    core.refuseNext.set('save_keys', { fact: 'key_not_kept', why: 'lacks_permission' });
  }),
  opened('stripe', 'keys-of-which-journal', 'training', 'journal-question', saveKeys, (core) => {
    core.refuseNext.set('save_keys', WHICH_JOURNAL);
  }),
  opened('stripe', 'no-keyring', 'training', 'keyring-problem', undefined, (core) => {
    core.setupView = { ...core.setupView, keyring_problem: { fact: 'keyring_missing', what: 'service' } };
  }),
  opened('shop', 'name-kept', 'training', 'preferences-saved', async () => {
    await fill('shop-name', LONG_NAME);
    await userEvent.keyboard('{Enter}');
    await there('preferences-saved');
  }),
  opened(
    'shop',
    'name-refused',
    'training',
    'preferences-refusal',
    async () => {
      await fill('shop-name', LONG_NAME);
      await userEvent.keyboard('{Enter}');
      await there('preferences-refusal');
    },
    (core) => {
      core.refuseNext.set('save_preferences', { fact: 'preferences_refused', why: { what: 'name_too_long', most: 60 } });
    },
  ),
  opened(
    'money',
    'currency-not-kept',
    'training',
    'preferences-refusal',
    async () => {
      await page.getByTestId('currency').selectOptions('EUR');
      await there('preferences-refusal');
    },
    (core) => {
      core.refuseNext.set('save_preferences', { fact: 'settings_not_saved' });
    },
  ),
  opened('look', 'theme-kept', 'training', 'preferences-saved', async () => {
    await press('theme-dark');
    await there('preferences-saved');
  }),
  opened('shop', 'search', 'training', 'room-stripe', () => fill('settings-search', 'stripe')),
  opened('shop', 'search-finds-nothing', 'training', 'no-room', () => fill('settings-search', 'qqqq')),
  opened(
    'copies',
    'copied',
    'training',
    'copy-now',
    () => there('copies-newest'),
    copies({ newest: '/media/usb-stick/countersign/training-copy-000001.sqlite', newest_ms: Date.UTC(2031, 2, 4, 12) }),
  ),
  opened('copies', 'copy-failed', 'training', 'copies-failure', undefined, copies({ failure: { why: 'no_folder' } })),
  opened(
    'copies',
    'folder-refused',
    'training',
    'copies-refusal',
    async () => {
      await fill('copies-folder', 'stick');
      await press('save-copies-folder');
    },
    (core) => {
      core.refuseNext.set('choose_copies_folder', { fact: 'folder_refused', why: 'not_a_full_path' });
    },
  ),
  till('settings/not-read', {
    put: (core) => {
      core.refuseNext.set('setup', 'silence');
    },
    walk: async (core) => {
      await go('settings');
      await press('room-stripe');
      await asked(core, 'setup');
      await there('settings-refusal');
    },
    shows: 'settings-refusal',
  }),
];
