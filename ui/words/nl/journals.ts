// Nederlands: van wie de verkopen zijn, en de kopieën ervan.
import type { CopyFailure } from '../../shared/bindings/CopyFailure';
import type { Mode } from '../../shared/bindings/Mode';
import type { Tie } from '../../shared/bindings/Tie';
import type { TillFact } from '../../shared/bindings/TillFact';
import { dateAndTime } from '../../shared/time';
import { own, say, type ByName, type WordsFor, type Writing } from '../facts';
import type { Words } from '../now.svelte';
import { amounts } from './amounts';
import { count } from './count';
import { health } from './health';
import { machine } from './machine';
import { asked, refused } from './refusals';
import { setup } from './setup';
import { order } from './order';

const modeName = (mode: Mode): string => (mode === 'live' ? 'live' : 'test');

const copyFailure: WordsFor<CopyFailure, Writing, 'why'> = {
  no_folder: () => 'De map is er niet. Zit de stick erin, of is de netwerkschijf verbonden?',
  not_allowed: () => 'Deze gebruiker mag niet in de map schrijven. Kies een andere map, of verander de rechten.',
  own_folder: () =>
    'Dat is de eigen map van de kassa: wat met de verkopen gebeurt, zou ook met de kopie gebeuren. Kies een map op een andere schijf.',
  disk_full: () => 'Er is geen ruimte meer in de map. Maak daar ruimte vrij, of kies een andere map.',
  not_sound: () =>
    'De kopie klopt niet, dus misschien is het journaal zelf beschadigd. Oudere kopieën zijn bewaard. Berg ze goed op en laat de schijf van deze computer nakijken.',
  system: ({ said }) => `Het systeem weigerde het. (Het zegt: ${own(said)})`,
};

const tie: ByName<Tie, string> = {
  other_account: 'van een ander Stripe-account',
  not_seen: 'deze sleutel ziet geen van de betalingen',
  no_payments: 'aan geen betaling was te zien van wie het is',
  no_answer: 'Stripe antwoordde niet, dus het is niet na te gaan van wie het is',
  unreadable: 'kan door deze versie niet worden gelezen, of is beschadigd',
};

const fact: WordsFor<TillFact, Writing, 'fact'> = {
  ...health,
  ...machine,
  ...setup,
  ...asked,
  refused: ({ refusal }) => refused(refusal),
  amount_refused: ({ refused: why }) => amounts.refused(why),
  order_refused: ({ refused: why }) => order.refused(why),
  which_journal: ({ question }) =>
    `Het is niet zeker welke verkopen bij de ${modeName(question.mode)}-sleutels horen. Er wordt niets mee verkocht tot je dat hebt gezegd.`,
  key_of_another_account: ({ mode }) =>
    `De geheime ${modeName(mode)}-sleutel hoort bij een ander Stripe-account dan deze verkopen: hij ziet geen van hun betalingen. Voer de sleutels in van het account waar de verkopen bij horen.`,
  till_id_from_journal: () =>
    'In de instellingen stond niet meer welke kassa dit is. Dat is uit het journaal met de verkopen gehaald. Controleer in Instellingen de naam van de winkel, de munt en de stand.',
  till_id_differs: () =>
    'Deze verkopen waren eerst van een andere kassa: het journaal of de instellingen zijn van elders gekopieerd of teruggezet. Betalingen van beide kassa’s worden opgezocht. Rekent een andere computer nog af met die kopie, stop hem dan: elke computer heeft een eigen kassa nodig.',
  copy_failed: ({ folder, failure }, writing) =>
    `De verkopen konden niet naar ${own(folder)} worden gekopieerd. ${say(copyFailure, failure, writing, 'why')} Verkopen gaat door, en de kassa probeert het om de paar minuten opnieuw.`,
  journal_newer: ({ file }) =>
    `De verkopen in ${own(file)} zijn geschreven door een nieuwere versie van Countersign. Installeer die versie weer; er is niets verloren.`,
  journal_not_ours: ({ file }) =>
    `${own(file)} is niet het journaal met verkopen van deze stand en dit account. Verplaats het en start opnieuw.`,
  journal_corrupt: ({ file }) =>
    `Het journaal met verkopen ${own(file)} is beschadigd en is zo gelaten. Zet een reservekopie terug, of verplaats het en start opnieuw; de betalingen zijn veilig bij Stripe.`,
  journal_in_use: () => 'Een andere Countersign gebruikt deze verkopen al. Gebruik dat venster, of sluit het eerst.',
  journal_not_copied: () =>
    'Voordat deze versie de verkopen van een eerdere overneemt, worden ze gekopieerd. Daarvoor was geen ruimte, of er kan niet in de map worden geschreven. Er is niets veranderd. Maak ruimte vrij en probeer het opnieuw.',
};

export const journals: Pick<Words, 'fact' | 'journalQuestion' | 'keys' | 'copies'> = {
  fact: (told, writing) => say(fact, told, writing, 'fact'),
  journalQuestion: {
    title: 'Voor welke verkopen zijn deze sleutels?',
    lead: ({ mode, journals: known }) =>
      known.length === 1
        ? `Deze kassa heeft al verkopen in de stand ${modeName(mode)}.`
        : `Deze kassa heeft al ${String(known.length)} journalen met verkopen in de stand ${modeName(mode)}.`,
    journal: ({ sales, last_ms, tie: known }, { locale }) => {
      const when = last_ms === null ? '' : `, de laatste regel op ${dateAndTime(last_ms, locale)}`;
      return `${count(sales, 'verkoop', 'verkopen')}${when}: ${tie[known]}.`;
    },
    use: 'Deze verkopen horen bij dit account',
    startNew: 'Nieuw journaal beginnen',
    startNewMeans:
      'De verkopen tot nu toe worden bewaard. Open verkopen worden niet gevolgd zolang deze sleutels in gebruik zijn, en de nummers beginnen weer bij 1.',
    working: 'Wordt geopend…',
  },
  keys: {
    typeAgain: 'Typ de geheime sleutel opnieuw.',
  },
  copies: {
    means:
      'Eén keer per dag en bij het sluiten van de kassa worden de verkopen naar deze map gekopieerd. De laatste tien kopieën blijven bewaard. Het beste is een map op een andere schijf: een stick of een netwerkschijf.',
    folder: 'Map, met het volledige pad; leeg voor geen kopieën',
    save: 'Bewaren en nu kopiëren',
    copyNow: 'Nu kopiëren',
    copying: 'Bezig met kopiëren…',
    none: 'Er worden geen kopieën gemaakt. Gaat de schijf van deze computer stuk, dan is de lijst met verkopen weg; de betalingen staan veilig bij Stripe.',
    newest: (at_ms, { locale }) => `De nieuwste kopie is van ${dateAndTime(at_ms, locale)}.`,
    noneYet: 'In deze map staat nog geen kopie.',
    failed: (failure, writing) => say(copyFailure, failure, writing, 'why'),
  },
};
