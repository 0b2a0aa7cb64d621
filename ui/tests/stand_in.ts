// The stand-in for Stripe.js in the page of the tests: what it reads and writes, and that nothing of the test before is left of it.
import type { BankAnswer } from '../shared/fake_core';

/** What the stand-in for Stripe.js reads and writes. */
export interface StandIn {
  Stripe?: unknown;
  countersignFakeBank?: Map<string, BankAnswer>;
  countersignStripeLog?: string[];
  countersignRealStripe?: boolean;
  countersignStripeDelay?: number;
  countersignChallengeThrows?: boolean;
  countersignChallengeHangs?: boolean;
  countersignFieldFails?: boolean;
  countersignNoCursor?: boolean;
}
export const standIn = window as StandIn;

const NAMES: { readonly [Name in keyof Required<StandIn>]: null } = {
  Stripe: null,
  countersignFakeBank: null,
  countersignStripeLog: null,
  countersignRealStripe: null,
  countersignStripeDelay: null,
  countersignChallengeThrows: null,
  countersignChallengeHangs: null,
  countersignFieldFails: null,
  countersignNoCursor: null,
};

/** Takes away what a test before has left: what it set, a bank’s page that is open, the hidden frames of its Stripe. */
export function forgetStandIn(): void {
  for (const name of Object.keys(NAMES)) Reflect.deleteProperty(standIn, name);
  for (const left of document.querySelectorAll('.stand-in-overlay, iframe[name^="__privateStripeController"]')) left.remove();
  // The page is in a frame of the test runner; without the focus it waits for it.
  window.focus();
}

/** What the bank says of a client secret, as it was answered on the stand-in’s page. */
export const bankOfStandIn = (clientSecret: string): BankAnswer => standIn.countersignFakeBank?.get(clientSecret) ?? 'open';
