// Nederlands: "Deze kassa controleren", regel voor regel, elk met wat er te doen is.
import type { CheckDetail } from '../../shared/bindings/CheckDetail';
import type { CheckFault } from '../../shared/bindings/CheckFault';
import type { CheckItem } from '../../shared/bindings/CheckItem';
import type { CheckStands } from '../../shared/bindings/CheckStands';
import type { WhyNotShown } from '../../shared/bindings/WhyNotShown';
import { dateAndTime } from '../../shared/time';
import { own, say, type AboutLine, type ByName, type CheckWords, type WordsFor } from '../facts';
import { count } from './count';
import { refused } from './refusals';
import { right } from './rights';

const item: ByName<CheckItem, string> = {
  keyring: 'Sleutelbos',
  disk: 'Schijf',
  room: 'Ruimte op de schijf',
  journal_copy: 'Kopie van de verkopen',
  card_field: 'Pasvenster',
  network: 'Verbinding met Stripe',
  clock: 'Klok',
  leftovers: 'Eerdere controles',
  secret_key: 'Geheime sleutel',
  account_name: 'Account',
  read_payment_intents: 'Recht om betalingen te bekijken',
  write_payment_intents: 'Recht om betalingen te doen',
  read_charges: 'Recht om afschrijvingen en terugbetalingen te bekijken',
  write_charges: 'Recht om terug te betalen',
  read_disputes: 'Recht om betwistingen te bekijken',
  sale_request: 'Aanvraag van een verkoop',
  key_mode: 'Test of live',
  publishable_key: 'Publiceerbare sleutel',
  cancel: 'Annuleren',
  approved_card: 'Testpas die wordt goedgekeurd',
  refund: 'Terugbetaling',
  declined_card: 'Testpas die wordt geweigerd',
  card_cursor: 'Cursor in het veld voor de pas',
  challenge: 'Testpas waarbij de bank om bevestiging vraagt',
};

const shown: ByName<CheckItem, string> = {
  keyring: 'De sleutelbos bewaart wat erin gaat en geeft het terug.',
  disk: 'Er is een bestand geschreven en het staat veilig op de schijf.',
  room: 'Er is ruimte voor duizenden verkopen.',
  journal_copy: 'Er is kort geleden een kopie gemaakt.',
  card_field: 'Stripe.js is geladen op een https-pagina en het veld voor de pas is klaar.',
  network: 'Stripe antwoordt.',
  clock: 'De klok loopt gelijk met die van Stripe.',
  leftovers: 'Wat een eerdere controle bij Stripe had laten staan, is opgeruimd.',
  secret_key: 'Stripe accepteert de geheime sleutel.',
  account_name: 'De sleutel hoort bij een account.',
  read_payment_intents: 'Stripe staat het toe.',
  write_payment_intents: 'Stripe staat het toe.',
  read_charges: 'Stripe staat het toe.',
  write_charges: 'Stripe staat het toe.',
  read_disputes: 'Stripe staat het toe.',
  sale_request: 'Stripe neemt de aanvraag aan.',
  key_mode: 'De sleutels horen bij deze stand.',
  publishable_key: 'Hoort bij hetzelfde account als de geheime sleutel.',
  cancel: 'De betaling die voor deze controle is gemaakt, is geannuleerd. Er is geen pas mee geprobeerd.',
  approved_card: 'Goedgekeurd, zoals het hoort.',
  refund: 'Het geld van de testbetaling is terugbetaald.',
  declined_card: 'Geweigerd, zoals het hoort.',
  card_cursor: 'De cursor kwam vanzelf in het veld, zonder muis.',
  challenge: 'De pagina van de bank kwam, het antwoord is verwerkt en het geld van de testbetaling is terugbetaald.',
};

const detail: WordsFor<CheckDetail, AboutLine, 'detail'> = {
  account: ({ name }) => `Het account heet ${own(name)}.`,
  mode: ({ live }) => (live ? 'Het zijn livesleutels: betalingen zijn echt geld.' : 'Het zijn testsleutels: er gaat geen geld om.'),
  proxy: ({ address }) => `Stripe antwoordt, via de proxy ${own(address)}.`,
  copied_at: ({ at_ms }, { locale }) => `De nieuwste kopie is van ${dateAndTime(at_ms, locale)}.`,
  not_tried: ({ parameters }) =>
    `Stripe neemt de aanvraag aan. Deze onderdelen probeert alleen een betaling met een pas: ${parameters.join(', ')}.`,
};

const called = (code: string | null, param: string | null, status: number): string =>
  [param === null ? null : `parameter ${param}`, code, `HTTP ${String(status)}`].filter((part) => part !== null).join(', ');

const apart = (minutes: number): string =>
  minutes < 120 ? count(minutes, 'minuut', 'minuten') : `${String(Math.round(minutes / 60))} uur`;

const fault: WordsFor<CheckFault, AboutLine, 'fault'> = {
  keyring_locked: () => 'De sleutelbos is vergrendeld. Ontgrendel hem als het systeem om het wachtwoord vraagt en controleer opnieuw.',
  keyring_missing: () =>
    'Er is geen sleutelbos waarin een sleutel kan worden bewaard. Meld je aan op een bureaublad met een sleutelbos (GNOME Keyring of KWallet) en controleer opnieuw.',
  keyring_differs: () =>
    'De sleutelbos geeft iets anders terug dan erin ging. Sleutels zijn daar niet veilig. Gebruik een andere sleutelbos en controleer opnieuw.',
  disk_full: () => 'De schijf is bijna vol. Maak ruimte vrij: op een volle schijf kan er niet worden afgerekend.',
  disk_not_written: ({ said }) =>
    `In de map van de kassa kan niet worden geschreven. Controleer of de schijf is aangesloten en of de map van jou is. (Het systeem zegt: ${own(said)})`,
  no_copy_folder: () =>
    'Er is geen map gekozen voor kopieën. Kies er een bij Instellingen, liefst op een andere schijf: gaat deze schijf kapot, dan ben je zonder kopie je verkopen kwijt.',
  not_copied: () => 'Er is geen goede kopie. Maak er een bij Instellingen: daar staat ook waarom het niet lukte.',
  copy_old: ({ at_ms }, { locale }) =>
    `De nieuwste kopie is van ${dateAndTime(at_ms, locale)}. Maak er een bij Instellingen en laat de kassa elke dag een tijdje open.`,
  no_card_field: () =>
    'Het veld voor de pas is niet geladen, dus er kan geen pas worden ingevoerd. Controleer de internetverbinding. Misschien houdt een filter, firewall of proxy js.stripe.com tegen: sta dat adres toe en controleer opnieuw.',
  page_not_secure: () =>
    'Het pasvenster staat niet op een beveiligd adres, en daar neemt Stripe geen pas aan. Sluit de kassa en start opnieuw. Blijft het zo, installeer Countersign dan opnieuw.',
  offline: () => 'Stripe antwoordt niet. Controleer de internetverbinding en probeer het daarna opnieuw.',
  not_stripe: () =>
    'Er antwoordt iets dat niet Stripe is, misschien een inlogpagina van het netwerk. Log daar in of gebruik een ander netwerk, en controleer opnieuw.',
  certificate: ({ perhaps_clock }) =>
    perhaps_clock
      ? 'Geen veilige verbinding: volgens de klok van deze computer is het getoonde certificaat niet geldig. Zet de klok goed. Klopt de klok, gebruik dan een ander netwerk.'
      : 'Geen veilige verbinding: het getoonde certificaat is niet van Stripe. Gebruik een ander netwerk, of vraag het aan wie dit netwerk beheert.',
  unreadable: () =>
    'Het antwoord van Stripe was niet te lezen. Controleer over een paar minuten opnieuw. Blijft het zo, dan is deze versie van Countersign te oud voor Stripe.',
  clock_ahead: ({ minutes }) => `De klok loopt ${apart(minutes)} voor op die van Stripe. Zet hem goed: deze tijd komt op de bonnetjes.`,
  clock_behind: ({ minutes }) => `De klok loopt ${apart(minutes)} achter op die van Stripe. Zet hem goed: deze tijd komt op de bonnetjes.`,
  key_not_accepted: () => 'Stripe accepteert de geheime sleutel niet. Voer bij Instellingen een nieuwe in.',
  lacks_right: ({ right: which }) =>
    `De sleutel heeft dit recht niet. Geef hem in het Stripe-dashboard, bij Developers, API keys, ${right(which)} en controleer opnieuw.`,
  other_mode: ({ live }) =>
    live
      ? 'Met deze sleutels gaat het om echt geld, terwijl de kassa niet op LIVE staat. Reken niets af. Voer de sleutels opnieuw in bij Instellingen.'
      : 'Het zijn testsleutels, terwijl de kassa op LIVE staat: geen enkele betaling zou echt zijn. Voer de livesleutels in bij Instellingen.',
  other_account: () =>
    'Deze sleutel hoort bij een ander account dan de geheime sleutel. Zo kan er met geen enkele pas worden betaald. Kopieer beide sleutels uit hetzelfde account en voer ze opnieuw in bij Instellingen.',
  publishable_not_accepted: () =>
    'Stripe accepteert de publiceerbare sleutel niet. Kopieer hem opnieuw uit het Stripe-dashboard en voer beide sleutels in bij Instellingen.',
  refused: ({ status, code, param }) =>
    `Stripe weigerde het (${called(code, param, status)}). Kijk of er een nieuwere versie van Countersign is, en stuur dit verslag mee als je om hulp vraagt.`,
  cursor_needs_click: () =>
    'De cursor komt niet vanzelf in het veld voor de pas. Afrekenen kan gewoon: klik in het veld voordat je een pas invoert.',
  not_authenticated: () =>
    'De pagina van de bank gaf geen akkoord, dus er is niets betaald. Controleer opnieuw en druk op de pagina van de bank op Complete. Deed je dat al, stuur dit verslag dan mee als je om hulp vraagt.',
  other_outcome: ({ status }) => `Het liep anders af, met “${own(status)}”. Stuur dit verslag mee als je om hulp vraagt.`,
  taken_elsewhere: () =>
    'Iemand heeft echt geld aangenomen met een betaling die een controle hier had gemaakt. Die telt mee bij de betalingen van anderen. Zoek haar op in het Stripe-dashboard en beslis daar of het geld teruggaat.',
  still_open: () =>
    'Er staat bij Stripe misschien nog iets van open. De kassa ruimt het vanzelf op. Niemand hoeft er iets voor te betalen.',
  not_on_record: ({ refusal }) => `Er is niets verstuurd, want het kon niet worden vastgelegd. ${refused(refusal)}`,
};

const notShown: ByName<WhyNotShown, string> = {
  only_by_acting: `Dat blijkt alleen uit een echte terugbetaling, en die doet deze controle niet als de kassa op LIVE staat. Kijk in het Stripe-dashboard of de sleutel ${right('charges_and_refunds')} heeft.`,
  key_may_not_read: 'De sleutel mag de naam van het account niet opvragen. Dat hoeft ook niet.',
  not_told: 'Stripe zegt er niets over.',
  not_reached: 'Niet geprobeerd: eerst moet de verbinding met Stripe in orde zijn.',
  line_before: 'Niet geprobeerd: eerst moet een andere regel in orde zijn.',
  no_stripe_time: 'In de antwoorden van Stripe stond geen tijd om mee te vergelijken.',
  no_window:
    'Het pasvenster kon niet worden geopend of gaf geen antwoord. Controleer opnieuw; zolang er een verkoop in staat, kan het niet.',
  window_not_in_front: 'Het pasvenster kwam niet naar voren. Laat het voor de kassa staan en controleer opnieuw.',
  touched:
    'Er is ondertussen op een toets of knop gedrukt, dus het is niet te zeggen. Controleer opnieuw en raak niets aan zolang het pasvenster dat vraagt.',
  window_closed: 'Je hebt het pasvenster gesloten. Controleer opnieuw om het te proberen.',
  not_answered: 'De pagina van de bank is tien minuten lang niet beantwoord. Controleer opnieuw en druk daar op Complete.',
  none_so_far: 'Stripe heeft niets van een eerdere controle. De kassa kijkt een dag lang nog eens; je hoeft niets te doen.',
  not_money: 'Er is geen map voor kopieën gekozen. In deze stand gaat er geen geld om, dus dat hoeft ook niet.',
};

const stands: ByName<CheckStands, string> = {
  running: 'Bezig met controleren…',
  done: 'Gecontroleerd',
  stopped: 'Eerder gestopt',
};

const things = (count: number): string => (count === 1 ? 'Eén punt' : `${String(count)} punten`);

export const check: CheckWords = {
  means:
    'De kassa probeert deze computer, de sleutels en de aanvraag van een verkoop: die wordt gedaan en meteen geannuleerd. Bij OEFENEN en TEST betaalt ze ook met testpassen en betaalt ze het geld terug; bij één daarvan vraagt de bank om bevestiging, en druk jij in het pasvenster op Complete. Er wordt bij niemand iets afgeschreven en niets ervan telt mee in de boeken. Begin je een verkoop, dan stopt de controle.',
  start: 'Nu controleren',
  again: 'Opnieuw controleren',
  stop: 'Stoppen',
  open: 'Deze kassa controleren',
  copy: 'Verslag kopiëren',
  copied: 'Gekopieerd',
  select: 'Geselecteerd: druk op Ctrl C.',
  report: 'Verslag',
  first: 'Hier is nog niets met echt geld afgerekend. Controleer eerst de kassa: dat duurt een minuut.',
  notNow: 'Nu niet',
  groups: { machine: 'Deze computer', account: 'Het account en de sleutels', flow: 'Een verkoop zonder pas', cards: 'Testpassen' },
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
    if (failed > 0) return `${things(failed)} om in orde te maken`;
    return notShownLines > 0 ? 'Er staat niets in de weg' : 'Alles is in orde';
  },
  head: ({ started_ms, live, api_version }, mode, locale) =>
    `Countersign, controle van ${dateAndTime(started_ms, locale)}, ${mode}${live ? ' (echt geld)' : ''}, Stripe API ${api_version}`,
};
