// Nederlands: het pasvenster.
import type { Words } from '../now.svelte';
import { does, group } from './test_cards';

export const payment: Words['payment'] = {
  doing: {
    charging: { title: 'De bank wordt gevraagd…', body: 'Voer de pas niet nog een keer in.' },
    checking: { title: 'Kijken wat de bank zei…', body: 'De kassa vraagt de betaling zelf op.' },
    confirming: { title: 'De bank is akkoord. Afronden…', body: 'De betaling wordt afgerond.' },
    awaiting_charge: {
      title: 'Annuleren…',
      body: 'De afschrijving is al onderweg. Eerst komt het antwoord daarop, dan annuleert de kassa.',
    },
    cancelling: { title: 'Annuleren…', body: 'De annulering is bij Stripe. Het antwoord komt zo.' },
  },
  silent: 'De kassa geeft geen antwoord. Er is niets verloren: wacht even, of kijk in het hoofdvenster.',
  cancelSale: 'Verkoop annuleren',
  close: 'Sluiten',
  tryAgain: 'Opnieuw proberen',
  toPay: 'Te betalen',
  cardBefore: 'De vorige pas',
  say: (sentence) => `Zeg: “${sentence}”`,
  card: 'Pas',
  anotherCard: 'Andere pas',
  charge: (amount) => `${amount} afrekenen`,
  handingOver: 'De pas wordt doorgegeven…',
  field: {
    loading: 'Het veld voor de pas wordt geladen…',
    notReady: 'Nog niet klaar voor de pas…',
    click: 'Klik hier en voer dan de pas in',
    missing:
      'Het veld voor de pas kan niet bij Stripe worden geladen. Controleer de internetverbinding. De kassa probeert het vanzelf opnieuw; er is niets afgeschreven.',
    bankMissing:
      'De pagina van de bank kan niet bij Stripe worden geladen. Controleer de internetverbinding. De kassa probeert het vanzelf opnieuw.',
    noAnswer: 'Stripe heeft niet geantwoord. Er is niets afgeschreven. Druk nog een keer op afrekenen.',
    notTaken: 'Stripe nam deze pas niet aan. Controleer het nummer en probeer het opnieuw.',
    notRead: 'De pas kon niet worden gelezen. Er is niets afgeschreven. Druk nog een keer op afrekenen.',
  },
  check: {
    title: 'De kassa wordt gecontroleerd',
    cursor: 'De kassa kijkt of de cursor vanzelf in het veld voor de pas komt. Raak even niets aan.',
    bank: 'Dit is een controle met een testpas: geen klant, geen geld. Druk op de pagina van de bank op Complete.',
    missing:
      'De pagina van de bank is niet verschenen. Open die opnieuw en druk daar op Complete. Er wacht geen klant: dit is een controle met een testpas.',
    stop: 'Dit venster overslaan',
    over: 'De tijd is om',
  },
  bankAsks: 'De bank vraagt de klant iets',
  keyCard: (amount) => `Voer de pas in voor ${amount}.`,
  bankAsksFor: (amount) => `De bank vraagt de klant om ${amount} te bevestigen.`,
  testCards: {
    title: 'Testpassen',
    search: 'Testpassen zoeken',
    example: 'Zoek: geweigerd, amex, 9995…',
    mostUsed: 'Meest gebruikt',
    none: 'Geen testpas gevonden.',
    group,
    does,
    notFilled: 'De testpas kon niet worden ingevuld. Typ het nummer zelf.',
    copied: (number) => `${number} is gekopieerd. Plak het in het veld voor de pas, met een datum in de toekomst en een willekeurige CVC.`,
    typeIt: (number) => `Typ ${number} in het veld voor de pas, met een datum in de toekomst en een willekeurige CVC.`,
  },
};
