// Nederlands: de lijst met verkopen als bestand bewaren, en wat daarin staat.
import type { ListFault } from '../../shared/bindings/ListFault';
import { own, type WordsFor } from '../facts';
import type { Words } from '../now.svelte';

const sales = (number: string, one: boolean): string => `${number} ${one ? 'verkoop' : 'verkopen'}`;

export const listFault: WordsFor<ListFault, void, 'why'> = {
  no_folder: () => 'De map is er niet. Maak die aan en bewaar de lijst opnieuw.',
  not_allowed: () => 'Deze gebruiker mag daar niets opslaan. Laat wie voor de computer zorgt dat toestaan.',
  disk_full: () => 'De schijf is vol. Maak ruimte en bewaar de lijst opnieuw.',
  no_name: () => 'Er zijn al te veel lijsten van deze dag. Zet er een paar ergens anders neer.',
  under_way: () => 'Er wordt al een lijst bewaard. Wacht tot die klaar is.',
  system: ({ said }) => `Het systeem zegt: ${own(said)}`,
};

export const listing: Words['listing'] = {
  save: 'Bewaren als bestand',
  title: 'Deze lijst als bestand bewaren',
  all: 'Alle verkopen die bij de zoekopdracht passen, niet alleen wat hier te zien is.',
  spreadsheet: 'Voor je spreadsheet',
  spreadsheetHint: 'Nederlandse kopjes, bedragen als in de winkel',
  plain: 'Voor andere programma’s',
  plainHint: 'gewone CSV, overal gelijk',
  cancel: 'Niet nu',
  saving: (number, one) => `Bewaren: tot nu toe ${sales(number, one)}`,
  stop: 'Stoppen',
  stopping: 'Wordt gestopt…',
  saved: (number, one) => `${sales(number, one)} bewaard in dit bestand:`,
  unreadable: (number, one) =>
    `${sales(number, one)} ${one ? 'staat' : 'staan'} er alleen met het nummer in: een nieuwere versie van Countersign heeft die geschreven.`,
  stopped: 'Gestopt. Er is niets bewaard.',
  close: 'Sluiten',
  columns: {
    number: 'Nummer',
    opened: 'Geopend',
    paid: 'Betaald op',
    state: 'Toestand',
    currency: 'Munt',
    total: 'Bedrag',
    taken: 'Ontvangen',
    refunded: 'Terugbetaald',
    net: 'Netto',
    card: 'Pas',
    last4: 'Laatste vier cijfers',
    reference: 'Referentie',
    note: 'Notitie',
    payment_intent: 'Betaling bij Stripe',
    decline_code: 'Weigercode',
  },
  states: {
    paid: 'betaald',
    partly_refunded: 'deels terugbetaald',
    refunded: 'terugbetaald',
    held: 'gereserveerd',
    open: 'nog open',
    in_hand: 'bezig',
    not_known: 'niet bekend',
    declined: 'geweigerd',
    cancelled: 'geannuleerd',
    set_aside: 'apart gezet',
    unreadable: 'niet te lezen met deze versie',
  },
};
