// Nederlands: de lijst met verkopen, en één daarvan.
import type { Words } from '../now.svelte';

export const history: Words['history'] = {
  list: 'Laatste verkopen',
  searchBy: 'Zoeken op bedrag, laatste vier cijfers, verkoopnummer of referentie',
  search: 'Bedrag, pas of referentie',
  numberSign: 'nr',
  reconcile: 'Vergelijken met Stripe',
  none: 'Nog geen verkopen. De eerste komt hier te staan.',
  noneFits: 'Geen verkoop gevonden.',
  number: (number) => `Nr. ${String(number)}`,
  sale: 'Verkoop',
  attend: 'Naar deze verkoop',
};
