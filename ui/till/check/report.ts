// A check as text, to be copied and sent along: what the screen says, line by line. It is made of facts that hold no secret.
import type { CheckItem } from '../../shared/bindings/CheckItem';
import type { CheckLine } from '../../shared/bindings/CheckLine';
import type { CheckReport } from '../../shared/bindings/CheckReport';
import type { CheckGroup, CheckWords } from '../../words/facts';

/** Under which heading each line stands. */
const GROUP: Readonly<Record<CheckItem, CheckGroup>> = {
  keyring: 'machine',
  disk: 'machine',
  room: 'machine',
  journal_copy: 'machine',
  network: 'machine',
  clock: 'machine',
  card_field: 'flow',
  card_cursor: 'flow',
  leftovers: 'flow',
  secret_key: 'account',
  account_name: 'account',
  read_payment_intents: 'account',
  write_payment_intents: 'account',
  read_charges: 'account',
  write_charges: 'account',
  read_disputes: 'account',
  key_mode: 'account',
  publishable_key: 'account',
  sale_request: 'flow',
  cancel: 'flow',
  approved_card: 'cards',
  refund: 'cards',
  declined_card: 'cards',
  challenge: 'cards',
};

const GROUPS: readonly CheckGroup[] = ['machine', 'account', 'flow', 'cards'];

/** The lines under their headings, those that are empty left out. */
export function grouped(report: CheckReport): { group: CheckGroup; lines: CheckLine[] }[] {
  const all = GROUPS.map((group) => ({ group, lines: report.lines.filter((line) => GROUP[line.item] === group) }));
  return all.filter(({ lines }) => lines.length > 0);
}

/** The whole of it as text. `mode` as the band names it. */
export function asText(report: CheckReport, words: CheckWords, mode: string, locale: string): string {
  const lines = grouped(report).flatMap(({ group, lines: under }) => [
    '',
    words.groups[group],
    ...under.map((line) => `- ${words.signs[line.result.found]}: ${words.item[line.item]}. ${words.line(line, locale)}`),
  ]);
  // The marks that keep the system's own words in their direction are not for a text that goes elsewhere.
  return [words.head(report, mode, locale), words.stands[report.stands], ...lines].join('\n').replace(/[\u2066-\u2069]/g, '') + '\n';
}
