// Nederlands: hoe een verkoop ervoor staat, wat dat betekent, en wat je kunt doen.
import type { Words } from '../now.svelte';
import { afterwards } from './afterwards';
import { challenge } from './challenge';

const NOTHING_CHARGED = 'Er is niets afgeschreven.';
const NOT_AGAIN = 'Reken bij deze klant niet nog een keer af.';
const KEEPS_LOOKING = 'De kassa blijft het navragen.';

const actions: { [Name in Parameters<Words['stage']['action']>[0]]: (sale: Parameters<Words['stage']['action']>[1]) => string } = {
  take_card: ({ attempts }) => (attempts.length === 0 ? 'Pasvenster openen' : 'Andere pas proberen'),
  authenticate: ({ stage: at }) =>
    at.kind === 'needs_authentication' && at.page === 'missing' ? challenge.again : 'Pagina van de bank tonen',
  finish: ({ money }) => `${money.text} afronden`,
  try_again: () => 'Nog een keer versturen',
  look_again: () => 'Opnieuw kijken',
  cancel: () => 'Verkoop annuleren',
  refund: ({ unasked, refundable }) => (unasked === null || refundable === null ? 'Terugbetalen' : `${refundable.left.text} terugbetalen`),
  keep: () => 'Betaling houden',
  set_aside: () => 'Apart zetten',
};

const hints: { [Name in Parameters<Words['stage']['hint']>[0]]: string | null } = {
  try_again: 'Dezelfde opdracht, geen tweede afschrijving: Stripe telt hem één keer.',
  keep: 'Alleen als de klant de aankoop toch wil.',
  take_card: null,
  authenticate: null,
  finish: null,
  look_again: null,
  cancel: null,
  refund: null,
  set_aside: null,
};

export const stage: Words['stage'] = {
  stages: {
    open: { title: 'Wacht op de pas', body: `Voer de pas in het pasvenster in. ${NOTHING_CHARGED}` },
    submitting: { title: 'Bezig met afrekenen…', body: `De bank wordt gevraagd. ${NOT_AGAIN}` },
    confirming: { title: 'Bezig met afronden…', body: 'De bank is akkoord. De betaling wordt afgerond.' },
    held: { title: 'Gereserveerd', body: 'De bank houdt dit bedrag vast op de pas. Het is pas betaald als het wordt geïnd.' },
    processing: { title: 'In behandeling', body: `De bank heeft de betaling en antwoordt later. ${NOT_AGAIN} ${KEEPS_LOOKING}` },
    cancelled: { title: 'Geannuleerd', body: NOTHING_CHARGED },
    set_aside: { title: 'Apart gezet', body: afterwards.setAside },
  },
  bankAsks: 'De bank vraagt iets',
  authenticated: (since, amount) => ({
    title: `De bank was om ${since} akkoord`,
    body: `Rond ${amount} af, of annuleer. Er wordt niets afgeschreven tot je afrondt.`,
  }),
  nothingCharged: NOTHING_CHARGED,
  notKnown: {
    title: 'Nog niet bekend',
    silent: (since) => `Geen antwoord sinds ${since}. ${NOT_AGAIN} ${KEEPS_LOOKING}`,
    another: `Stripe laat een andere betaling zien dan deze. ${NOT_AGAIN} ${KEEPS_LOOKING}`,
  },
  inAList: {
    open: 'Wacht op een pas',
    submitting: 'Bezig met afrekenen',
    needs_authentication: 'De bank vraagt iets',
    authenticated: 'Bank akkoord, niet afgerond',
    confirming: 'Bezig met afronden',
    held: 'Gereserveerd',
    processing: 'In behandeling',
    not_known: 'Nog niet bekend',
    cancelled: 'Geannuleerd',
    set_aside: 'Apart gezet',
  },
  cancellingInAList: { waits: 'Bezig met annuleren', unknown: 'Nog niet geannuleerd' },
  paid: {
    unasked: 'Toch afgeschreven',
    refunding: { title: 'Bezig met terugbetalen…', body: 'Het geld wordt terugbetaald. Geef het niet ook op een andere manier terug.' },
    refundNotKnown: (amount) => ({
      title: 'Terugbetaling nog niet bekend',
      body: `Het is niet bekend of ${amount} onderweg is naar de klant. Geef het niet op een andere manier terug. ${KEEPS_LOOKING}`,
    }),
    refundPending: { title: 'Terugbetaling onderweg', body: 'Alles is onderweg terug naar de klant.' },
    refunded: { title: 'Terugbetaald', body: 'De klant heeft alles terug.' },
    partly: { title: 'Deels terugbetaald', body: 'De klant heeft betaald en een deel teruggekregen.' },
    left: (amount) => `Van deze betaling is nog ${amount} over.`,
    approved: { title: 'Akkoord', body: 'De klant heeft betaald.' },
    disputed: 'De pashouder heeft het geld teruggevraagd bij de bank.',
    list: { disputed: 'Betwist', refunding: 'Bezig met terugbetalen' },
  },
  action: (action, sale) => actions[action](sale),
  hint: (action) => hints[action],
  number: (number) => `Verkoop ${String(number)}`,
  left: (time) => `nog |${time}|`,
  ask: {
    release: 'Reservering vrijgeven? De klant betaalt dan niet.',
    cancel: 'De bank heeft het geld misschien al afgeschreven. Toch annuleren?',
    setAside:
      'Kijk eerst in het Stripe-dashboard voordat je de betaling apart zet. Ze telt dan nergens in de kassa mee, en de kassa zegt er niets meer over.',
    yesCancel: 'Ja, verkoop annuleren',
    yesSetAside: 'Ja, apart zetten',
    keep: 'Nee, houden',
    notYet: 'Nog niet',
  },
  next: 'Volgende verkoop',
  serveNext: 'Volgende klant helpen',
  staysUntilKnown: 'Deze verkoop blijft in de lijst staan tot de uitkomst bekend is.',
  staysUntilDecided: 'Deze verkoop blijft in de lijst staan tot je hebt beslist.',
  forYou: 'Voor jou',
  toCustomer: 'Zeg tegen de klant',
  quoted: (sentence) => `“${sentence}”`,
  attempts: { title: 'Geprobeerde passen', card: 'Pas' },
};
