// Nederlands: wie de kassa antwoordt, de sleutel van de winkel, de klok van deze computer.
import type { TillFact } from '../../shared/bindings/TillFact';
import { dateAndTime } from '../../shared/time';
import type { WordsFor, Writing } from '../facts';
import { count } from './count';
import { allRights } from './rights';

type HealthFact = Extract<
  TillFact,
  {
    fact:
      | 'offline'
      | 'not_stripe'
      | `certificate_${string}`
      | `payment_window_${string}`
      | 'key_refused'
      | 'key_lacks_permission'
      | `clock_${string}`;
  }
>;

const BETWEEN =
  'Iets tussen de kassa en Stripe doet zich voor als Stripe: een inlogpagina van het netwerk, een filter of een virusscanner. Er is niets naartoe gestuurd. Gebruik een ander netwerk, of vraag het aan wie dit netwerk beheert.';

const apart = (minutes: number): string =>
  minutes < 120 ? count(minutes, 'minuut', 'minuten') : `${String(Math.round(minutes / 60))} uur`;

const certificate = (looks: string, till_ms: number, locale: string): string =>
  `Geen veilige verbinding met Stripe: het certificaat lijkt ${looks}. Misschien loopt de klok van deze computer verkeerd: die staat op ${dateAndTime(till_ms, locale)}. Zet de klok goed; de kassa gaat vanzelf verder. Klopt de klok, dan doet iets tussen de kassa en Stripe zich voor als Stripe: gebruik een ander netwerk. Er is niets verstuurd.`;

export const health: WordsFor<HealthFact, Writing, 'fact'> = {
  offline: ({ mode }) =>
    mode === 'training'
      ? 'De simulator om mee te oefenen antwoordt niet. Je hoeft niets te doen: de kassa gaat vanzelf verder zodra hij er weer is.'
      : 'Stripe is niet te bereiken. Controleer de internetverbinding; de kassa gaat vanzelf verder zodra die er weer is.',
  not_stripe: ({ mode }) =>
    mode === 'training'
      ? 'Er antwoordt iets anders dan de simulator om mee te oefenen. Sluit de kassa en start opnieuw.'
      : 'Er antwoordt iets dat niet Stripe is: misschien een inlogpagina van het netwerk. Open op deze computer een webpagina en log in op het netwerk, of gebruik een ander. De kassa gaat vanzelf verder.',
  certificate_expired: ({ till_ms }, { locale }) => certificate('verlopen', till_ms, locale),
  certificate_not_yet_valid: ({ till_ms }, { locale }) => certificate('nog niet geldig', till_ms, locale),
  certificate_of_unknown_issuer: () => BETWEEN,
  certificate_of_another_name: () => BETWEEN,
  certificate_not_accepted: () =>
    'Geen veilige verbinding met Stripe: deze computer accepteert het certificaat niet. Er is niets verstuurd. Gebruik een ander netwerk, of vraag het aan wie dit netwerk beheert.',
  key_refused: () =>
    'Stripe accepteert de sleutel van de winkel niet meer. Er kan geen betaling worden gedaan of opgezocht tot de eigenaar in Instellingen een nieuwe sleutel invoert.',
  key_lacks_permission: () => `De beperkte sleutel van de winkel mist een recht. In het Stripe-dashboard heeft hij ${allRights} nodig.`,
  payment_window_keeps_ending: () =>
    'Het pasvenster is een paar keer achter elkaar vanzelf gesloten. Er is niets verloren. Open het opnieuw voor de verkoop; blijft het niet open, start dan de computer opnieuw.',
  payment_window_not_cleared: () =>
    'Wat de bank van de vorige klant in het pasvenster heeft achtergelaten, kan nog niet worden gewist. Er kan dus geen pas worden ingevoerd. De kassa probeert het vanzelf opnieuw. Lukt het niet, sluit de kassa dan en start opnieuw.',
  clock_ahead: ({ minutes }) =>
    `De klok van deze computer loopt ${apart(minutes)} voor op die van Stripe. Betalingen gaan gewoon door, maar de tijden op bonnetjes en in het overzicht kloppen niet. Zet de klok goed.`,
  clock_behind: ({ minutes }) =>
    `De klok van deze computer loopt ${apart(minutes)} achter op die van Stripe. Betalingen gaan gewoon door, maar de tijden op bonnetjes en in het overzicht kloppen niet, en met een klok die ver achterloopt kan de kassa Stripe niet bereiken. Zet de klok goed.`,
};
