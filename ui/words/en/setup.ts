// English: keys, the keyring and the settings.
import type { FolderRefused } from '../../shared/bindings/FolderRefused';
import type { KeyMalformed } from '../../shared/bindings/KeyMalformed';
import type { KeyNotKept } from '../../shared/bindings/KeyNotKept';
import type { KeyringMissing } from '../../shared/bindings/KeyringMissing';
import type { PreferencesRefused } from '../../shared/bindings/PreferencesRefused';
import type { TillFact } from '../../shared/bindings/TillFact';
import { own, say, type ByName, type WordsFor, type Writing } from '../facts';
import { allRights } from './rights';

type SetupFact = Extract<
  TillFact,
  {
    fact:
      | `key_malformed`
      | 'key_not_kept'
      | `keys_${string}`
      | `keyring_${string}`
      | 'training_has_no_keys'
      | 'settings_corrupt'
      | 'preferences_refused'
      | 'folder_refused';
  }
>;

const keyMalformed: ByName<KeyMalformed, string> = {
  empty: 'The key is empty. Copy it from the Stripe Dashboard under Developers, API keys.',
  publishable_in_secret_field: 'This is a publishable key (pk_…). The secret or restricted key begins with sk_ or rk_.',
  secret_in_publishable_field: 'This is a secret key. Put it in the secret key’s field; the publishable key begins with pk_.',
  no_key: 'This is not a Stripe key, or a part of it is missing. Copy the whole key from the Stripe Dashboard.',
};

const keyNotKept: ByName<KeyNotKept, string> = {
  unknown: 'Stripe does not know this secret key, or it was revoked. Copy it again from the Stripe Dashboard.',
  lacks_permission: `This restricted key may not read PaymentIntents. In the Stripe Dashboard give it ${allRights}, then try again.`,
  refused: 'Stripe refused this secret key. Look at it in the Stripe Dashboard, or make a new one.',
  no_answer: 'Stripe did not answer, so the keys were not kept. Check the internet connection and try again.',
};

const keyringMissing: ByName<KeyringMissing, string> = {
  service:
    'No keyring service is running, so a secret key cannot be kept safely. Install one (on Debian and Ubuntu: sudo apt install gnome-keyring), log in to a desktop session, and start Countersign again. Training works meanwhile.',
  default_keyring:
    'There is a keyring service but no default keyring in it. Log out and in again to a desktop session, or create a default keyring in Passwords and Keys. Training works meanwhile.',
  system_keyring:
    'The system’s keyring cannot be used, so a secret key cannot be kept safely. Log in to a desktop session and start Countersign again. Training works meanwhile.',
};

const preferencesRefused: WordsFor<PreferencesRefused, void, 'what'> = {
  name_too_long: ({ most }) => `The shop’s name is too long for a receipt. Use at most ${String(most)} characters.`,
  name_unprintable: () => 'The shop’s name holds a character that cannot be printed. Type it again.',
  unknown_currency: () => 'This till does not know that currency. Choose one from the list.',
  unknown_locale: () => 'This till does not know that way of writing amounts. Choose one from the list.',
};

const folderRefused: ByName<FolderRefused, string> = {
  blank_at_its_ends: 'There is a blank or an invisible character before or behind the folder. Take it away, or type the folder once more.',
  too_long: 'This is longer than a folder’s path can be. Type the folder alone.',
  not_a_full_path: 'Type the folder with its full path, in one line, as in /media/stick/copies.',
};

/** What is said of keys, the keyring and the settings. */
export const setup: WordsFor<SetupFact, Writing, 'fact'> = {
  key_malformed: ({ why }) => keyMalformed[why],
  key_not_kept: ({ why }) => keyNotKept[why],
  keys_missing: ({ mode }) =>
    `There are no ${mode === 'live' ? 'live' : 'test'} keys in the keyring. Enter them in the settings, or choose training.`,
  keys_mixed_modes: () => 'One key is for test mode and the other for live mode. Copy both from the same page of the Stripe Dashboard.',
  keys_of_two_accounts: () => 'The two keys belong to different Stripe accounts. Copy both from the same account’s page.',
  training_has_no_keys: () => 'Training has no keys to forget.',
  keyring_locked: () =>
    'The keyring is locked. Unlock it when the system asks for its password (usually the one you log in with), then try again. Training works meanwhile.',
  keyring_ambiguous: () =>
    'The keyring holds more than one entry of Countersign for this mode. Open the system’s password manager, remove the entries of shop.countersign.till, and enter the keys again.',
  keyring_missing: ({ what }) => keyringMissing[what],
  settings_corrupt: ({ file, kept_as }) =>
    kept_as === null
      ? `The settings file ${own(file)} is damaged or cannot be read, and could not be set aside, so the till runs with its first settings. Move the file away and start again.`
      : `The settings file was damaged or could not be read, so the till runs with its first settings. The file is kept as ${own(kept_as)}. Check the shop’s name, the currency and the mode.`,
  preferences_refused: ({ why }) => say(preferencesRefused, why, undefined, 'what'),
  folder_refused: ({ why }) => folderRefused[why],
};
