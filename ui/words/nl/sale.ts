// Nederlands: het bedrag van een verkoop, en de verkopen die ernaast wachten.
import type { Words } from '../now.svelte';

export const sale: Words['sale'] = {
  amount: 'Af te rekenen bedrag',
  typeIt: 'Typ het bedrag en druk op Enter.',
  cannotSell: 'Er kan nu niets worden afgerekend. Bovenaan staat waarom.',
  takeCard: 'Afrekenen met pas',
  takeCardFor: (amount) => `${amount} afrekenen met pas`,
  same: {
    title: 'Is dit dezelfde klant?',
    wait: 'Afwachten',
    goOn: 'Verder met die verkoop',
    another: 'Dit is een andere aankoop',
    back: 'Terug naar het bedrag',
  },
  waiting: {
    list: 'Verkopen die aandacht vragen',
    title: 'Nog te doen',
    sale: (number, stands) => `Nr. ${String(number)}: ${stands}`,
    more: (number) => `en nog ${String(number)}`,
  },
};
