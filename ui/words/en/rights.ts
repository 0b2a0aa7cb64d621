// English: what a restricted key must be allowed, as the Stripe Dashboard names it. The only place where it is written: the keys'
// form, the lines of a check and every sentence about a right that is missing take it from here.
import type { KeyRight } from '../../shared/bindings/KeyRight';
import type { ByName, RightNamed } from '../facts';

export const rights: ByName<KeyRight, RightNamed> = {
  payment_intents: { name: 'PaymentIntents: write', why: 'to take and cancel payments' },
  charges_and_refunds: { name: 'Charges and Refunds: write', why: 'to see what was charged, and to give it back' },
  disputes: { name: 'Disputes: read', why: 'to tell you when a customer disputes a payment' },
};

/** One of them, in a sentence. */
export const right = (which: KeyRight): string => `“${rights[which].name}”`;

/** All of them, in a sentence. */
export const allRights = new Intl.ListFormat('en-GB').format(Object.values(rights).map(({ name }) => `“${name}”`));
