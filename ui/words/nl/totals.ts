// Nederlands: het scherm waarop wordt opgeteld wat er is ontvangen en terugbetaald.
import type { Words } from '../now.svelte';
import { count } from './count';

export const totals: Words['totals'] = {
  title: 'Totalen',
  back: 'Terug naar het overzicht',
  span: 'Dagen',
  spans: {
    today: 'Vandaag',
    yesterday: 'Gisteren',
    this_week: 'Deze week',
    last_week: 'Vorige week',
    this_month: 'Deze maand',
    last_month: 'Vorige maand',
    this_year: 'Dit jaar',
    last_year: 'Vorig jaar',
  },
  from: 'Van',
  to: 'tot en met',
  show: 'Tonen',
  wrong: {
    not_a_date: (example) => `Dit is geen datum. Typ die in cijfers, zoals ${example}.`,
    no_such_day: (example) => `Die dag bestaat niet. Typ de datum in cijfers, zoals ${example}.`,
    before_the_first: 'De laatste dag ligt vóór de eerste. Verander een van beide.',
    too_long: 'Dit is meer dan 66 jaar. Kies een kortere tijd.',
  },
  counted: {
    training: 'Alleen oefenverkopen tellen hier mee. Er is geen geld overgemaakt.',
    test: 'Alleen verkopen van het testaccount bij Stripe tellen hier mee. Er is geen echt geld overgemaakt.',
    live: 'Alleen verkopen met echt geld tellen hier mee, geen oefening of test.',
  },
  when: 'Een betaling telt op het moment dat deze kassa zag dat er betaald was, een terugbetaling op het moment dat erom is gevraagd, volgens de klok van deze kassa.',
  reading: 'Wordt opgeteld…',
  incomplete: (filed, of) =>
    `Deze bedragen zijn nog niet volledig: ${filed} van ${of} verkopen staan weer in de boeken, de nieuwste eerst. Ze groeien vanzelf en afrekenen gaat gewoon door.`,
  nothing: 'Er is niets ontvangen en niets terugbetaald.',
  taken: 'Ontvangen',
  refunded: 'Terugbetaald',
  net: 'Netto',
  netHint: 'ontvangen min terugbetaald',
  payments: (number) => count(number, 'betaling', 'betalingen'),
  refunds: (number) => count(number, 'terugbetaling', 'terugbetalingen'),
  chart: {
    hour: (currency) => `Ontvangen en terugbetaald per uur, ${currency}`,
    day: (currency) => `Ontvangen en terugbetaald per dag, ${currency}`,
    month: (currency) => `Ontvangen en terugbetaald per maand, ${currency}`,
  },
  described: (taken, refunded) =>
    `${taken === null ? 'Er is niets ontvangen.' : `Het meest ontvangen bij de hoogste balk: ${taken}.`} ${refunded === null ? 'Er is niets terugbetaald.' : `Het meest terugbetaald bij de laagste: ${refunded}.`} Elk bedrag staat in de tabel hieronder.`,
  bar: (when, taken, refunded) => `${when}: ontvangen ${taken}, terugbetaald ${refunded}`,
  table: {
    hour: 'Per uur',
    day: 'Per dag',
    month: 'Per maand',
  },
  column: {
    hour: 'Uur',
    day: 'Dag',
    month: 'Maand',
    payments: 'Betalingen',
    refunds: 'Terugbetalingen',
  },
  leftOut: {
    hour: (number) =>
      `${count(number, 'uur zonder betaling of terugbetaling is', 'uren zonder betaling of terugbetaling zijn')} weggelaten.`,
    day: (number) =>
      `${count(number, 'dag zonder betaling of terugbetaling is', 'dagen zonder betaling of terugbetaling zijn')} weggelaten.`,
    month: (number) =>
      `${count(number, 'maand zonder betaling of terugbetaling is', 'maanden zonder betaling of terugbetaling zijn')} weggelaten.`,
  },
  all: 'Samen',
};
