// The settings: each mode, with and without keys, every question in them, and what each form says when it is saved or refused.
import type { AccountView } from '../../shared/bindings/AccountView';
import type { FakeCore } from '../../shared/fake_core';
import { asked, fill, go, press, there, till, type EveryScreen } from './bring';
import { WHICH_JOURNAL } from '../scenes';

const KEYS: [string, string] = ['rk_test_51FakeHarbourBooks', 'pk_test_51FakeHarbourBooks'];

const account = (mode: 'test' | 'live', restricted: boolean): AccountView => ({
  mode, secret_hint: `${restricted ? 'rk' : 'sk'}_${mode}_…x9Qe`, restricted, publishable_key: `pk_${mode}_51FakeHarbourBooksWithAPublishableKeyOfItsFullLength0123456789abcdefghijklmnopq`,
});

const opened = (name: string, mode: 'training' | 'test' | 'live', shows: string, walk: () => unknown = () => undefined, put: (core: FakeCore) => unknown = () => undefined) =>
  till(`settings/${name}`, { mode, put, walk: async () => { await go('settings'); await walk(); }, shows });

async function saveKeys(): Promise<void> {
  await fill('secret-key', KEYS[0]);
  await fill('publishable-key', KEYS[1]);
  await press('save-keys');
}

const copies = (more: Partial<FakeCore['copiesView']>) => (core: FakeCore) => { core.copiesView = { folder: '/media/usb-stick/countersign', newest: null, newest_ms: null, failure: null, ...more }; };

export const settings: EveryScreen[] = [
  opened('training', 'training', 'save-preferences'),
  opened('test', 'test', 'account-test'),
  opened('live', 'live', 'account-live'),
  opened('test-and-live-with-a-secret-key', 'live', 'account-test', undefined, (core) => { core.setupView = { ...core.setupView, accounts: [account('test', true), account('live', false)] }; }),
  opened('asks-before-forgetting-keys', 'test', 'forget-confirm-test', () => press('forget-test')),
  opened('keys-not-forgotten', 'test', 'forget-refusal', async () => { await press('forget-test'); await press('forget-confirm-test'); },
    (core) => { core.refuseNext.set('forget_keys', { fact: 'keyring_locked' }); }),
  opened('mode-refused', 'test', 'mode-refusal', () => press('choose-training'), (core) => { core.refuseNext.set('choose_mode', { fact: 'sale_in_hand' }); }),
  opened('keys-saved', 'test', 'keys-saved', saveKeys),
  opened('keys-refused', 'training', 'keys-refusal', saveKeys, (core) => { core.refuseNext.set('save_keys', { fact: 'key_not_kept', why: 'lacks_permission' }); }),
  opened('keys-of-which-journal', 'training', 'journal-question', saveKeys, (core) => { core.refuseNext.set('save_keys', WHICH_JOURNAL); }),
  opened('no-keyring', 'training', 'keyring-problem', undefined, (core) => { core.setupView = { ...core.setupView, keyring_problem: { fact: 'keyring_missing', what: 'service' } }; }),
  opened('preferences-saved', 'training', 'preferences-saved', () => press('save-preferences')),
  opened('preferences-refused', 'training', 'preferences-refusal', () => press('save-preferences'), (core) => { core.refuseNext.set('save_preferences', { fact: 'preferences_refused', why: { what: 'name_too_long', most: 60 } }); }),
  opened('copied', 'training', 'copy-now', () => there('copies-newest'), copies({ newest: '/media/usb-stick/countersign/training-copy-000001.sqlite', newest_ms: Date.UTC(2031, 2, 4, 12) })),
  opened('copy-failed', 'training', 'copies-failure', undefined, copies({ failure: { why: 'no_folder' } })),
  opened('folder-refused', 'training', 'copies-refusal', async () => { await fill('copies-folder', 'stick'); await press('save-copies-folder'); },
    (core) => { core.refuseNext.set('choose_copies_folder', { fact: 'folder_refused', why: 'not_a_full_path' }); }),
  till('settings/not-read', {
    put: (core) => { core.refuseNext.set('setup', 'silence'); },
    walk: async (core) => { await go('settings'); await asked(core, 'setup'); await there('settings-refusal'); }, shows: 'settings-refusal',
  }),
];
