// Nederlands: de computer waar de kassa op staat: de map, de schijf, de instellingen.
import type { FolderFault } from '../../shared/bindings/FolderFault';
import type { TillFact } from '../../shared/bindings/TillFact';
import { own, say, type WordsFor, type Writing } from '../facts';

type MachineFact = Extract<TillFact, { fact: 'data_folder' | 'settings_not_saved' | 'tls_missing' | 'training_not_started' }>;

const folderFault: WordsFor<FolderFault, Writing, 'why'> = {
  not_made: ({ said }) => `Ze is er niet en kan niet worden gemaakt. Is de schijf aangesloten? (Het systeem zegt: ${own(said)})`,
  not_a_folder: () => 'Er staat een bestand op die plek. Verplaats het bestand.',
  read_only: () => 'De schijf kan alleen worden gelezen. Sluit de schijf zo aan dat erop kan worden geschreven.',
  not_allowed: () => 'Deze gebruiker mag er niet in schrijven. Verander de rechten, of meld je aan als de gebruiker van wie ze is.',
  anothers_own: ({ path }) =>
    `${own(path)} is van een andere gebruiker van deze computer. Geef de map aan de gebruiker die de kassa gebruikt, of meld je aan als de ander.`,
  not_private: ({ path }) =>
    `Andere gebruikers van deze computer kunnen ${own(path)} lezen, en dat is op deze schijf niet te veranderen. Zet de map van de kassa op de eigen schijf van de computer.`,
  disk_full: () => 'Er is geen ruimte voor. Maak ruimte vrij op de schijf.',
};

export const machine: WordsFor<MachineFact, Writing, 'fact'> = {
  data_folder: ({ folder, fault }, writing) =>
    `Er kan niets worden afgerekend: de map van de kassa ${own(folder)} is niet te gebruiken, dus er zou geen verkoop worden vastgelegd. ${say(folderFault, fault, writing, 'why')} De kassa gaat vanzelf verder zodra de map te gebruiken is.`,
  settings_not_saved: () =>
    'De instellingen gelden nu, maar konden niet voor de volgende keer worden bewaard. Is de schijf vol, of kan er niet in de map van de kassa worden geschreven? De kassa probeert het vanzelf opnieuw.',
  tls_missing: () =>
    'De certificaten van het systeem kunnen niet worden gelezen, dus Stripe is niet veilig te bereiken. Installeer het pakket ca-certificates en start opnieuw.',
  training_not_started: () =>
    'Oefenen kon niet starten, want de computer geeft geen lokaal adres. Druk op Opnieuw proberen. Blijft het zo, start de computer dan opnieuw.',
};
