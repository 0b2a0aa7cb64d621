// Nederlands: sleutels, de sleutelbos en de instellingen.
import type { FolderRefused } from '../../shared/bindings/FolderRefused';
import type { KeyMalformed } from '../../shared/bindings/KeyMalformed';
import type { KeyNotKept } from '../../shared/bindings/KeyNotKept';
import type { KeyringMissing } from '../../shared/bindings/KeyringMissing';
import type { PreferencesRefused } from '../../shared/bindings/PreferencesRefused';
import type { TillFact } from '../../shared/bindings/TillFact';
import { own, say, type ByName, type WordsFor, type Writing } from '../facts';
import { allRights } from './rights';

type SetupFact = Extract<
  TillFact,
  {
    fact:
      | `key_malformed`
      | 'key_not_kept'
      | `keys_${string}`
      | `keyring_${string}`
      | 'training_has_no_keys'
      | 'settings_corrupt'
      | 'preferences_refused'
      | 'folder_refused';
  }
>;

const keyMalformed: ByName<KeyMalformed, string> = {
  empty: 'De sleutel is leeg. Kopieer hem in het Stripe Dashboard, bij Developers, API keys.',
  publishable_in_secret_field: 'Dit is een publiceerbare sleutel (pk_…). De geheime of beperkte sleutel begint met sk_ of rk_.',
  secret_in_publishable_field:
    'Dit is een geheime sleutel. Zet hem in het veld van de geheime sleutel; de publiceerbare sleutel begint met pk_.',
  no_key: 'Dit is geen sleutel van Stripe, of er ontbreekt een stuk. Kopieer de hele sleutel uit het Stripe Dashboard.',
};

const keyNotKept: ByName<KeyNotKept, string> = {
  unknown: 'Stripe kent deze geheime sleutel niet, of hij is ingetrokken. Kopieer hem opnieuw uit het Stripe Dashboard.',
  lacks_permission: `Deze beperkte sleutel mag geen PaymentIntents lezen. Geef hem in het Stripe Dashboard ${allRights}. Probeer het daarna opnieuw.`,
  refused: 'Stripe weigert deze geheime sleutel. Bekijk hem in het Stripe Dashboard, of maak een nieuwe.',
  no_answer: 'Stripe gaf geen antwoord. De sleutels zijn niet bewaard. Controleer de internetverbinding en probeer het opnieuw.',
};

const keyringMissing: ByName<KeyringMissing, string> = {
  service:
    'Er draait geen sleutelbos, dus een geheime sleutel kan niet veilig worden bewaard. Installeer er een (op Debian en Ubuntu: sudo apt install gnome-keyring), meld je aan op het bureaublad en start Countersign opnieuw. Oefenen kan ondertussen.',
  default_keyring:
    'Er draait een sleutelbos, maar er is geen standaardsleutelbos. Meld je af en weer aan op het bureaublad, of maak een standaardsleutelbos in Wachtwoorden en sleutels. Oefenen kan ondertussen.',
  system_keyring:
    'De sleutelbos van het systeem is niet te gebruiken, dus een geheime sleutel kan niet veilig worden bewaard. Meld je aan op het bureaublad en start Countersign opnieuw. Oefenen kan ondertussen.',
};

const preferencesRefused: WordsFor<PreferencesRefused, void, 'what'> = {
  name_too_long: ({ most }) => `De naam van de winkel is te lang voor een bon. Er passen hooguit ${String(most)} tekens op.`,
  name_unprintable: () => 'In de naam van de winkel staat een teken dat niet kan worden afgedrukt. Typ de naam opnieuw.',
  unknown_currency: () => 'Deze kassa kent die munt niet. Kies er een uit de lijst.',
  unknown_locale: () => 'Deze kassa kent die schrijfwijze van bedragen niet. Kies er een uit de lijst.',
};

const folderRefused: ByName<FolderRefused, string> = {
  blank_at_its_ends: 'Er staat een spatie of een onzichtbaar teken voor of achter de map. Haal het weg, of typ de map opnieuw.',
  too_long: 'Dit is langer dan het pad van een map kan zijn. Typ alleen de map.',
  not_a_full_path: 'Typ de map met het volledige pad, op één regel, zoals /media/stick/kopieen.',
};

export const setup: WordsFor<SetupFact, Writing, 'fact'> = {
  key_malformed: ({ why }) => keyMalformed[why],
  key_not_kept: ({ why }) => keyNotKept[why],
  keys_missing: ({ mode }) =>
    `Er staan geen ${mode === 'live' ? 'live' : 'test'}sleutels in de sleutelbos. Vul ze in bij Instellingen, of kies oefenen.`,
  keys_mixed_modes: () =>
    'De ene sleutel is voor testen en de andere voor echt geld. Kopieer ze allebei van dezelfde pagina in het Stripe Dashboard.',
  keys_of_two_accounts: () =>
    'De twee sleutels horen bij verschillende Stripe-accounts. Kopieer ze allebei van de pagina van hetzelfde account.',
  training_has_no_keys: () => 'Bij oefenen zijn er geen sleutels om te vergeten.',
  keyring_locked: () =>
    'De sleutelbos is vergrendeld. Ontgrendel hem als het systeem om het wachtwoord vraagt (meestal het wachtwoord waarmee je je aanmeldt) en probeer het opnieuw. Oefenen kan ondertussen.',
  keyring_ambiguous: () =>
    'In de sleutelbos staat voor deze stand meer dan één item van Countersign. Open het wachtwoordbeheer van het systeem, verwijder de items van shop.countersign.till en vul de sleutels opnieuw in.',
  keyring_missing: ({ what }) => keyringMissing[what],
  settings_corrupt: ({ file, kept_as }) =>
    kept_as === null
      ? `Het instellingenbestand ${own(file)} is beschadigd of kan niet worden gelezen, en het kon niet opzij worden gezet. De kassa werkt met de eerste instellingen. Verplaats het bestand en start opnieuw.`
      : `Het instellingenbestand was beschadigd of kon niet worden gelezen. De kassa werkt met de eerste instellingen. Het bestand is bewaard als ${own(kept_as)}. Controleer de naam van de winkel, de munt en de stand.`,
  preferences_refused: ({ why }) => say(preferencesRefused, why, undefined, 'what'),
  folder_refused: ({ why }) => folderRefused[why],
};
