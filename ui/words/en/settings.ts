// English: the settings.
import type { CurrencyView } from '../../shared/bindings/CurrencyView';
import type { LocaleView } from '../../shared/bindings/LocaleView';
import { rights } from './rights';

export const settings = {
  rooms: {
    shop: 'Shop and receipts',
    money: 'Money',
    look: 'Language and look',
    stripe: 'Stripe account',
    copies: 'Copies of the sales',
    check: 'Check this till',
  },
  search: 'Search the settings',
  noneFits: 'Nothing fits. Try another word.',
  back: 'All settings',
  mode: {
    title: 'Which Stripe this till talks to',
    needsKeys: 'add keys below first',
    /** Before live is left, with the name of the mode that comes. */
    askLeaveLive: (mode: string): string => `Change to ${mode}? This till then takes no real payments.`,
    leaveLive: (mode: string): string => `Change to ${mode}`,
    stayLive: 'Stay in LIVE',
  },
  accounts: {
    title: 'Keys in this computer’s keyring',
    restricted: 'Restricted key',
    notRestricted: 'Secret key. A restricted key would be safer: it can do less if it leaks.',
    askForget: 'Forget these keys? The sales stay in this till.',
    forget: 'Forget',
    forgetThem: 'Forget…',
    keep: 'Keep',
  },
  keysForm: {
    connect: 'Connect a Stripe account',
    replace: 'Add or replace keys',
    /** Where the keys are, with parts of keys between `|`. */
    means:
      'Both keys are in the Stripe Dashboard under Developers, API keys. Best is a restricted key (|rk_|) with the rights below. The keys decide the mode: |_test_| or |_live_|.',
    /** Over the list of them. */
    rightsTitle: 'What the restricted key must be allowed',
    rights,
    secret: 'Restricted or secret key',
    secretExample: 'rk_test_… or rk_live_…',
    secretHint: 'Kept in this computer’s keyring. It is never shown again.',
    publishable: 'Publishable key',
    publishableExample: 'pk_test_… or pk_live_…',
    save: 'Try the key and save',
    trying: 'Trying the key…',
    saved: 'Saved. Stripe accepted the key.',
    /** The keys are of a mode that is not in force. */
    savedFor: (mode: string): string => `Saved. Stripe accepted the key. Choose ${mode} above to use it.`,
  },
  shop: {
    name: 'Shop name, as on receipts',
    nameMeans: 'It stands at the head of each receipt. It is saved when you leave the field.',
  },
  money: {
    currency: 'Currency',
    currencyOf: ({ code, name }: CurrencyView): string => `${code}, ${name}`,
    locale: 'Amounts and dates are written as in',
    localeOf: ({ name }: LocaleView): string => name,
    example: 'For example',
  },
  look: {
    language: 'Language',
    colours: 'Colours',
    themes: { system: 'As the desktop', light: 'Light', dark: 'Dark' },
  },
  kept: 'Saved.',
};
