// Nederlands: waarom met een pas niet is betaald, voor jou en voor de klant. De klant hoort nooit dat een pas verloren, gestolen of
// verdacht is: de kassa zelf ziet het verschil niet.
import type { AfterDecline } from '../../shared/bindings/AfterDecline';
import type { AttemptOutcome } from '../../shared/bindings/AttemptOutcome';
import type { DeclineReason } from '../../shared/bindings/DeclineReason';
import type { Keyed } from '../../shared/bindings/Keyed';
import type { NotTaken } from '../../shared/bindings/NotTaken';
import type { WhyDeclined } from '../../shared/bindings/WhyDeclined';
import { say, type ByName, type WordsFor } from '../facts';
import type { Words } from '../now.svelte';

type Reason = DeclineReason | null;

const NOTHING_CHARGED = 'Er is niets afgeschreven.';

const reason: ByName<DeclineReason, string> = {
  not_approved: 'de bank ging niet akkoord',
  authentication_needed: 'bevestiging via de bank nodig',
  purchase_not_allowed: 'pas mag niet voor deze aankoop',
  over_limit: 'pas is over de limiet',
  other_currency: 'pas werkt niet met deze munt',
  same_amount_moments_ago: 'hetzelfde bedrag zojuist al op deze pas',
  expired: 'pas is verlopen',
  address_differs: 'adres klopt niet',
  wrong_security_code: 'beveiligingscode klopt niet',
  wrong_number: 'pasnummer klopt niet',
  wrong_pin: 'pincode klopt niet',
  postcode_differs: 'postcode klopt niet',
  insufficient_funds: 'saldo te laag',
  account_not_valid: 'de rekening is niet geldig',
  amount_not_allowed: 'de bank staat dit bedrag niet toe',
  wrong_expiry_month: 'vervalmaand klopt niet',
  wrong_expiry_year: 'vervaljaar klopt niet',
  bank_not_reached: 'de bank was niet te bereiken',
  authentication_on_phone: 'bevestiging op de telefoon van de klant nodig',
  details_out_of_date: 'gegevens van de pas zijn verouderd',
  payment_not_permitted: 'de bank staat deze betaling niet toe',
  needs_pin: 'pas heeft een pincode nodig',
  too_many_pin_tries: 'te vaak een verkeerde pincode',
  processing_error: 'fout bij het verwerken',
  not_processed: 'de bank kon het niet verwerken',
  payments_to_shop_stopped: 'klant heeft betalingen aan deze winkel gestopt',
  payment_stopped: 'klant heeft deze betaling gestopt',
  test_card: 'dit is een testpas',
  try_later: 'de bank vraagt om het later te proberen',
  real_card_in_test_mode: 'echte passen werken niet in de teststand',
  declined_too_often: 'pas is vandaag te vaak geweigerd',
};

const keyed: ByName<Keyed, string> = {
  address: 'het factuuradres',
  security_code: 'de beveiligingscode (CVC)',
  number: 'het pasnummer',
  postcode: 'de postcode van het factuuradres',
  expiry: 'de vervaldatum',
};

const staffNext: WordsFor<AfterDecline> = {
  other_card: () => `${NOTHING_CHARGED} Vraag om een andere pas.`,
  ask_bank: () => `${NOTHING_CHARGED} De bank noemt geen reden die je kunt doorgeven. Vraag om een andere pas.`,
  key_again: ({ what }) => `${NOTHING_CHARGED} Controleer ${keyed[what]} met de klant en voer de pas opnieuw in.`,
  wait_and_try: () => `${NOTHING_CHARGED} Wacht even en voer de pas opnieuw in. Lukt het weer niet, vraag dan om een andere pas.`,
  check_earlier: () =>
    'Met deze poging is niets afgeschreven. Kijk in Overzicht of dit bedrag al eerder is betaald voordat je het opnieuw probeert.',
};

function bankDeclined(why: Reason): string {
  if (why === 'insufficient_funds') return 'Uw bank heeft de pas geweigerd: er staat te weinig op de rekening.';
  return why === 'expired' ? 'De pas is verlopen.' : 'Uw bank heeft de pas geweigerd.';
}

const customerNext: WordsFor<AfterDecline, Reason> = {
  other_card: (_next, why) => `${bankDeclined(why)} Heeft u een andere pas?`,
  ask_bank: (_next, why) => `${bankDeclined(why)} Uw bank kan u vertellen waarom. Heeft u een andere pas?`,
  key_again: ({ what }) => `Uw pas is niet aangenomen. Zullen we ${keyed[what]} samen nakijken?`,
  wait_and_try: () => 'Uw bank kon het net niet verwerken. We proberen het nog één keer.',
  check_earlier: () => 'Volgens uw bank is dit bedrag net al afgeschreven. Ik kijk het eerst even na.',
};

const notTaken: WordsFor<NotTaken> = {
  not_connected: () =>
    'Er is geen verbinding met Stripe. De pas is niet geprobeerd en er is niets afgeschreven. Controleer het netwerk en voer de pas opnieuw in.',
  key_not_accepted: () =>
    `Stripe accepteert de sleutel van de winkel niet. ${NOTHING_CHARGED} De eigenaar kan in Instellingen een nieuwe sleutel invoeren.`,
  key_lacks_permission: () =>
    `De sleutel van de winkel mag geen betalingen doen. ${NOTHING_CHARGED} De eigenaar kan de beperkte sleutel schrijfrecht geven op PaymentIntents.`,
  busy: () => `Stripe is druk en heeft de pas niet geprobeerd. ${NOTHING_CHARGED} Wacht even en voer de pas opnieuw in.`,
  amount_too_small: () => `Stripe rekent zo’n klein bedrag niet af. ${NOTHING_CHARGED} Annuleer deze verkoop en controleer het bedrag.`,
  amount_too_large: () => `Stripe rekent zo’n groot bedrag niet af. ${NOTHING_CHARGED} Annuleer deze verkoop en controleer het bedrag.`,
  refused: ({ status, code }) =>
    `Stripe nam de opdracht niet aan (HTTP ${String(status)}, ${code ?? 'geen code'}). ${NOTHING_CHARGED} Voer de pas opnieuw in. Gebeurt het nog een keer, annuleer dan en zeg het tegen de eigenaar.`,
};

const title: WordsFor<WhyDeclined> = {
  refused: (why) => (why.reason === null ? 'Geweigerd' : `Geweigerd: ${reason[why.reason]}`),
  authentication_failed: () => 'Bevestiging mislukt',
  hour_passed: () => 'Tijd is om',
  never_arrived: () => 'Niet afgeschreven',
  not_taken: () => 'Niet afgeschreven',
};

const staff: WordsFor<WhyDeclined> = {
  refused: ({ next }) => say(staffNext, next, undefined),
  authentication_failed: () =>
    `De bank nam de bevestiging niet aan, of ze is afgebroken. ${NOTHING_CHARGED} Probeer de pas opnieuw, of neem een andere.`,
  hour_passed: () =>
    `De betaling is niet binnen een uur bevestigd. Het akkoord van de bank geldt niet meer. ${NOTHING_CHARGED} Voer de pas opnieuw in, of annuleer.`,
  never_arrived: () => `De verbinding viel weg, en Stripe weet niets van deze pas. ${NOTHING_CHARGED} Voer de pas opnieuw in, of annuleer.`,
  not_taken: ({ why }) => say(notTaken, why, undefined),
};

const customer: WordsFor<WhyDeclined> = {
  refused: ({ reason: why, next }) => say(customerNext, next, why),
  authentication_failed: () => 'Uw bank kon niet vaststellen dat u het bent. De betaling is niet doorgegaan.',
  hour_passed: () => 'De tijd om bij uw bank te bevestigen is om. We moeten de pas opnieuw invoeren.',
  never_arrived: () => 'De verbinding viel weg voordat er iets werd afgeschreven. We moeten de pas opnieuw invoeren.',
  not_taken: () => 'De betaling kon niet worden gestart. Er is niets van uw pas afgeschreven.',
};

const attempt: WordsFor<AttemptOutcome> = {
  in_progress: () => 'Bezig',
  approved: () => 'Akkoord',
  held: () => 'Gereserveerd',
  declined: ({ why }) => say(title, why, undefined),
  not_tried: () => 'Niet geprobeerd',
  cancelled: () => 'Geannuleerd',
};

export const decline: Words['decline'] = {
  title: (why) => say(title, why, undefined),
  staff: (why) => say(staff, why, undefined),
  customer: (why) => say(customer, why, undefined),
  attempt: (outcome) => say(attempt, outcome, undefined),
};
