// Nederlands: geld terugbetalen.
import type { Words } from '../now.svelte';

export const refund: Words['refund'] = {
  title: 'Geld terugbetalen',
  howMuch: 'Hoeveel',
  left: 'Nog over van deze betaling:',
  sentence: (amount, of, card) => `|${amount}| van ${of} gaat terug naar ${card}. Dit kun je niet ongedaan maken.`,
  cardThatPaid: 'de pas waarmee is betaald',
  typeIt: 'Typ hoeveel je terugbetaalt.',
  refund: 'Terugbetalen',
  refundAmount: (amount) => `${amount} terugbetalen`,
  leave: 'Niets terugbetalen',
};
