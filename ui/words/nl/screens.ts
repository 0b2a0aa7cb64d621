// Nederlands: het hoofdvenster rond de schermen, en de namen van toetsen.
import type { Words } from '../now.svelte';
import { count, of } from './count';

export const keyNames: Words['keyNames'] = {
  enter: 'Enter',
  escape: 'Esc',
  testCards: 'F2',
  alt: (key) => `Alt ${key}`,
};

export const screens: Words['screens'] = {
  sale: 'Verkoop',
  history: 'Overzicht',
  settings: 'Instellingen',
  all: 'Schermen',
  unfinished: (number) => `${String(number)} niet klaar`,
  notStarted: 'De kassa is niet gestart',
  tryAgain: 'Opnieuw proberen',
  trying: 'Bezig…',
  noAnswer: 'De kassa gaf geen antwoord. Probeer het opnieuw. Blijft het stil, sluit de kassa dan en start opnieuw.',
};

export const notices: Words['notices'] = {
  unasked: (number, amount) => `Verkoop ${String(number)}: er is ${amount} van de klant afgeschreven, terwijl de verkoop was opgegeven.`,
  decide: 'Nu beslissen',
  differences: (number) =>
    `De boeken van de kassa en Stripe kloppen niet met elkaar: kijk naar ${count(number, 'verschil', 'verschillen')}.`,
  look: (number) => of(number, 'Verschil bekijken', 'Verschillen bekijken'),
  notNow: 'Niet nu',
};
