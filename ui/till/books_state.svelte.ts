// What the main window knows of the comparison of the till's books with Stripe: the latest result, and one that is under way.
import type { ComparisonGap } from '../shared/bindings/ComparisonGap';
import type { ComparisonProgress } from '../shared/bindings/ComparisonProgress';
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
  /** How far the comparison is that staff have asked for, as the till told it last. */
  progress = $state<ComparisonProgress | null>(null);
  /** Staff ended the last comparison that they asked for. */
  stopped = $state(false);
  /** A payment is being taken in. */
  taking = $state<string | null>(null);
  refusal = $state<UiError | null>(null);

  /** This page waits for the result of a comparison. */
  #asked = $state(false);
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

  /** A comparison is under way that staff have asked for; this page, or one in its place before. */
  get comparing(): boolean {
    return this.#asked || this.progress !== null;
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
      const progress = await this.#core.comparing();
      if (era === this.#era) this.progress ??= progress;
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
    this.progress = null;
    this.stopped = false;
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
    this.#asked = true;
    this.stopped = false;
    this.refusal = null;
    try {
      const result = await this.#core.reconcile(span.from_ms, span.to_ms);
      if (era === this.#era) {
        this.stopped = result === null;
        this.result = result ?? this.result;
      }
    } catch (thrown) {
      if (era === this.#era) this.refusal = uiError(thrown, this.#writing);
    } finally {
      this.#asked = false;
      this.progress = null;
    }
  }

  /** Ends the comparison that is under way. What stood before it stays. */
  async stop(): Promise<void> {
    try {
      await this.#core.stopReconcile();
    } catch (thrown) {
      this.refusal = uiError(thrown, this.#writing);
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
