// Nederlands: het scherm waarop de boeken van de kassa naast die van Stripe worden gelegd.
import type { Words } from '../now.svelte';
import { count } from './count';

export const reconcile: Words['reconcile'] = {
  title: 'Vergelijken met Stripe',
  back: 'Terug naar het overzicht',
  span: 'Periode',
  spans: {
    last_24_hours: 'Laatste 24 uur',
    today: 'Vandaag',
    yesterday: 'Gisteren',
    last_7_days: 'Laatste 7 dagen',
    last_30_days: 'Laatste 30 dagen',
  },
  compare: 'Vergelijken',
  asking: 'Stripe wordt gevraagd…',
  askingLong: 'Stripe wordt gevraagd. Bij veel betalingen duurt dat even.',
  choose: 'Kies een periode en vergelijk. Er wordt niets afgeschreven en niets terugbetaald.',
  compared: (from, to, at) => `${from} tot ${to}, vergeleken op ${at}`,
  books: 'Boeken van de kassa',
  stripe: 'Stripe, deze kassa',
  others: 'Stripe, andere',
  othersHint: 'Betalingen van hetzelfde account die niet van deze kassa komen.',
  nothing: 'Niets',
  payments: (number) => count(number, 'betaling', 'betalingen'),
  toLookAt: 'Verschillen om naar te kijken',
  putRight: 'Verschillen die zijn rechtgezet',
  forInformation: 'Ter informatie: de boeken zijn rechtgezet',
  sale: (number) => `Verkoop ${String(number)}`,
  openSale: 'Verkoop openen',
  takeIn: 'In de boeken opnemen',
  takingIn: 'Wordt opgenomen…',
};
