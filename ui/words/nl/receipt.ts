// Nederlands: het betaalbewijs op het scherm, en wat er daarna met de betaling gebeurde.
import type { Words } from '../now.svelte';

export const receipt: Words['receipt'] = {
  title: 'Betaalbewijs',
  hold: 'Reservering',
  number: (number) => `Nr. ${String(number)}`,
  card: 'Pas',
  authorisation: 'Autorisatie',
  customer: 'Klant',
  authenticated: 'Bevestigd via de bank',
};

export const refunds: Words['refunds'] = {
  list: 'Terugbetalingen',
  title: 'Terugbetaald',
  elsewhere: 'elders gedaan',
  left: 'Nog over van deze betaling',
};

export const disputes: Words['disputes'] = {
  one: 'Betwisting',
  title: 'Betwist:',
  answerBy: (when) => `Antwoord uiterlijk op ${when}.`,
};

export const dashboardId: Words['dashboardId'] = {
  title: 'In het Stripe-dashboard:',
  copy: 'Kopiëren',
  copied: 'Gekopieerd',
  selected: 'Geselecteerd: druk op Ctrl C.',
};
