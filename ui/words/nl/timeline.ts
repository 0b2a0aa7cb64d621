// Nederlands: wat er met een verkoop is gebeurd, stap voor stap. Wat voor Stripe-support wordt gekopieerd is Engels.
import type { AnswerTold } from '../../shared/bindings/AnswerTold';
import type { CallTold } from '../../shared/bindings/CallTold';
import type { DisputeStatus } from '../../shared/bindings/DisputeStatus';
import type { Happened } from '../../shared/bindings/Happened';
import type { Leaves } from '../../shared/bindings/Leaves';
import type { RefundState } from '../../shared/bindings/RefundState';
import { support } from '../en/timeline';
import { say, type ByName, type WordsFor } from '../facts';
import type { Words } from '../now.svelte';
import { decline } from './declines';

const sent: ByName<CallTold, string> = {
  charge: 'De pas gaat naar Stripe.',
  finish: 'Na het ja van de bank wordt Stripe gevraagd de betaling af te maken.',
  cancel: 'Stripe wordt gevraagd de betaling te annuleren.',
};

const sentAgain: ByName<CallTold, string> = {
  charge: 'Dezelfde pas gaat nog een keer, als hetzelfde verzoek: er kan niet twee keer worden afgeschreven.',
  finish: 'Nog een keer gevraagd de betaling af te maken, als hetzelfde verzoek: er kan niet twee keer worden afgeschreven.',
  cancel: 'Nog een keer gevraagd de betaling te annuleren, als hetzelfde verzoek.',
};

const answer: WordsFor<AnswerTold, void, 'came'> = {
  answered: () => 'Stripe antwoordde.',
  turned_away: ({ http }) =>
    http === null ? 'Het verzoek heeft deze kassa niet verlaten.' : `Stripe wees het verzoek af (HTTP ${String(http)}).`,
  silence: ({ http }) =>
    http === null ? 'Er kwam geen antwoord.' : `Het antwoord van Stripe zei niet wat er gedaan is (HTTP ${String(http)}).`,
  forbidden: () => 'Stripe zei het niet: de sleutel van deze kassa mag dit niet doen of zien.',
};

const leaves: WordsFor<Leaves, void, 'stands'> = {
  waits_for_card: () => 'Er is niets afgeschreven; de verkoop wacht op een pas.',
  under_way: () => 'Het is onderweg.',
  bank_asks: () => 'De bank vraagt de klant om bevestiging.',
  bank_said_yes: () => 'De bank zei ja; de betaling moet nog worden afgemaakt.',
  paid: () => 'Er is betaald.',
  held: () => 'Het geld is gereserveerd, en nog niet geïnd.',
  processing: () => 'De bank is er nog mee bezig.',
  declined: ({ why }) => `${decline.title(why)}.`,
  not_known: () => 'Het is niet bekend of er is afgeschreven.',
  mismatch: () => 'De betaling daar is niet van deze verkoop, voor zover deze kassa kan zien.',
  strange: () => 'Het staat op een manier die deze versie niet kent.',
  gone: () => 'De betaling is er niet meer.',
  being_cancelled: () => 'Wat ervan wordt, wordt uitgezocht.',
  cancelled: () => 'De betaling is geannuleerd; er is niets afgeschreven.',
  set_aside: () => 'De betaling blijft apart gezet.',
};

const refund: ByName<RefundState, string> = {
  working: 'De terugbetaling wordt aangevraagd.',
  not_known: 'Het is niet bekend of er is terugbetaald.',
  pending: 'De terugbetaling is onderweg; de bank heeft haar nog niet aangenomen.',
  refunded: 'Er is terugbetaald.',
  not_refunded: 'Er is niets terugbetaald.',
};

const dispute: ByName<DisputeStatus, string> = {
  needs_answer: 'de bank van de klant betwist de betaling, en wacht op antwoord van de winkel',
  under_review: 'de bank onderzoekt de betwisting',
  won: 'de betwisting is in het voordeel van de winkel beslist',
  lost: 'de betwisting is in het voordeel van de klant beslist',
  prevented: 'de betwisting is geregeld voordat ze bij de bank kwam',
  other: 'de betaling wordt betwist',
};

const happened: WordsFor<Happened, void, 'what'> = {
  opened: () => 'De verkoop is begonnen.',
  taken_in: () => 'Een betaling die alleen Stripe kende is in de boeken opgenomen.',
  sent: ({ call }) => sent[call],
  sent_again: ({ call }) => sentAgain[call],
  answered: (row) => say(answer, row.answer, undefined, 'came'),
  cancel_wanted: () => 'De verkoop is opgegeven.',
  looked: () => 'Bij Stripe gekeken.',
  found_nothing: () => 'Bij Stripe gekeken: er is geen betaling van deze verkoop.',
  gone: () => 'Bij Stripe gekeken.',
  interrupted: () => 'De kassa is opnieuw gestart; ze was gestopt terwijl ze op een antwoord wachtte.',
  training_ended: () => 'De oefening is opnieuw begonnen, en wat deze verkoop daar had is weg.',
  refund_sent: ({ money }) => `Stripe wordt gevraagd ${money.text} terug te betalen.`,
  refund_sent_again: () => 'Nog een keer om de terugbetaling gevraagd, als hetzelfde verzoek: er kan niet twee keer worden terugbetaald.',
  refund_answered: (row) => `${say(answer, row.answer, undefined, 'came')} ${refund[row.stands]}`,
  refunds_looked: ({ refunds }) =>
    `Bij Stripe gekeken: ${refunds === 0 ? 'geen terugbetalingen' : refunds === 1 ? '1 terugbetaling' : `${String(refunds)} terugbetalingen`} van deze betaling.`,
  dispute_seen: ({ status }) => `Bij Stripe gekeken: ${dispute[status]}.`,
  kept: () => 'De betaling is behouden.',
  set_aside: () => 'De betaling is apart gezet.',
  watch_ended: () => 'Een dag later nog eens gekeken: er was niets bij gekomen, en er komt niets meer.',
};

export const timeline: Words['timeline'] = {
  title: 'Wat er gebeurde',
  show: 'Wat er gebeurde, stap voor stap',
  hide: 'Verberg wat er gebeurde',
  row: (row) => say(happened, row, undefined, 'what'),
  leaves: (how) => say(leaves, how, undefined, 'stands'),
  staff: 'personeel',
  copy: 'Kopieer voor Stripe-support',
  copied: 'Gekopieerd. Er staat geen pasnummer en geen sleutel in.',
  selected: 'Druk op Ctrl C om te kopiëren wat gemarkeerd is.',
  support,
};
