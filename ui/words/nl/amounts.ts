// Nederlands: wat er als bedrag is getypt, en waarom het er geen is.
import type { AmountRefused } from '../../shared/bindings/AmountRefused';
import { say, type WordsFor } from '../facts';
import type { Words } from '../now.svelte';

const refused: WordsFor<AmountRefused, void, 'why'> = {
  empty: () => 'Typ het bedrag dat je wilt afrekenen.',
  not_a_number: ({ example }) => `Typ het bedrag in cijfers, zoals ${example}.`,
  two_ways: ({ example }) => `Dit bedrag is op twee manieren te lezen. Schrijf het zoals ${example}.`,
  too_many_decimals: ({ code, decimals }) =>
    decimals === 0
      ? `${code} heeft geen kleinere eenheid. Typ alleen hele ${code}.`
      : `${code} heeft ${String(decimals)} decimalen. Typ er niet meer.`,
  not_a_multiple: ({ code }) => `Met een pas kan alleen in stappen van 0,010 ${code} worden afgerekend. De laatste decimaal moet 0 zijn.`,
  zero: () => 'Het bedrag is nul. Typ wat de klant betaalt.',
  nothing_back: () => 'Het bedrag is nul. Typ wat de klant terugkrijgt.',
  nothing_left: () => 'Van deze betaling kan nu niets worden terugbetaald.',
  more_than_left: ({ left }) => `Van deze betaling kan niet meer dan ${left} worden terugbetaald.`,
  too_small: ({ minimum }) => `Minder dan ${minimum} kan niet met een pas worden afgerekend.`,
  too_large: ({ maximum }) => `Meer dan ${maximum} kan niet in één keer worden afgerekend. Controleer het bedrag.`,
};

export const amounts: Words['amounts'] = {
  refused: (told) => say(refused, told, undefined, 'why'),
};
