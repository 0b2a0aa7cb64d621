// Nederlands: een uitkomst die open is, en een verkoop die wordt opgegeven.
import type { CancelStep } from '../../shared/bindings/CancelStep';
import type { LastLook } from '../../shared/bindings/LastLook';
import type { WhyNotKnown } from '../../shared/bindings/WhyNotKnown';
import { say, type Clock, type WordsFor } from '../facts';
import type { Words } from '../now.svelte';

interface Offered {
  again: boolean;
}

const NOT_OTHERWISE = 'Laat de klant nog niet op een andere manier betalen.';
const KEEPS_ASKING = 'De kassa blijft het navragen.';
const MAYBE_CHARGED = 'Er is misschien wel en misschien niet van de klant afgeschreven.';
const TOO_MANY =
  'Stripe antwoordt, maar het account heeft meer betalingen dan de kassa kan doorlopen, en deze kan erbij zijn. Zoek die op in het Stripe-dashboard.';
const FOREIGN =
  'Stripe heeft een betaling die deze verkoop noemt maar niet aan deze kassa is gedaan. De kassa weet dus niet van wie ze is. Bekijk die in het Stripe-dashboard.';
const SAYS_SO = 'Is er wel van de klant afgeschreven, dan zegt de kassa het en kun je het terugbetalen.';

const found: WordsFor<LastLook, Clock & Offered> = {
  not_asked: () => `De kassa vraagt Stripe zo wat ervan is geworden. ${NOT_OTHERWISE}`,
  silent: () => `Stripe antwoordt niet. ${MAYBE_CHARGED} ${KEEPS_ASKING} ${NOT_OTHERWISE}`,
  refused: () => `Stripe is bereikbaar, maar zegt niet wat ervan is geworden. ${MAYBE_CHARGED} ${KEEPS_ASKING} ${NOT_OTHERWISE}`,
  none_so_far: ({ until_ms }, { now_ms, at, left }) =>
    until_ms > now_ms
      ? `Stripe kent deze betaling nog niet. Ze kan nog onderweg zijn: de kassa wacht tot ${at(until_ms)} (nog ${left(until_ms - now_ms)}). ${NOT_OTHERWISE}`
      : `Stripe kent deze betaling niet. De kassa vraagt het voor de zekerheid nog één keer. ${NOT_OTHERWISE}`,
  none: (_fact, { again }) =>
    again
      ? 'Stripe kent deze betaling niet. Er is dus nog niets afgeschreven. “Nog een keer versturen” stuurt precies dezelfde opdracht, die hooguit één keer kan afschrijven. Of annuleer.'
      : 'Stripe kent deze betaling niet. Er is dus nog niets afgeschreven. Annuleer, en begin een nieuwe verkoop.',
  at_work: () => `Stripe heeft de betaling, en de bank is er nog mee bezig. ${KEEPS_ASKING} ${NOT_OTHERWISE}`,
  list_too_long: () => `${TOO_MANY} ${NOT_OTHERWISE}`,
  foreign: () => `${FOREIGN} ${NOT_OTHERWISE}`,
};

const why: WordsFor<WhyNotKnown, Clock & Offered> = {
  no_answer: (fact, given) =>
    fact.finishing
      ? `De bank was akkoord, maar op de laatste bevestiging kwam geen antwoord. ${say(found, fact.found, given)}`
      : say(found, fact.found, given),
  mismatch: () =>
    'Stripe laat bij deze verkoop een betaling zien met een ander bedrag, een andere munt of een andere verkoop. Er wordt niets meer verstuurd. Bekijk deze betaling in het Stripe-dashboard voordat je verdergaat.',
  strange_status: () =>
    `Stripe noemt een toestand die deze versie van de kassa niet kent. ${KEEPS_ASKING} Bekijk deze betaling in het Stripe-dashboard, en werk de kassa bij.`,
  gone: () =>
    'Stripe heeft deze betaling bij dit account niet (meer). Van hieruit kan er dus niets voor worden afgeschreven. Zijn er testgegevens gewist, annuleer dan de verkoop. Zo niet, kijk dan eerst in het Stripe-dashboard.',
};

const cancelTitle: WordsFor<CancelStep> = {
  awaiting_charge: () => 'Bezig met annuleren…',
  calling: () => 'Bezig met annuleren…',
  finding_out: () => 'Nog niet geannuleerd',
};

const cancelBody: WordsFor<CancelStep, Clock> = {
  awaiting_charge: () =>
    'De afschrijving is al onderweg. Eerst komt het antwoord daarop, dan annuleert de kassa. Reken bij deze klant niet nog een keer af.',
  calling: () => 'De annulering is bij Stripe. Het antwoord komt zo.',
  finding_out: ({ since_ms }, { at }) =>
    `Niet bekend sinds ${at(since_ms)}. Reken bij deze klant niet nog een keer af. De kassa zoekt uit wat er is gebeurd, en annuleert dan vanzelf.`,
};

const cancelFound: WordsFor<LastLook, Clock> = {
  not_asked: () => `Er wordt nu niets verstuurd. De kassa vraagt Stripe zo wat er van de betaling is geworden. ${SAYS_SO}`,
  silent: () =>
    `Stripe antwoordt niet. Er kan nu niets worden geannuleerd, en er is misschien van de klant afgeschreven. ${KEEPS_ASKING} ${SAYS_SO}`,
  refused: () =>
    `Stripe is bereikbaar, maar zegt niet hoe de betaling ervoor staat. Er is dus nog niets geannuleerd. ${KEEPS_ASKING} ${SAYS_SO}`,
  none_so_far: ({ until_ms }, { now_ms, at, left }) =>
    until_ms > now_ms
      ? `Stripe kent deze betaling nog niet. Ze kan nog onderweg zijn: de kassa wacht tot ${at(until_ms)} (nog ${left(until_ms - now_ms)}). Dan is de verkoop geannuleerd.`
      : 'Stripe kent deze betaling niet. De kassa vraagt het voor de zekerheid nog één keer. Dan is de verkoop geannuleerd.',
  none: () => 'Stripe kent deze betaling niet.',
  at_work: () =>
    'De bank is nog met de betaling bezig. Intussen kan ze niet worden geannuleerd; wat de bank beslist, geldt. Wordt er van de klant afgeschreven, dan zegt de kassa het en kun je het terugbetalen.',
  list_too_long: () => TOO_MANY,
  foreign: () => FOREIGN,
};

export const notKnown: Words['notKnown'] = {
  why: (told, given) => say(why, told, given),
  customer: 'Een ogenblik: we kijken na of de betaling is gelukt. Er wordt niet twee keer bij u afgeschreven.',
};

export const cancelling: Words['cancelling'] = {
  title: (step) => say(cancelTitle, step, undefined),
  body: (step, clock) => say(cancelBody, step, clock),
  found: (look, clock) => say(cancelFound, look, clock),
};
