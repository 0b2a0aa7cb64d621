// English: the computer that the till stands on: its folder, its disk, its settings.
import type { FolderFault } from '../../shared/bindings/FolderFault';
import type { TillFact } from '../../shared/bindings/TillFact';
import { own, say, type WordsFor, type Writing } from '../facts';

type MachineFact = Extract<TillFact, { fact: 'data_folder' | 'settings_not_saved' | 'tls_missing' | 'training_not_started' }>;

const folderFault: WordsFor<FolderFault, Writing, 'why'> = {
  not_made: ({ said }) => `It is not there and cannot be made. Is its disk connected? (The system says: ${own(said)})`,
  not_a_folder: () => 'A file stands in its place. Move the file away.',
  read_only: () => 'Its disk can only be read. Connect the disk so that it can be written to.',
  not_allowed: () => 'This user may not write to it. Change its permissions, or log in as the user to whom it belongs.',
  anothers_own: ({ path }) =>
    `${own(path)} belongs to another user of this computer. Give it to the user who runs the till, or log in as the other one.`,
  not_private: ({ path }) =>
    `Other users of this computer could read ${own(path)}, and that cannot be changed on this disk. Keep the till’s folder on the computer’s own disk.`,
  disk_full: () => 'There is no room for it. Free some space on its disk.',
};

/** What the machine does to the till. */
export const machine: WordsFor<MachineFact, Writing, 'fact'> = {
  data_folder: ({ folder, fault }, writing) =>
    `No payment can be taken: the till’s folder ${own(folder)} cannot be used, so no sale would be on record. ${say(folderFault, fault, writing, 'why')} The till goes on by itself as soon as the folder can be used.`,
  settings_not_saved: () =>
    'The settings are in force, but could not be saved for the next start. Is the disk full, or the till’s folder not writable? The till tries again by itself.',
  tls_missing: () =>
    'The system’s certificates cannot be read, so Stripe cannot be reached safely. Install the package ca-certificates and start again.',
  training_not_started: () =>
    'Training could not be started, because the machine gives no local address. Press Try again; if it stays so, restart the computer.',
};
