// How often the card field is tried again by itself, and when trying again in this page has no sense any more.

/** The pauses between tries, milliseconds: each longer than the one before, so that an outage of an hour is not a storm. */
export const PAUSES_MS: readonly number[] = [4_000, 8_000, 15_000, 30_000];

/** The pause after so many failed tries. */
export function pauseAfter(failures: number): number {
  return PAUSES_MS[Math.min(Math.max(failures, 1), PAUSES_MS.length) - 1] ?? 30_000;
}

/**
 * True when the Element has been tried so often on one Stripe that the fault may be in Stripe's own hidden frame. A second
 * Stripe in the same page would leave the first one's frame there for good, so the page is loaded afresh instead.
 */
export function pageIsWornOut(failures: number): boolean {
  return failures > PAUSES_MS.length;
}
