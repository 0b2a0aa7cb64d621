// Nederlands: wat wordt getypt of ingedrukt om verkopen te vinden.
import type { Words } from '../now.svelte';
import { count } from './count';

export const finding: Words['finding'] = {
  facets: {
    paid: 'betaald',
    held: 'gereserveerd',
    declined: 'geweigerd',
    cancelled: 'geannuleerd',
    refunded: 'terugbetaald',
    disputed: 'betwist',
    in_hand: 'bezig',
    not_known: 'niet bekend',
    set_aside: 'apart gezet',
    pressing: 'aandacht nodig',
  },
  days: {
    today: 'vandaag',
    yesterday: 'gisteren',
    this_week: 'deze week',
    last_week: 'vorige week',
    this_month: 'deze maand',
    last_month: 'vorige maand',
  },
  spelledToo: { cancelled: 'gecanceld' },
  over: 'boven, meer dan, >',
  under: 'onder, minder dan, <',
  number: 'nr, nr., nummer',
  filters: 'Verfijnen',
  count: (number) => (number > 100 ? 'Meer dan 100 verkopen' : count(number, 'verkoop', 'verkopen')),
  oldestFirst: 'Oudste eerst',
  pressingFirst: 'Heeft aandacht nodig',
  others: 'Andere verkopen',
  reading: 'Zoeken…',
  progress: (filed, of) => `De lijst wordt samengesteld: ${filed} van ${of} verkopen. Afrekenen gaat gewoon door.`,
  afterDamage: (filed, of) =>
    `De lijst was beschadigd en wordt opnieuw gemaakt: ${filed} van ${of} verkopen. Er is geen verkoop kwijt en afrekenen gaat gewoon door.`,
  unreadable: (numbers) =>
    `Niet getoond: verkoop ${numbers}. Een nieuwere versie van Countersign heeft die geschreven. Installeer die versie weer; er is niets kwijt.`,
};
