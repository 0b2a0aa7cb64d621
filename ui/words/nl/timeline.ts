// Nederlands: wat er met een verkoop is gebeurd, stap voor stap. Wat voor de hulp van Stripe wordt gekopieerd is Engels.
import type { AnswerTold } from '../../shared/bindings/AnswerTold';
import type { CallTold } from '../../shared/bindings/CallTold';
import type { Happened } from '../../shared/bindings/Happened';
import type { StatusTold } from '../../shared/bindings/StatusTold';
import { support } from '../en/timeline';
import { say, type ByName, type WordsFor } from '../facts';
import type { Words } from '../now.svelte';

const stands: ByName<StatusTold, string> = {
  waits_for_card: 'er wordt op een kaart gewacht',
  waits_for_confirm: 'de bank zei ja; de betaling moet nog worden afgemaakt',
  bank_asks: 'de bank vraagt het de klant',
  processing: 'de bank is er nog mee bezig',
  held: 'het geld is gereserveerd, en nog niet geïnd',
  cancelled: 'de betaling is geannuleerd; er is niets afgeschreven',
  paid: 'er is betaald',
  other: 'het staat op een manier die deze versie niet kent',
};

const sent: ByName<CallTold, string> = {
  charge: 'De kaart is naar Stripe gestuurd',
  finish: 'Stripe is na het ja van de bank gevraagd de betaling af te maken',
  cancel: 'Stripe is gevraagd de betaling te annuleren',
};

const answer: WordsFor<AnswerTold, void, 'came_to'> = {
  stands: ({ status }) => `Stripe antwoordde: ${stands[status]}`,
  declined: () => 'Stripe antwoordde: de kaart is geweigerd',
  not_done: ({ http }) =>
    http === null
      ? 'De vraag heeft deze kassa niet verlaten; er is niets gedaan'
      : `Stripe weigerde het en deed niets (HTTP ${String(http)})`,
  no_answer: ({ http }) =>
    http === null ? 'Er kwam geen antwoord: het kan gedaan zijn of niet' : `Stripe kon niet zeggen of het gedaan is (HTTP ${String(http)})`,
  forbidden: () => 'Stripe zei het niet: de sleutel van deze kassa mag dit niet doen of zien',
};

const happened: WordsFor<Happened, void, 'what'> = {
  opened: () => 'De verkoop is begonnen',
  taken_in: () => 'Een betaling die alleen Stripe kende is in de boeken opgenomen',
  sent: ({ call }) => sent[call],
  sent_again: ({ call }) => `${sent[call]}, nog een keer: dezelfde vraag, die niet twee keer kan afschrijven`,
  answered: (row) => say(answer, row.answer, undefined, 'came_to'),
  cancel_wanted: () => 'De verkoop is opgegeven',
  looked: ({ status }) => `Bij Stripe gekeken: ${stands[status]}`,
  found_nothing: () => 'Bij Stripe gekeken: er is geen betaling van deze verkoop',
  gone: () => 'Bij Stripe gekeken: de betaling is er niet meer',
  interrupted: () => 'De kassa is opnieuw gestart; ze was gestopt terwijl ze op een antwoord wachtte',
  training_ended: () => 'De oefening is opnieuw begonnen, en wat deze verkoop daar had is weg',
  refund_sent: ({ money }) => `Stripe is gevraagd ${money.text} terug te betalen`,
  refund_sent_again: () => 'Stripe is nog een keer om de terugbetaling gevraagd: dezelfde vraag, die niet twee keer kan terugbetalen',
  refund_answered: ({ made }) =>
    made === null
      ? 'Geen antwoord over de terugbetaling: ze kan gedaan zijn of niet'
      : made
        ? 'Stripe antwoordde: er is terugbetaald'
        : 'Stripe antwoordde: er is niet terugbetaald',
  refunds_looked: ({ refunds }) =>
    `Bij Stripe gekeken: ${refunds === 0 ? 'geen terugbetalingen' : refunds === 1 ? '1 terugbetaling' : `${String(refunds)} terugbetalingen`} van deze betaling`,
  dispute_seen: () => 'Bij Stripe gekeken: de betaling wordt betwist',
  kept: () => 'De betaling is gehouden, hoewel de verkoop was opgegeven',
  set_aside: () => 'De betaling is apart gezet',
  watch_ended: () => 'Een dag later nog eens gekeken: er is niets van gekomen',
};

export const timeline: Words['timeline'] = {
  title: 'Wat er gebeurde',
  show: 'Wat er gebeurde, stap voor stap',
  hide: 'Verberg wat er gebeurde',
  row: (row) => say(happened, row, undefined, 'what'),
  staff: 'personeel',
  copy: 'Kopieer voor de hulp van Stripe',
  copied: 'Gekopieerd. Er staat geen kaartnummer en geen sleutel in.',
  selected: 'Druk op Ctrl C om te kopiëren wat gemarkeerd is.',
  support,
};
