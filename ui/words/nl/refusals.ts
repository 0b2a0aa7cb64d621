// Nederlands: waarom de kassa niet doet wat er is gevraagd.
import type { BooksFault } from '../../shared/bindings/BooksFault';
import type { Named } from '../../shared/bindings/Named';
import type { NotNow } from '../../shared/bindings/NotNow';
import type { Refusal } from '../../shared/bindings/Refusal';
import type { SameAmount } from '../../shared/bindings/SameAmount';
import type { TillFact } from '../../shared/bindings/TillFact';
import { own, say, type ByName, type WordsFor, type Writing } from '../facts';
import { listFault } from './listing';

const sameAmount: ByName<SameAmount, string> = {
  charged_unasked: 'is afgeschreven terwijl ze was opgegeven, en niemand heeft er nog over beslist',
  authenticated: 'is goedgekeurd door de bank en nog niet afgerond',
  held: 'houdt geld van de klant vast',
  not_known: 'is nog niet bekend: misschien is er al van de klant afgeschreven',
};

const notNow: ByName<NotNow, string> = {
  as_the_sale_stands: 'Dit kan niet zoals de verkoop er nu voor staat.',
  other_amount: 'Deze verkoop heeft een ander bedrag.',
  other_texts: 'Deze verkoop is al geopend met een andere referentie of notitie. Ga ermee verder in Overzicht.',
  card_tried_already: 'Deze pas is al geprobeerd. Voer hem opnieuw in om het nog een keer te proberen.',
  taken_in_open:
    'Deze betaling is van Stripe overgenomen terwijl ze nog open was. Ze kan hier niet worden afgerond. Annuleer die en begin een nieuwe verkoop.',
  nothing_to_finish: 'Er valt niets af te ronden: de bank is niet of niet meer akkoord.',
  paid_already: 'De klant heeft al betaald. Deze verkoop kan niet meer worden geannuleerd. Betaal het geld terug.',
  cannot_be_sent_again: 'Deze opdracht kan niet nog een keer worden verstuurd. Annuleer de verkoop en begin een nieuwe.',
  no_key: 'Er kon geen sleutel voor deze betaling worden gemaakt.',
  not_paid: 'Alleen een betaalde verkoop kan worden terugbetaald.',
  another_refund_open: 'Er loopt nog een andere terugbetaling van deze verkoop. Wacht tot de kassa weet hoe die is afgelopen.',
  not_this_tills: 'Deze betaling draagt het kenmerk van deze kassa niet en kan dus niet worden opgenomen.',
  amount_not_kept: 'Deze kassa kan het bedrag of de munt van deze betaling niet bijhouden.',
  sale_in_hand: 'Er is nog een verkoop bezig. Rond die eerst af of annuleer die; de kassa wordt tussen verkopen gecontroleerd.',
  bad_span: 'Kies een periode van hooguit drie maanden, van vroeger naar later.',
};

const refusal: WordsFor<Refusal, void, 'code'> = {
  unknown_sale: () => 'Deze verkoop staat niet in het journaal van de kassa.',
  stale_attempt: () => 'De verkoop was al verder toen deze pas werd ingevoerd. De pas is niet geprobeerd.',
  stale_refund: () =>
    'De verkoop is veranderd sinds je deze terugbetaling vroeg. Er is niets terugbetaald. Bekijk de terugbetalingen en vraag het opnieuw.',
  more_than_left: ({ left }) => `Van deze betaling kan niet meer dan ${left.text} worden terugbetaald.`,
  same_amount: ({ number, money, stands }) =>
    `Verkoop ${String(number)} van ${money.text} ${sameAmount[stands]}. Is dit dezelfde klant, ga dan met die verkoop verder in plaats van opnieuw af te rekenen.`,
  not_now: ({ why }) => notNow[why],
  disk_full: () =>
    'De schijf is vol. Er kan geen betaling beginnen, want er zou niets worden vastgelegd. Maak ruimte vrij; de kassa gaat vanzelf verder.',
  journal_taken_over: () =>
    'Er is een andere Countersign op deze verkopen gestart. Daarom neemt deze geen betalingen meer aan: twee kassa’s zouden één verkoop twee keer afschrijven. Sluit dit venster en ga verder in het andere.',
  written_by_newer: () =>
    'Een nieuwere versie van Countersign heeft deze verkoop geschreven en deze kan hem niet lezen. Installeer die versie weer; er is niets kwijt.',
  journal: ({ said }) =>
    `Het journaal met de verkopen kan niet worden gelezen of geschreven. Controleer of de schijf is aangesloten en of de map van de kassa van jou is, en probeer het opnieuw. (Het systeem zegt: ${own(said)})`,
  offline: () => 'Stripe is niet te bereiken. Er kon niets worden vergeleken. Controleer het netwerk en probeer het opnieuw.',
  not_reconciled: ({ status }) =>
    status === null
      ? 'Het antwoord van Stripe was niet te lezen. Probeer het zo nog een keer.'
      : `Stripe gaf geen antwoord op de vraag (HTTP ${String(status)}). Probeer het zo nog een keer.`,
  not_stripe: () =>
    'Er antwoordde iets anders dan Stripe. Er kon niets worden vergeleken. Kijk naar het netwerk: misschien wacht er een inlogpagina, of is een proxy stuk.',
  not_looked: () =>
    'Voordat dezelfde opdracht nog een keer wordt verstuurd, kijkt de kassa of Stripe hem al heeft. Stripe antwoordde niet. Er is niets verstuurd. Probeer het zo nog een keer.',
  closed: () => 'De kassa wordt gesloten. Start opnieuw om verder te gaan; er is niets verloren.',
};

/** Waarom een opdracht niet is uitgevoerd. */
export const refused = (told: Refusal): string => say(refusal, told, undefined, 'code');

type AskedFact = Extract<
  TillFact,
  { fact: 'cannot_sell' | 'sale_in_hand' | 'not_at_window' | 'malformed' | 'books_not_read' | 'list_not_saved' }
>;

const notRead: ByName<BooksFault, string> = {
  overtaken: 'Er is intussen naar iets anders gezocht.',
  too_long: 'Het doorzoeken van de verkopen duurde te lang. Afrekenen gaat gewoon door. Probeer het opnieuw, of zoek gerichter.',
  damaged:
    'De lijst met verkopen was beschadigd en wordt opnieuw gemaakt. Er is geen verkoop kwijt en afrekenen gaat gewoon door. Probeer het over een paar minuten opnieuw.',
  not_opened: 'De verkopen kunnen nu niet worden doorzocht. Afrekenen gaat gewoon door. Sluit de kassa en open die opnieuw.',
  bad_edges: 'Deze dagen kunnen niet worden opgeteld. Kies andere.',
};

const named: ByName<Named, string> = {
  sale: 'verkoop',
  attempt: 'poging',
  refund: 'terugbetaling',
  currency: 'munt',
  card: 'pas',
  payment: 'betaling',
  journal: 'journaal',
};

/** Waarom een opdracht van een venster niet is uitgevoerd. */
export const asked: WordsFor<AskedFact, Writing, 'fact'> = {
  cannot_sell: () => 'Er kan nu niets worden afgerekend. Bovenaan het venster van de kassa staat wat er in de weg zit.',
  sale_in_hand: () => 'Er is nog een verkoop bezig. Rond die eerst af of annuleer die.',
  not_at_window: () => 'Deze verkoop staat niet meer in het pasvenster. Er is niets gebeurd.',
  books_not_read: ({ why }) => notRead[why],
  list_not_saved: ({ folder, why }) => `De lijst is niet bewaard in ${own(folder)}. ${say(listFault, why, undefined, 'why')}`,
  malformed: ({ what }) => `De kassa kreeg een vraag over iets wat ze niet heeft (${named[what]}). Er is niets gebeurd.`,
};
