// Why a search for an amount finds nothing: what is typed may be none where the shop is, and the amount field would refuse it.
import type { AmountRefused } from '../../shared/bindings/AmountRefused';
import type { Priced } from '../../shared/bindings/Priced';
import type { Words } from '../../words/now.svelte';
import { looksLikeAmount } from './amount_typed';
import { pieces } from './pieces';
import { understand, type Typed } from './understood';

/** Why a figure cannot be read. A bound may be less or more than a card can be charged. */
const UNREADABLE: readonly AmountRefused['why'][] = ['not_a_number', 'two_ways', 'too_many_decimals'];

/**
 * What the amount that is looked for is refused with, alone or as a bound; null: it is one, or no amount is looked for. `price` asks
 * the till, whose silence tells nothing.
 */
export async function wrongAmount(
  text: string,
  finding: Words['finding'],
  typed: Typed,
  price: (text: string) => Promise<Priced>,
): Promise<AmountRefused | null> {
  const { over, under } = understand(text, finding, typed).wanted;
  const refused = async (amount: string): Promise<AmountRefused | null> => {
    const priced = await price(amount).catch(() => null);
    return priced?.kind === 'refused' ? priced.refused : null;
  };
  if (looksLikeAmount(pieces(text), typed)) {
    const wrong = await refused(text);
    // Of zero the amount field says to type what the customer pays: that is no answer to a search.
    return wrong?.why === 'zero' ? null : wrong;
  }
  for (const bound of [over, under]) {
    const wrong = bound === null ? null : await refused(bound);
    if (wrong !== null && UNREADABLE.includes(wrong.why)) return wrong;
  }
  return null;
}
