// Dutch: what stands beside the amount of a sale, for the shop: its reference and its note.
import type { OrderText } from '../../shared/bindings/OrderText';
import type { TextRefused } from '../../shared/bindings/TextRefused';
import type { order as english } from '../en/order';
import { say, type ByName, type WordsFor } from '../facts';

const name: ByName<OrderText, string> = { reference: 'referentie', note: 'notitie' };

const refused: WordsFor<TextRefused, OrderText, 'why'> = {
  blank: (_, text) => `In de ${name[text]} staan alleen spaties. Vul iets in, of laat het veld leeg.`,
  too_long: ({ most, has }, text) => `De ${name[text]} heeft ${String(has)} tekens. Er passen er hooguit ${String(most)} in.`,
  more_than_one_line: (_, text) => `De ${name[text]} heeft meer dan één regel. Zet alles op één regel.`,
  invisible: (_, text) => `In de ${name[text]} staat een onzichtbaar teken. Typ de tekst in plaats van te plakken.`,
  card_number: (_, text) =>
    `In de ${name[text]} lijkt een kaartnummer te staan. Haal het weg: kaartnummers vul je alleen in het pasvenster in, en ze worden nergens bewaard.`,
};

export const order: typeof english = {
  add: 'Referentie of notitie',
  reference: 'Referentie',
  referenceMeans: 'Komt op de bon en bij Stripe te staan. Niets over de klant.',
  note: 'Notitie',
  noteMeans: 'Alleen voor de winkel. Blijft in deze kassa.',
  back: 'Klaar',
  refused: (told) => say(refused, told.refused, told.text, 'why'),
};
