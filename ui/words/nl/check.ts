// Nederlands: "Deze kassa controleren", regel voor regel, elk met wat er te doen is.
import type { CheckDetail } from '../../shared/bindings/CheckDetail';
import type { CheckFault } from '../../shared/bindings/CheckFault';
import type { CheckItem } from '../../shared/bindings/CheckItem';
import type { CheckStands } from '../../shared/bindings/CheckStands';
import type { Refusal } from '../../shared/bindings/Refusal';
import type { WhyNotShown } from '../../shared/bindings/WhyNotShown';
import { dateAndTime } from '../../shared/time';
import { own, say, type AboutLine, type ByName, type CheckWords, type WordsFor } from '../facts';

const item: ByName<CheckItem, string> = {
  keyring: 'Sleutelbos',
  disk: 'Schijf',
  room: 'Ruimte op de schijf',
  journal_copy: 'Kopie van de verkopen',
  card_field: 'Kaartvenster',
  network: 'Verbinding met Stripe',
  clock: 'Klok',
  leftovers: 'Eerdere controles',
  account_name: 'Account',
  read_payment_intents: 'Recht om betalingen te lezen',
  write_payment_intents: 'Recht om betalingen te maken',
  read_charges: 'Recht om afschrijvingen en terugbetalingen te lezen',
  write_charges: 'Recht om terug te betalen',
  read_disputes: 'Recht om betwistingen te lezen',
  sale_request: 'Aanvraag van een verkoop',
  key_mode: 'Test of live',
  publishable_key: 'Publieke sleutel',
  cancel: 'Annuleren',
  approved_card: 'Testkaart die wordt goedgekeurd',
  refund: 'Terugbetaling',
  declined_card: 'Testkaart die wordt geweigerd',
};

const shown: ByName<CheckItem, string> = {
  keyring: 'Hij bewaart een gegeven en geeft het terug.',
  disk: 'Een bestand is geschreven en staat veilig op de schijf.',
  room: 'Er is ruimte voor duizenden verkopen.',
  journal_copy: 'Er is pas nog een kopie gemaakt.',
  card_field: 'Stripe.js is geladen op zijn https-pagina en het kaartveld is klaar.',
  network: 'Stripe antwoordt.',
  clock: 'Hij loopt gelijk met die van Stripe.',
  leftovers: 'Wat een eerdere controle bij Stripe had achtergelaten, is opgeruimd.',
  account_name: 'De sleutel hoort bij een account.',
  read_payment_intents: 'Stripe staat het toe.',
  write_payment_intents: 'Stripe staat het toe.',
  read_charges: 'Stripe staat het toe.',
  write_charges: 'Stripe staat het toe.',
  read_disputes: 'Stripe staat het toe.',
  sale_request: 'Stripe neemt haar aan.',
  key_mode: 'De sleutels horen bij deze modus.',
  publishable_key: 'Hij hoort bij hetzelfde account als de geheime sleutel.',
  cancel: 'De betaling die voor deze controle is gemaakt, is geannuleerd. Er is geen kaart mee geprobeerd.',
  approved_card: 'Goedgekeurd, zoals het hoort.',
  refund: 'De testbetaling is terugbetaald.',
  declined_card: 'Geweigerd, zoals het hoort.',
};

const detail: WordsFor<CheckDetail, AboutLine, 'detail'> = {
  account: ({ name }) => `Het heet ${own(name)}.`,
  mode: ({ live }) => (live ? 'De sleutels zijn live: betalingen zijn echt geld.' : 'Het zijn testsleutels: er gaat geen geld om.'),
  proxy: ({ address }) => `Stripe antwoordt, via de proxy ${own(address)}.`,
  copied_at: ({ at_ms }, { locale }) => `De nieuwste kopie is van ${dateAndTime(at_ms, locale)}.`,
  not_tried: ({ parameters }) => `Stripe neemt haar aan. Alleen een betaling met een kaart zou ook deze delen proberen: ${parameters.join(', ')}.`,
};

/** Zoals het Stripe-dashboard het recht noemt. */
const permission: Partial<ByName<CheckItem, string>> = {
  read_payment_intents: '“PaymentIntents: write”',
  write_payment_intents: '“PaymentIntents: write”',
  sale_request: '“PaymentIntents: write”',
  cancel: '“PaymentIntents: write”',
  read_charges: '“Charges and Refunds: write”',
  write_charges: '“Charges and Refunds: write”',
  refund: '“Charges and Refunds: write”',
  read_disputes: '“Disputes: read”',
};

const called = (code: string | null, param: string | null, status: number): string =>
  [param === null ? null : `parameter ${param}`, code, `HTTP ${String(status)}`].filter((part) => part !== null).join(', ');

const apart = (minutes: number): string => (minutes < 120 ? `${String(minutes)} ${minutes === 1 ? 'minuut' : 'minuten'}` : `${String(Math.round(minutes / 60))} uur`);

/** Waarom er niets op schrift kwam. */
const unwritten = (refusal: Refusal): string => {
  if (refusal.code === 'disk_full') return 'De schijf is vol. Maak ruimte vrij.';
  if (refusal.code === 'journal_taken_over') return 'Een andere Countersign is op deze verkopen gestart. Sluit dit venster en ga daar verder.';
  if (refusal.code === 'journal') return `De verkopen kunnen niet worden geschreven. Kijk of de schijf is aangesloten. (Het systeem zegt: ${own(refusal.said)})`;
  return 'Probeer het zo nog eens.';
};

const fault: WordsFor<CheckFault, AboutLine, 'fault'> = {
  keyring_locked: () => 'De sleutelbos is vergrendeld. Ontgrendel hem als het systeem om het wachtwoord vraagt en controleer opnieuw.',
  keyring_missing: () => 'Er is geen sleutelbos waarin een sleutel kan worden bewaard. Meld u aan bij een bureaubladsessie die er een heeft (GNOME Keyring of KWallet) en controleer opnieuw.',
  keyring_differs: () => 'De sleutelbos geeft niet terug wat hij kreeg, dus er is geen sleutel veilig in. Gebruik een andere sleutelbosdienst en controleer opnieuw.',
  disk_full: () => 'Op de schijf is te weinig ruimte. Maak ruimte vrij: zolang hij vol is, kan er niet worden betaald.',
  disk_not_written: ({ said }) => `In de map van de kassa kan niet worden geschreven. Kijk of de schijf is aangesloten en of de map van u is. (Het systeem zegt: ${own(said)})`,
  no_copy_folder: () => 'Er is geen map gekozen voor kopieën. Kies er een bij Instellingen, liefst op een andere schijf: zonder kopie neemt een kapotte schijf de boeken van de kassa mee.',
  not_copied: () => 'Er is geen goede kopie. Maak er een bij Instellingen: daar staat ook wat er in de weg zit.',
  copy_old: ({ at_ms }, { locale }) => `De nieuwste kopie is van ${dateAndTime(at_ms, locale)}. Maak er een bij Instellingen en laat de kassa elke dag een tijdje open.`,
  no_card_field: () => 'Het kaartveld kwam niet, dus er kan geen kaart worden ingevoerd. Kijk naar de internetverbinding. Een filter, firewall of proxy kan js.stripe.com tegenhouden: laat het door en controleer opnieuw.',
  page_not_secure: () => 'Het kaartvenster staat niet op een beveiligd adres, en daar neemt Stripe geen kaart aan. Sluit de kassa en open haar weer; blijft het zo, installeer Countersign dan opnieuw.',
  offline: () => 'Stripe antwoordt niet. Kijk naar de internetverbinding en controleer opnieuw.',
  not_stripe: () => 'Iets anders antwoordt in plaats van Stripe, misschien een aanmeldpagina van het netwerk. Meld u aan of gebruik een ander netwerk en controleer opnieuw.',
  certificate: ({ perhaps_clock }) => (perhaps_clock
    ? 'Geen veilige verbinding: volgens de klok van deze computer is het getoonde certificaat niet geldig. Zet de klok goed. Loopt hij goed, gebruik dan een ander netwerk.'
    : 'Geen veilige verbinding: het getoonde certificaat is niet van Stripe. Gebruik een ander netwerk of vraag het aan wie dit netwerk beheert.'),
  unreadable: () => 'Het antwoord van Stripe kon niet worden gelezen. Controleer zo opnieuw; blijft het zo, dan is deze versie van Countersign te oud voor Stripe.',
  clock_ahead: ({ minutes }) => `Hij loopt ${apart(minutes)} voor op die van Stripe. Zet hem goed: zijn tijd staat op de bonnen.`,
  clock_behind: ({ minutes }) => `Hij loopt ${apart(minutes)} achter op die van Stripe. Zet hem goed: zijn tijd staat op de bonnen.`,
  key_not_accepted: () => 'Stripe accepteert de geheime sleutel niet. Voer bij Instellingen een nieuwe in.',
  lacks_right: (_, { item: about }) => `De sleutel heeft dit recht niet. Geef hem in het Stripe-dashboard, onder Developers, API keys, ${permission[about] ?? 'wat hij mist'} en controleer opnieuw.`,
  other_mode: ({ live }) => (live
    ? 'De sleutels nemen echt geld aan, terwijl dit niet de livemodus is. Neem geen betaling aan. Voer de sleutels opnieuw in bij Instellingen.'
    : 'Het zijn testsleutels, terwijl dit de livemodus is: geen betaling zou echt zijn. Voer de livesleutels in bij Instellingen.'),
  other_account: () => 'Hij hoort bij een ander account dan de geheime sleutel, dus er kan met geen kaart worden betaald. Voer beide sleutels opnieuw in bij Instellingen, gekopieerd uit hetzelfde account.',
  publishable_not_accepted: () => 'Stripe accepteert de publieke sleutel niet. Kopieer hem opnieuw uit het Stripe-dashboard en voer beide sleutels in bij Instellingen.',
  refused: ({ status, code, param }) => `Stripe weigerde het (${called(code, param, status)}). Kijk of er een nieuwere versie van Countersign is, en stuur dit verslag mee als u om hulp vraagt.`,
  other_outcome: ({ status }) => `Het eindigde in plaats daarvan als “${own(status)}”. Stuur dit verslag mee als u om hulp vraagt.`,
  still_open: () => 'Er kan bij Stripe nog iets van openstaan. De kassa gaat vanzelf door tot het is opgeruimd. Niemand betaalt ervoor.',
  not_on_record: ({ refusal }) => `Er is niets verstuurd, omdat het niet vastgelegd zou zijn. ${unwritten(refusal)}`,
};

const notShown: ByName<WhyNotShown, string> = {
  only_by_acting: 'Alleen een terugbetaling zou het laten zien, en in de livemodus betaalt deze controle niets terug. Bekijk de sleutel in het Stripe-dashboard: hij heeft “Charges and Refunds: write” nodig.',
  key_may_not_read: 'De sleutel mag de naam van het account niet lezen. Dat hoeft ook niet.',
  not_told: 'Stripe vertelt het niet.',
  not_reached: 'Niet geprobeerd, omdat Stripe niet kan worden gevraagd.',
  line_before: 'Niet geprobeerd: wat in de weg zit, staat bij een andere regel.',
  no_stripe_time: 'De antwoorden van Stripe noemden geen tijd om mee te vergelijken.',
  not_money: 'Er is geen map voor kopieën gekozen. In deze modus gaat geen geld om, dus het hoeft niet.',
};

const stands: ByName<CheckStands, string> = {
  running: 'Bezig met controleren…',
  done: 'Gecontroleerd',
  stopped: 'Voor het einde gestopt',
};

const things = (count: number): string => (count === 1 ? 'Eén punt' : `${String(count)} punten`);

export const check: CheckWords = {
  means: 'Dit probeert deze computer, de sleutels en de aanvraag van een verkoop, die wordt gemaakt en geannuleerd. In de oefen- en testmodus wordt ook met testkaarten betaald en het geld terugbetaald. Geen klant betaalt iets en niets ervan telt mee in de boeken. Een verkoop die begint, beëindigt de controle.',
  start: 'Nu controleren',
  again: 'Opnieuw controleren',
  stop: 'Stoppen',
  open: 'Deze kassa controleren',
  copy: 'Verslag kopiëren',
  copied: 'Gekopieerd',
  select: 'Geselecteerd: druk op Ctrl C.',
  report: 'Verslag',
  first: 'Hier is nog geen live betaling aangenomen. Controleer eerst deze kassa: het duurt een minuut.',
  notNow: 'Nu niet',
  groups: { machine: 'Deze computer', account: 'Het account en de sleutels', flow: 'Een verkoop zonder kaart', cards: 'Testkaarten' },
  signs: { shown: 'Goed', failed: 'Probleem', not_shown: 'Niet aangetoond' },
  item,
  stands,
  line: (line, locale) => {
    const about = { item: line.item, locale };
    const { result } = line;
    if (result.found === 'shown') return result.detail === null ? shown[line.item] : say(detail, result.detail, about, 'detail');
    if (result.found === 'failed') return say(fault, result.fault, about, 'fault');
    return notShown[result.why];
  },
  verdict: (failed, notShownLines) => {
    if (failed > 0) return `${things(failed)} in orde te maken`;
    return notShownLines > 0 ? 'Er zit niets in de weg' : 'Alles is in orde';
  },
  head: ({ started_ms, live, api_version }, mode, locale) => `Countersign, controle van ${dateAndTime(started_ms, locale)}, ${mode}${live ? ' (echt geld)' : ''}, Stripe API ${api_version}`,
};
