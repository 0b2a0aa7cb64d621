// Nederlands: de instellingen.
import type { Words } from '../now.svelte';
import { rights } from './rights';

const currencies = new Intl.DisplayNames('nl', { type: 'currency' });
const languages = new Intl.DisplayNames('nl', { type: 'language', languageDisplay: 'standard' });

export const settings: Words['settings'] = {
  rooms: {
    shop: 'Winkel en bonnetjes',
    money: 'Geld',
    look: 'Taal en uiterlijk',
    stripe: 'Stripe-account',
    copies: 'Kopieën van de verkopen',
    check: 'Deze kassa controleren',
  },
  search: 'Zoek in de instellingen',
  noneFits: 'Niets gevonden. Probeer een ander woord.',
  back: 'Alle instellingen',
  mode: {
    title: 'Met welk Stripe-account deze kassa werkt',
    needsKeys: 'voeg eerst hieronder sleutels toe',
    askLeaveLive: (mode) => `Overgaan op ${mode}? Met deze kassa kan dan niet echt worden betaald.`,
    leaveLive: (mode) => `Overgaan op ${mode}`,
    stayLive: 'LIVE houden',
  },
  accounts: {
    title: 'Sleutels in de sleutelbos van deze computer',
    restricted: 'Beperkte sleutel',
    notRestricted: 'Geheime sleutel. Een beperkte sleutel is veiliger: daarmee kan minder als hij uitlekt.',
    askForget: 'Deze sleutels vergeten? De verkopen blijven in deze kassa.',
    forget: 'Vergeten',
    forgetThem: 'Vergeten…',
    keep: 'Houden',
  },
  keysForm: {
    connect: 'Stripe-account koppelen',
    replace: 'Sleutels toevoegen of vervangen',
    means:
      'Beide sleutels staan in het Stripe-dashboard onder Developers, API keys. Het beste is een beperkte sleutel (|rk_|) met de rechten hieronder. De sleutels bepalen de stand: |_test_| of |_live_|.',
    rightsTitle: 'Wat de beperkte sleutel moet mogen',
    rights,
    secret: 'Beperkte of geheime sleutel',
    secretExample: 'rk_test_… of rk_live_…',
    secretHint: 'Komt in de sleutelbos van deze computer. Hij wordt nooit meer getoond.',
    publishable: 'Publiceerbare sleutel',
    publishableExample: 'pk_test_… of pk_live_…',
    save: 'Sleutel proberen en bewaren',
    trying: 'Sleutel wordt geprobeerd…',
    saved: 'Bewaard. Stripe accepteert de sleutel.',
    savedFor: (mode) => `Bewaard. Stripe accepteert de sleutel. Kies hierboven ${mode} om hem te gebruiken.`,
  },
  shop: {
    name: 'Naam van de winkel, zoals op het bonnetje',
    nameMeans: 'Staat bovenaan elk bonnetje. Wordt bewaard zodra je het veld verlaat.',
  },
  money: {
    currency: 'Munteenheid',
    currencyOf: ({ code, name }) => `${code}, ${currencies.of(code) ?? name}`,
    locale: 'Schrijfwijze van bedragen en datums',
    localeOf: ({ tag, name }) => languages.of(tag) ?? name,
    example: 'Bijvoorbeeld',
  },
  look: {
    language: 'Taal',
    colours: 'Kleuren',
    themes: { system: 'Zoals de computer', light: 'Licht', dark: 'Donker' },
  },
  kept: 'Bewaard.',
};
