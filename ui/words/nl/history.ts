// Nederlands: de lijst met verkopen, en één daarvan.
import type { Words } from '../now.svelte';

export const history: Words['history'] = {
  list: 'Verkopen',
  searchBy:
    'Zoeken op bedrag, laatste vier cijfers, verkoopnummer, referentie, status of dag, zoals “geweigerd vorige week” of “boven 100”. Een woord tussen aanhalingstekens wordt letterlijk gezocht: "gereserveerd"',
  search: 'Bedrag, pas, referentie, “boven 100”',
  reconcile: 'Vergelijken met Stripe',
  totals: 'Totalen',
  none: 'Nog geen verkopen. De eerste komt hier te staan.',
  noneFits: 'Geen verkoop gevonden.',
  noneFitsYet: 'Niet bij de verkopen die er nu al staan.',
  number: (number) => `Nr. ${String(number)}`,
  sale: 'Verkoop',
  attend: 'Naar deze verkoop',
  told: (amount, number, state) => `${amount}, nr. ${String(number)}, ${state}`,
};
