// Nederlands: de boeken van de kassa naast die van Stripe, en wat er vreemd is aan een betaling.
import type { Agreement } from '../../shared/bindings/Agreement';
import type { AtStripe } from '../../shared/bindings/AtStripe';
import type { BooksSay } from '../../shared/bindings/BooksSay';
import type { ComparedList } from '../../shared/bindings/ComparedList';
import type { ComparisonGap } from '../../shared/bindings/ComparisonGap';
import type { ComparisonNote } from '../../shared/bindings/ComparisonNote';
import type { Difference } from '../../shared/bindings/Difference';
import { say, type ByName, type Told, type WordsFor } from '../facts';
import type { Words } from '../now.svelte';
import { count, of } from './count';

const sales = (number: number): string => count(number, 'verkoop', 'verkopen');
const payments = (number: number): string => count(number, 'betaling', 'betalingen');

const gap: WordsFor<ComparisonGap> = {
  no_stripe_time: () =>
    'In de antwoorden van Stripe stond geen tijd. De kassa weet dus niet welke dagen ze moet vergelijken. Misschien verandert iets tussen de kassa en Stripe de antwoorden. Probeer het opnieuw; blijft het zo, vraag het dan aan wie het netwerk beheert.',
  sales_without_stripe_time: ({ sales: number }) =>
    `Van ${sales(number)} die hier ${of(number, 'is', 'zijn')} betaald, is de tijd bij Stripe niet bekend. ${of(number, 'Die hoort', 'Die horen')} misschien bij andere dagen. Vergelijk een langere periode.`,
  sales_left_out: ({ sales: number }) =>
    `Aan ${sales(number)} werd intussen nog gewerkt. Vergelijk opnieuw als niemand aan het betalen is.`,
  lists_cut: () =>
    'De lijsten van Stripe konden niet helemaal worden gelezen. Hierboven staat wat ontbreekt. Vergelijk een kortere periode.',
  other_tills_before: ({ payments: number }) =>
    `${payments(number)} uit deze periode ${of(number, 'draagt', 'dragen')} het kenmerk van een andere kassa en ${of(number, 'is', 'zijn')} ouder dan alles in de boeken van deze kassa. Daarom ${of(number, 'is die', 'zijn die')} niet vergeleken. Heeft de winkel nog een kassa, dan is dat alles. Is deze computer opnieuw ingericht, dan zijn het misschien eigen verkopen van vroeger: leg ze naast het Stripe-dashboard, of zet een kopie van de verkopen terug.`,
  id_in_use_elsewhere: ({ payments: number }) =>
    `${payments(number)} onder het kenmerk van deze kassa ${of(number, 'is', 'zijn')} gedaan terwijl deze kassa liep, maar niet door deze kassa. Een andere computer werkt met een kopie van de map van deze kassa. Sluit de kassa daar en richt die opnieuw in, in een lege map. Neem deze betalingen tot dan hier niet in de boeken op.`,
};

const missingHere: ByName<AtStripe, { title: string; stands: string }> = {
  paid: { title: 'Betaald bij Stripe, niet in de boeken', stands: 'is betaald' },
  held: { title: 'Gereserveerd bij Stripe, niet in de boeken', stands: 'houdt geld van de klant vast' },
  under_way: { title: 'In behandeling bij Stripe, niet in de boeken', stands: 'is in behandeling' },
  unfinished: { title: 'Open bij Stripe, niet in de boeken', stands: 'is niet afgerond' },
};

const booksSay: ByName<BooksSay, string> = {
  not_tried: 'dat er niets was geprobeerd',
  declined: 'dat de pas was geweigerd',
  cancelled: 'dat de verkoop was geannuleerd',
  paid: 'dat er is betaald',
  held: 'dat het geld is gereserveerd',
  set_aside: 'dat de betaling apart is gezet',
};

interface About {
  number: string;
  amount: string;
}

const difference: { readonly [What in Difference['what']]: (told: Extract<Difference, { what: What }>, about: About) => Told } = {
  missing_here: ({ stands }, { amount }) => ({
    title: missingHere[stands].title,
    body: `Een betaling van ${amount} met het kenmerk van deze kassa ${missingHere[stands].stands}, maar de kassa heeft er geen verkoop bij. Het journaal is verloren, of een oudere kopie. Neem de betaling in de boeken op.`,
  }),
  missing_there: () => ({
    title: 'In de boeken, niet bij Stripe',
    body: 'Deze betaling staat in de boeken, maar Stripe kent die bij dit account niet. Zijn er testgegevens gewist, dan komt het daardoor. Zo niet, kijk dan in het Stripe-dashboard: is dit het goede account?',
  }),
  amounts: ({ books: ours, stripe }) => ({
    title: 'De bedragen verschillen',
    body: `Volgens de boeken ${ours.text}, volgens Stripe ${stripe.text}. Misschien heeft iemand de betaling bij Stripe veranderd. In het Stripe-dashboard zie je wat er van de klant is afgeschreven.`,
  }),
  paid_set_aside: (_told, { number, amount }) => ({
    title: 'Betaald bij Stripe, hier apart gezet',
    body: `De betaling die bij verkoop ${number} apart is gezet, heeft ${amount} afgeschreven. Ze telt nergens in de kassa mee. Betaal het terug in het Stripe-dashboard als de klant dit niet had moeten betalen.`,
  }),
  not_paid_at_stripe: () => ({
    title: 'Betaald in de boeken, niet bij Stripe',
    body: 'Volgens de boeken is deze verkoop betaald, volgens Stripe niet. Bekijk de betaling in het Stripe-dashboard.',
  }),
  outcome: ({ was, is }) => ({
    title: 'Het liep anders af',
    body: `In de boeken stond ${booksSay[was]}. Stripe zegt iets anders, en ${is === null ? 'de kassa zoekt het nu uit' : `in de boeken staat nu ${booksSay[is]}`}.`,
  }),
  second_payment: (_told, { number, amount }) => ({
    title: 'Een tweede betaling bij één verkoop',
    body: `Stripe heeft nog een betaling van ${amount} bij verkoop ${number}. De kassa maakt er nooit twee; misschien heeft iemand die gekopieerd. Bekijk beide in het Stripe-dashboard en betaal terug wat te veel is.`,
  }),
  refund_missing_there: (_told, { amount }) => ({
    title: 'Een terugbetaling die Stripe niet heeft',
    body: `In de boeken staat een terugbetaling van ${amount} die Stripe niet kent. Bekijk deze betaling in het Stripe-dashboard.`,
  }),
  refund_failed: (_told, { amount }) => ({
    title: 'Een terugbetaling is mislukt',
    body: `De klant heeft ${amount} niet teruggekregen: het geld is weer bij de winkel. Open de verkoop om te zien waarom, en spreek met de klant een andere manier af.`,
  }),
  refund_elsewhere: (_told, { amount }) => ({
    title: 'Elders terugbetaald',
    body: `${amount} is terugbetaald in het Stripe-dashboard of door een ander programma. Het staat nu in de boeken.`,
  }),
  refund_changed: (_told, { amount }) => ({
    title: 'Een terugbetaling is veranderd',
    body: `De terugbetaling van ${amount} is bij Stripe veranderd. De boeken zijn rechtgezet.`,
  }),
  dispute: ({ decided }, { amount }) => ({
    title: 'Een betaling is betwist',
    body: `De pashouder heeft ${amount} teruggevraagd bij de bank. ${decided ? 'Er is beslist: open de verkoop om te zien hoe.' : 'Antwoord op tijd in het Stripe-dashboard.'}`,
  }),
  mark: () => ({
    title: 'De betaling noemt deze verkoop of deze kassa niet',
    body: 'Aan het nummer bij Stripe is te zien dat deze betaling bij deze verkoop hoort, en ze telt mee. Maar ze draagt het kenmerk van deze verkoop en deze kassa niet meer, of dat van een andere: iemand heeft dat in het Stripe-dashboard veranderd. Zet het kenmerk daar terug, of noteer het.',
  }),
  taken_in_part: () => ({
    title: 'Er is minder geïnd dan gereserveerd',
    body: 'Een deel van de reservering is geïnd in het Stripe-dashboard of door een ander programma, de rest is vrijgegeven. In de boeken telt wat is geïnd.',
  }),
};

const list: ByName<ComparedList, string> = { payments: 'betalingen', refunds: 'terugbetalingen', disputes: 'betwistingen' };

const note: WordsFor<ComparisonNote> = {
  disputes_of_others: ({ payments: number }) =>
    `${count(number, 'betwiste betaling', 'betwiste betalingen')} van het account ${of(number, 'is', 'zijn')} niet van deze kassa. Je vindt ${of(number, 'die', 'ze')} in het Stripe-dashboard.`,
  sale_in_work: ({ number }) =>
    `Aan verkoop ${String(number)} werd intussen nog gewerkt. Ze telt aan geen van beide kanten mee. Vergelijk opnieuw als ze klaar is.`,
  too_many_to_look_at: ({ most }) =>
    `Meer dan ${String(most)} verkopen moeten één voor één worden bekeken; de andere zijn overgeslagen. Kies een kortere periode.`,
  disputes_not_read: () => 'Betwistingen konden niet worden gelezen. Een beperkte sleutel heeft daarvoor leesrecht op Disputes nodig.',
  list_too_long: ({ list: which, most }) =>
    `In deze periode zijn er meer dan ${new Intl.NumberFormat('nl').format(most)} ${list[which]}; alleen de nieuwste zijn vergeleken. Kies een kortere periode.`,
};

export const oddity: Words['oddity'] = {
  mark: 'De betaling telt mee, maar draagt bij Stripe het kenmerk van deze verkoop en deze kassa niet, of dat van een andere. Misschien heeft iemand dat in het Stripe-dashboard veranderd.',
  test_money:
    'Volgens Stripe is dit een testbetaling: er is geen echt geld afgeschreven. Controleer de sleutels in Instellingen voordat je de spullen meegeeft.',
  real_money:
    'Volgens Stripe is dit echt geld, terwijl de kassa testbetalingen doet. Betaal het terug als het een test had moeten zijn, en controleer de sleutels in Instellingen.',
  keys_of_two_accounts:
    'Stripe kent de pas niet die zojuist is ingevoerd: de publiceerbare en de geheime sleutel horen bij twee Stripe-accounts. Er is niets afgeschreven. Er kan niets worden afgerekend tot de eigenaar in Instellingen beide sleutels van één account invoert.',
  refund_of_another:
    'Een terugbetaling die de kassa heeft gevraagd, hoort volgens Stripe bij een andere betaling. Ze telt hier mee. Bekijk beide betalingen in het Stripe-dashboard.',
};

export const books: Words['books'] = {
  verdict: (agreement, open) => {
    const words: ByName<Agreement, () => string> = {
      agrees: () => 'Alles klopt',
      differs: () => `${count(open, 'verschil', 'verschillen')} om naar te kijken`,
      not_whole: () => 'Geen verschil gevonden, maar niet alles is vergeleken',
      not_compared: () => 'Niet vergeleken',
    };
    return words[agreement]();
  },
  gap: (told) => say(gap, told, undefined),
  notNow: 'Niet nu',
  difference: ({ difference: told, number, money }) => {
    const words = difference[told.what] as (told: Difference, about: About) => Told;
    return words(told, { number: String(number ?? ''), amount: money?.text ?? '' });
  },
  note: (told) => say(note, told, undefined),
  takenInPart: (taken, whole) => `${taken} van ${whole} is geïnd; de rest van de reservering is vrijgegeven.`,
};
