// Nederlands: wat een beperkte sleutel moet mogen, zoals het Stripe-dashboard het noemt. Alleen hier opgeschreven; zie de Engelse.
import type { KeyRight } from '../../shared/bindings/KeyRight';
import type { ByName, RightNamed } from '../facts';

export const rights: ByName<KeyRight, RightNamed> = {
  payment_intents: { name: 'PaymentIntents: write', why: 'om betalingen te doen en te annuleren' },
  charges_and_refunds: { name: 'Charges and Refunds: write', why: 'om te zien wat is afgeschreven en het terug te betalen' },
  disputes: { name: 'Disputes: read', why: 'om te melden dat een klant een betaling betwist' },
};

/** Eén ervan, in een zin. */
export const right = (which: KeyRight): string => `“${rights[which].name}”`;

/** Allemaal, in een zin. */
export const allRights = new Intl.ListFormat('nl').format(Object.values(rights).map(({ name }) => `“${name}”`));
