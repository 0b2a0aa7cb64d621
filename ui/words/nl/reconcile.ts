// Nederlands: het scherm waarop de boeken van de kassa naast die van Stripe worden gelegd.
import type { ComparedList } from '../../shared/bindings/ComparedList';
import type { ComparisonProgress } from '../../shared/bindings/ComparisonProgress';
import { say, type ByName, type WordsFor } from '../facts';
import type { Words } from '../now.svelte';
import { count } from './count';

const list: ByName<ComparedList, string> = { payments: 'betalingen', refunds: 'terugbetalingen', disputes: 'betwistingen' };

const figure = (number: number): string => new Intl.NumberFormat('nl').format(number);

const progress: WordsFor<ComparisonProgress, void, 'step'> = {
  listing: ({ list: which, read }) => `De lijst van ${list[which]} bij Stripe wordt gelezen: ${figure(read)} tot nu toe.`,
  comparing: ({ compared, of }) => `${figure(compared)} van ${figure(of)} verkopen vergeleken.`,
  reading_again: ({ read, of }) =>
    of === 1 ? 'Eén verkoop wordt bij Stripe opgezocht.' : `${figure(read)} van ${figure(of)} verkopen één voor één bij Stripe opgezocht.`,
};

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
    last_90_days: 'Laatste 90 dagen',
  },
  compare: 'Vergelijken',
  asking: 'Stripe wordt gevraagd…',
  askingLong: 'Stripe wordt gevraagd. Bij veel betalingen duurt dat even.',
  progress: (now) => say(progress, now, undefined, 'step'),
  sellMeanwhile: 'U kunt intussen gewoon verkopen.',
  stop: 'Stoppen',
  stopped: 'Gestopt. Er is niets afgeschreven of terugbetaald en de boeken van de kassa kloppen. Vergelijk opnieuw wanneer u wilt.',
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
