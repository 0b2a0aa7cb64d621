// What the main window knows of the comparison of the till's books with Stripe: the latest result, and one that is under way.
import type { ComparisonGap } from '../shared/bindings/ComparisonGap';
import type { DifferenceView } from '../shared/bindings/DifferenceView';
import type { ReconciliationView } from '../shared/bindings/ReconciliationView';
import type { SaleView } from '../shared/bindings/SaleView';
import type { TillCore } from '../shared/core';
import { uiError, type UiError } from '../shared/told';
import type { Writing } from '../words/facts';
import type { Span } from './reconcile/spans';

/** The books against Stripe. */
export class BooksState {
  result = $state<ReconciliationView | null>(null);
  /** Stripe is being asked. */
  comparing = $state(false);
  /** A payment is being taken in. */
  taking = $state<string | null>(null);
  refusal = $state<UiError | null>(null);

  #core: TillCore;
  #writing: Writing;
  /** Staff have seen the notice about this result and want to go on. */
  #putOff = $state<number | null>(null);
  /** Results of another mode are not this one's. */
  #era = 0;

  /** `writing` is read when something is to be said. */
  constructor(core: TillCore, writing: Writing) {
    this.#core = core;
    this.#writing = writing;
  }

  /** What is still to be done about. */
  get toLookAt(): DifferenceView[] {
    return this.result?.differences.filter((difference) => !difference.put_right) ?? [];
  }

  /** True while the main window should say that there is something to look at. */
  get presses(): boolean {
    return this.result !== null && this.toLookAt.length > 0 && this.#putOff !== this.result.at_ms;
  }

  /** What the comparison left out because it is not certain which till this is: said on every screen, until it is put off. */
  get whichTill(): ComparisonGap[] {
    if (this.result === null || this.#putOff === this.result.at_ms) return [];
    return this.result.gaps.filter((gap) => gap.kind === 'other_tills_before' || gap.kind === 'id_in_use_elsewhere');
  }

  hear(result: ReconciliationView | null): void {
    // A result of before may come last.
    if (result !== null && this.result !== null && result.at_ms < this.result.at_ms) return;
    this.result = result;
  }

  /** Reads what the till has found by itself. */
  async refresh(): Promise<void> {
    const era = this.#era;
    try {
      const result = await this.#core.reconciliation();
      if (era === this.#era) this.hear(result ?? this.result);
    } catch {
      // Nobody asked for it: the till says it again when it has compared.
    }
  }

  /** Another mode: nothing of the old one stays. */
  forget(): void {
    this.#era += 1;
    this.result = null;
    this.refusal = null;
    this.#putOff = null;
  }

  /** Says no more about this result until there is another. */
  putOff(): void {
    this.#putOff = this.result?.at_ms ?? null;
  }

  /** Compares a span of time. A second press while one is under way does nothing. */
  async compare(span: Span): Promise<void> {
    if (this.comparing) return;
    const era = this.#era;
    this.comparing = true;
    this.refusal = null;
    try {
      const result = await this.#core.reconcile(span.from_ms, span.to_ms);
      if (era === this.#era) this.result = result;
    } catch (thrown) {
      if (era === this.#era) this.refusal = uiError(thrown, this.#writing);
    } finally {
      this.comparing = false;
    }
  }

  /** Takes a payment into the books, and compares the same span again: what is shown then is what is so. */
  async takeIn(paymentIntent: string, taken: (sale: SaleView) => void): Promise<void> {
    if (this.taking !== null || this.comparing) return;
    this.taking = paymentIntent;
    this.refusal = null;
    try {
      taken(await this.#core.takeIn(paymentIntent));
      if (this.result !== null) await this.compare(this.result);
    } catch (thrown) {
      this.refusal = uiError(thrown, this.#writing);
    } finally {
      this.taking = null;
    }
  }
}
