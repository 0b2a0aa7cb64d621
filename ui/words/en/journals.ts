// English: whose the sales are, and the copies of them.
import type { CopyFailure } from '../../shared/bindings/CopyFailure';
import type { JournalChoice } from '../../shared/bindings/JournalChoice';
import type { JournalQuestion } from '../../shared/bindings/JournalQuestion';
import type { Mode } from '../../shared/bindings/Mode';
import type { Tie } from '../../shared/bindings/Tie';
import type { TillFact } from '../../shared/bindings/TillFact';
import { dateAndTime } from '../../shared/time';
import { amounts } from './amounts';
import { health } from './health';
import { machine } from './machine';
import { asked, refusals as refused } from './refusals';
import { setup } from './setup';
import { order } from './order';
import { own, say, type ByName, type WordsFor, type Writing } from '../facts';

const plural = new Intl.PluralRules('en');
const sales = (count: number) => (plural.select(count) === 'one' ? `${String(count)} sale` : `${String(count)} sales`);
const modeName = (mode: Mode) => (mode === 'live' ? 'live' : 'test');

const copyFailure: WordsFor<CopyFailure, Writing, 'why'> = {
  no_folder: () => 'The folder is not there. Is the stick plugged in, or the network drive connected?',
  not_allowed: () => 'This user may not write to the folder. Choose another folder, or change its permissions.',
  own_folder: () => 'That is the till’s own folder: what happens to the sales would happen to the copy. Choose a folder on another disk.',
  disk_full: () => 'There is no room left in the folder. Free some space there, or choose another folder.',
  not_sound: () =>
    'The copy does not hold together, so the journal itself may be damaged. Older copies were kept. Keep them safe, and have this computer’s disk checked.',
  system: ({ said }) => `The system refused it. (It says: ${own(said)})`,
};

const tie: ByName<Tie, string> = {
  other_account: 'of another Stripe account',
  not_seen: 'this key sees none of its payments',
  no_payments: 'no payment in it could show whose it is',
  no_answer: 'Stripe did not answer, so whose it is could not be looked up',
  unreadable: 'cannot be read by this version, or is damaged',
};

const fact: WordsFor<TillFact, Writing, 'fact'> = {
  ...health,
  ...machine,
  ...setup,
  ...asked,
  refused: ({ refusal }) => refused.refused(refusal),
  amount_refused: ({ refused }) => amounts.refused(refused),
  order_refused: ({ refused }) => order.refused(refused),
  which_journal: ({ question }) =>
    `It is not certain which sales belong to the ${modeName(question.mode)} keys. Nothing is sold with them until you have said so.`,
  key_of_another_account: ({ mode }) =>
    `The ${modeName(mode)} secret key belongs to another Stripe account than these sales: it sees none of their payments. Enter the keys of the sales’ own account.`,
  till_id_from_journal: () =>
    'The settings did not say any more which till this is, so it was read from its journal of sales. Check the shop’s name, the currency and the mode in Settings.',
  till_id_differs: () =>
    'These sales were kept by another till before: the journal or the settings were copied or restored from elsewhere. Payments of both tills are looked for. If another computer still takes payments with that copy, stop it there: each computer needs a till of its own.',
  copy_failed: ({ folder, failure }, writing) =>
    `The sales could not be copied to ${own(folder)}. ${say(copyFailure, failure, writing, 'why')} Selling goes on, and the till tries again every few minutes.`,
  journal_newer: ({ file }) =>
    `The sales in ${own(file)} were written by a newer version of Countersign. Install that version again; nothing is lost.`,
  journal_not_ours: ({ file }) => `${own(file)} is not the sales journal of this mode and account. Move it elsewhere and start again.`,
  journal_corrupt: ({ file }) =>
    `The sales journal ${own(file)} is damaged and was left as it is. Restore it from a backup, or move it elsewhere and start again; payments are safe at Stripe.`,
  journal_in_use: () => 'Another Countersign is using these sales already. Use that window, or close it first.',
  journal_not_copied: () =>
    'The sales of an earlier version are copied before this version takes them on, and there was no room for the copy, or the folder cannot be written. Nothing was changed. Free some space, and try again.',
};

export const journals = {
  fact: (told: TillFact, writing: Writing) => say(fact, told, writing, 'fact'),
  journalQuestion: {
    title: 'Which sales are these keys for?',
    lead: ({ mode, journals }: JournalQuestion) =>
      journals.length === 1
        ? `This till already has sales in ${modeName(mode)} mode.`
        : `This till already has ${String(journals.length)} journals of sales in ${modeName(mode)} mode.`,
    journal: ({ sales: count, last_ms, tie: known }: JournalChoice, { locale }: Writing) => {
      const when = last_ms === null ? '' : `, the last entry on ${dateAndTime(last_ms, locale)}`;
      return `${sales(count)}${when}: ${tie[known]}.`;
    },
    use: 'These sales are of this account',
    startNew: 'Start a new journal',
    startNewMeans:
      'The sales so far are kept, but open ones among them are not followed any more while these keys are in use, and numbers begin at 1.',
    working: 'Opening…',
  },
  keys: {
    typeAgain: 'Type the secret key again.',
  },
  copies: {
    means:
      'Once a day and whenever the till is closed, the sales are copied to this folder. The last ten copies are kept. Best is a folder on another disk: a stick, or a network drive.',
    folder: 'Folder, with its full path; empty for no copies',
    save: 'Save and copy now',
    copyNow: 'Copy now',
    copying: 'Copying…',
    none: 'No copies are made. If this computer’s disk fails, the list of sales is lost; the payments are safe at Stripe.',
    newest: (at_ms: number, { locale }: Writing) => `The newest copy was made on ${dateAndTime(at_ms, locale)}.`,
    noneYet: 'There is no copy in this folder yet.',
    failed: (failure: CopyFailure, writing: Writing) => say(copyFailure, failure, writing, 'why'),
  },
};
