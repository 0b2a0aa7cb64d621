// Nederlands: de lijst met verkopen, en één daarvan.
import type { Words } from '../now.svelte';

export const history: Words['history'] = {
  list: 'Verkopen',
  searchBy:
    'Zoeken op bedrag, laatste vier cijfers, verkoopnummer, referentie, toestand, dag of grootte, zoals “geweigerd vorige week” of “boven 100”',
  search: 'Bedrag, pas, referentie, “boven 100”',
  reconcile: 'Vergelijken met Stripe',
  totals: 'Totalen',
  none: 'Nog geen verkopen. De eerste komt hier te staan.',
  noneFits: 'Geen verkoop gevonden.',
  number: (number) => `Nr. ${String(number)}`,
  sale: 'Verkoop',
  attend: 'Naar deze verkoop',
};
