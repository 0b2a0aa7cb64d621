// Nederlands: wat er na het afrekenen met een betaling gebeurde: terugbetaald, betwist, afgeschreven terwijl niemand daarop wachtte.
import { say, type ByName, type WordsFor } from '../facts';
import type { Words } from '../now.svelte';
import type { DisputeReason } from '../../shared/bindings/DisputeReason';
import type { DisputeStatus } from '../../shared/bindings/DisputeStatus';
import type { RefundFailure } from '../../shared/bindings/RefundFailure';
import type { RefundRefused } from '../../shared/bindings/RefundRefused';
import type { RefundState } from '../../shared/bindings/RefundState';
import type { Unasked } from '../../shared/bindings/Unasked';
import type { WhyNotRefunded } from '../../shared/bindings/WhyNotRefunded';
import { right } from './rights';

const unasked: ByName<Unasked, (amount: string) => string> = {
  after_not_charged: (amount) =>
    `De kassa had gezegd dat er niets was afgeschreven, maar een verloren opdracht kwam toch nog bij Stripe aan, of iemand rondde de betaling ergens anders af: er is ${amount} van de klant afgeschreven. Betaal het terug, of houd het als de klant niet op een andere manier heeft betaald.`,
  after_given_up: (amount) =>
    `Deze verkoop was opgegeven en stond als geannuleerd, maar een verloren opdracht kwam toch nog bij Stripe aan: er is ${amount} van de klant afgeschreven. Betaal het terug, of houd het als de klant de aankoop wil.`,
  cancel_too_late: (amount) =>
    `De annulering kwam te laat: er is ${amount} van de klant afgeschreven. Betaal het terug, of houd het als de klant de aankoop wil.`,
};

const refundFailure: ByName<RefundFailure, string> = {
  card_not_valid: 'de pas is niet meer geldig',
  bank_declined: 'de bank van de klant weigerde het',
  not_enough_at_stripe: 'er staat te weinig op het account bij Stripe',
  shop_called_back: 'de winkel heeft het teruggeroepen',
  bank_did_not_take_it: 'de bank van de klant nam het niet aan',
};

const NOTHING_BACK = 'Er is niets terugbetaald.';

const refundRefused: WordsFor<RefundRefused> = {
  not_connected: () => `Er is geen verbinding met Stripe. ${NOTHING_BACK} Controleer het netwerk en probeer het opnieuw.`,
  already_refunded: () => 'Deze betaling was al terugbetaald, misschien in het Stripe-dashboard. Er is niet nog een keer terugbetaald.',
  disputed: () =>
    'De bank van de klant heeft deze betaling bij een betwisting teruggehaald. Terugbetalen kan dus niet. Beantwoord de betwisting in het Stripe-dashboard.',
  balance_too_small: () =>
    `Het saldo van de winkel bij Stripe is te laag voor deze terugbetaling. ${NOTHING_BACK} Probeer het na de volgende betalingen opnieuw, of stort geld bij in het Stripe-dashboard.`,
  key_not_accepted: () =>
    `Stripe accepteert de sleutel van de winkel niet. ${NOTHING_BACK} De eigenaar kan in Instellingen een nieuwe sleutel invoeren.`,
  key_lacks_permission: () =>
    `De sleutel van de winkel mag niet terugbetalen. ${NOTHING_BACK} De eigenaar kan de beperkte sleutel in het Stripe-dashboard ${right('charges_and_refunds')} geven.`,
  busy: () => `Stripe is druk. ${NOTHING_BACK} Wacht even en probeer het opnieuw.`,
  refused: ({ status, code }) =>
    `Stripe nam de terugbetaling niet aan (HTTP ${String(status)}, ${code ?? 'geen code'}). ${NOTHING_BACK} Bekijk deze betaling in het Stripe-dashboard.`,
};

const whyNot: WordsFor<WhyNotRefunded> = {
  failed: ({ reason }) => `De klant heeft dit geld niet gekregen: ${refundFailure[reason]}. Spreek met de klant een andere manier af.`,
  called_back: () => 'De klant heeft dit geld niet gekregen.',
  never_arrived: () => `De verbinding viel weg, en Stripe weet niets van deze terugbetaling. ${NOTHING_BACK} Probeer het opnieuw.`,
  training_ended: () => 'Het oefenen is opnieuw gestart voordat de uitkomst bekend was.',
  refused: ({ why }) => say(refundRefused, why, undefined),
};

const whyNotTitle: WordsFor<WhyNotRefunded> = {
  failed: () => 'Terugbetaling mislukt',
  called_back: () => 'Terugbetaling teruggeroepen',
  never_arrived: () => 'Niet terugbetaald',
  training_ended: () => 'Niet terugbetaald',
  refused: () => 'Niet terugbetaald',
};

const refundTitle: ByName<RefundState, string> = {
  working: 'Bezig met terugbetalen',
  not_known: 'Terugbetaling nog niet bekend',
  pending: 'Terugbetaling onderweg',
  refunded: 'Terugbetaald',
  not_refunded: 'Niet terugbetaald',
};

const refundStaff: ByName<RefundState, string | null> = {
  working: null,
  not_known:
    'Stripe antwoordde niet. Het geld is misschien onderweg naar de klant, misschien niet. De kassa blijft het navragen. Geef het nog niet op een andere manier terug.',
  pending: 'Stripe heeft de terugbetaling aangenomen, de bank van de klant nog niet. Je hoeft niets te doen.',
  refunded: null,
  not_refunded: null,
};

const disputeReason: ByName<DisputeReason, string> = {
  fraudulent: 'De pashouder zegt dat hij deze betaling niet heeft gedaan.',
  duplicate: 'De pashouder zegt dat er twee keer is afgeschreven.',
  not_received: 'De pashouder zegt dat er niets is geleverd.',
  not_as_agreed: 'De pashouder zegt dat hij niet kreeg wat was afgesproken.',
  refund_missing: 'De pashouder zegt dat er een terugbetaling ontbreekt.',
  purchase_cancelled: 'De pashouder zegt dat de aankoop was geannuleerd.',
  not_recognised: 'De pashouder herkent deze betaling niet.',
  other: 'De pashouder heeft het geld teruggevraagd bij de bank.',
};

const disputeStatus: ByName<DisputeStatus, string> = {
  needs_answer: 'Antwoord in het Stripe-dashboard.',
  under_review: 'De bank onderzoekt het.',
  won: 'De winkel heeft gelijk gekregen.',
  lost: 'De pashouder heeft gelijk gekregen.',
  prevented: 'Het is opgelost voordat het bij de bank kwam.',
  other: 'In het Stripe-dashboard zie je hoe het ervoor staat.',
};

export const afterwards: Words['afterwards'] = {
  unasked: (how, amount) => unasked[how](amount),
  setAside:
    'Stripe laat bij deze verkoop een betaling zien met een ander bedrag, een andere munt of een andere verkoop. Ze is apart gezet en telt nergens in de kassa mee. In het Stripe-dashboard zie je hoe het zit.',
  refund: {
    title: ({ state, why_not }) => (why_not === null ? refundTitle[state] : say(whyNotTitle, why_not, undefined)),
    staff: ({ state, why_not }) => (why_not === null ? refundStaff[state] : say(whyNot, why_not, undefined)),
  },
  dispute: ({ reason, status }) => `${disputeReason[reason]} ${disputeStatus[status]}`,
};
