// The part of Stripe.js that this page uses. Types only: the code itself comes from Stripe's host at run time, or from the
// simulator in training.
import type { Stripe, StripeCardElement } from '@stripe/stripe-js';

/** What a palette card is filled in with. */
export interface TestCardFill {
  number: string;
  /** `MM/YY` */
  exp: string;
  cvc: string;
  postal: string;
}

/** The card Element. `fillTestCard` exists in training only; Stripe's own has no such method. */
export type CardElement = StripeCardElement & { fillTestCard?: (card: TestCardFill) => Promise<void> };

/** `window.Stripe`, once loaded. */
export type StripeMaker = (publishableKey: string, options: { locale: string }) => Stripe;

/** What the script has put on the window, if it has loaded. */
export function stripeMaker(): StripeMaker | undefined {
  return (window as { Stripe?: StripeMaker }).Stripe;
}
