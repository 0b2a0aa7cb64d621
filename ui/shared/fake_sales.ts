// The sales of the fake core, and what is told of all of them: the books against Stripe, and the check of the till.
import type { AttemptOutcome } from './bindings/AttemptOutcome';
import type { BooksPage } from './bindings/BooksPage';
import type { CheckReport } from './bindings/CheckReport';
import type { ComparisonProgress } from './bindings/ComparisonProgress';
import type { DifferenceView } from './bindings/DifferenceView';
import type { ListForm } from './bindings/ListForm';
import type { MoneyView } from './bindings/MoneyView';
import type { ReconciliationView } from './bindings/ReconciliationView';
import type { SavedList } from './bindings/SavedList';
import type { SaleView } from './bindings/SaleView';
import type { SpanView } from './bindings/SpanView';
import type { StageView } from './bindings/StageView';
import type { TimelineRow } from './bindings/TimelineRow';
import type { Wanted } from './bindings/Wanted';
import type { Unsubscribe } from './core';
import { refused } from './fake_asked';
import { fakeReconciliation } from './fake_books';
import { FakeCheck } from './fake_check';
import { cardOf } from './fake_data';
import { fakeFind } from './fake_find';
import { FakeListing } from './fake_listing';
import { withRefundable } from './fake_refunds';
import { FakeSettings } from './fake_settings';
import { fakeTimeline } from './fake_timeline';
import { fakeTotals } from './fake_totals';
import { truth } from './truth';

/** A fake core as far as its sales go. */
export abstract class FakeSales extends FakeSettings {
  /** What a check tells, and how far it is. */
  readonly check = new FakeCheck();
  /** The list that is saved. */
  readonly listing = new FakeListing();
  /** Numbers of sales that cannot be read. */
  unreadable: number[] = [];
  /** What happened to a sale, where it is more than its view tells. */
  readonly timelines = new Map<string, TimelineRow[]>();
  /** A sale that is put is told to the main window. One that the books file again is not. */
  tellsOfSales = true;
  /** What the next comparison finds. */
  differences: DifferenceView[] = [];

  #reconciliation: ReconciliationView | null = null;
  #reconciliationHeard = new Set<(result: ReconciliationView) => void>();
  #comparing: ComparisonProgress | null = null;
  #comparingHeard = new Set<(progress: ComparisonProgress | null) => void>();
  #sales = new Map<string, SaleView>();
  #saleHeard = new Set<(sale: SaleView) => void>();

  // ---- The sales ----

  async recentSales(): Promise<SaleView[]> {
    await this.heard('recent_sales');
    const newestFirst = this.sales.sort((a, b) => b.number - a.number);
    return newestFirst.filter(({ standing, presses }, at) => at === 0 || standing !== 'over' || presses !== null);
  }

  async findSales(wanted: Wanted, past: number | null): Promise<BooksPage> {
    await this.heard('find_sales');
    return { ...fakeFind(this.sales, wanted, past), unreadable: this.unreadable };
  }

  async totals(edges_ms: readonly number[]): Promise<SpanView> {
    await this.heard('totals');
    return fakeTotals(this.sales, edges_ms, this.status.preferences.locale);
  }

  async saveList(wanted: Wanted, form: ListForm): Promise<SavedList | null> {
    await this.heard(`save_list ${form.form}`);
    return this.listing.save(this.sales, wanted, form);
  }
  async stopList(): Promise<void> {
    await this.heard('stop_list');
    this.listing.stop();
  }
  onListing(heard: (written: number) => void): Promise<Unsubscribe> {
    return Promise.resolve(this.listing.hear(heard));
  }

  async timeline(saleId: string): Promise<TimelineRow[]> {
    await this.heard(`timeline ${saleId}`);
    return this.timelines.get(saleId) ?? fakeTimeline(this.sale(saleId));
  }

  async readSale(saleId: string): Promise<SaleView> {
    await this.heard('read_sale');
    return this.sale(saleId);
  }

  onSale(heard: (sale: SaleView) => void): Promise<Unsubscribe> {
    this.#saleHeard.add(heard);
    return Promise.resolve(() => {
      this.#saleHeard.delete(heard);
    });
  }

  // ---- The books and the check ----

  async reconcile(from_ms: number, to_ms: number): Promise<ReconciliationView> {
    await this.heard('reconcile');
    return this.putReconciliation(fakeReconciliation(this.sales, this.differences, { from_ms, to_ms }, this.status.preferences));
  }

  async stopReconcile(): Promise<void> {
    await this.heard('stop_reconcile');
  }

  async comparing(): Promise<ComparisonProgress | null> {
    await this.heard('comparing');
    return this.#comparing;
  }

  onComparing(heard: (progress: ComparisonProgress | null) => void): Promise<Unsubscribe> {
    this.#comparingHeard.add(heard);
    return Promise.resolve(() => {
      this.#comparingHeard.delete(heard);
    });
  }

  async reconciliation(): Promise<ReconciliationView | null> {
    await this.heard('reconciliation');
    return this.#reconciliation;
  }

  onReconciliation(heard: (result: ReconciliationView) => void): Promise<Unsubscribe> {
    this.#reconciliationHeard.add(heard);
    return Promise.resolve(() => {
      this.#reconciliationHeard.delete(heard);
    });
  }

  async takeIn(paymentIntent: string): Promise<SaleView> {
    await this.heard(`take_in ${paymentIntent}`);
    const missing = this.differences.find((difference) => difference.payment_intent === paymentIntent);
    if (missing?.money === undefined || missing.money === null) throw refused({ code: 'not_now', why: 'not_this_tills' });
    this.differences = this.differences.filter((difference) => difference !== missing);
    const receipt = {
      at_ms: Date.now(),
      card: cardOf('4242424242424242'),
      authorization_code: null,
      authenticated: false,
      payment_intent: paymentIntent,
    };
    return this.put(this.draft(missing.money, { kind: 'approved', receipt }, { payment_intent: paymentIntent }));
  }

  async checkTill(): Promise<void> {
    await this.heard('check_till');
    this.check.start();
  }
  async stopCheck(): Promise<void> {
    await this.heard('stop_check');
    this.check.stop();
  }
  async checkReport(): Promise<CheckReport | null> {
    await this.heard('check_report');
    return this.check.report;
  }
  onCheck(heard: (report: CheckReport | null) => void): Promise<Unsubscribe> {
    return Promise.resolve(this.check.hear(heard));
  }

  // ---- For tests and development ----

  /** A sale that nobody has put yet. */
  draft(money: MoneyView, stage: StageView, more: Partial<SaleView> = {}): SaleView {
    const number = this.#sales.size + 1;
    return {
      sale_id: crypto.randomUUID(),
      number,
      money,
      reference: null,
      note: null,
      opened_at_ms: Date.now(),
      revision: 0,
      stage,
      attempts: [],
      payment_intent: null,
      refunds: [],
      refundable: null,
      disputes: [],
      unasked: null,
      taken: null,
      oddities: [],
      standing: 'in_hand',
      may_turn_out_paid: false,
      presses: null,
      call_in_flight: false,
      actions: [],
      ...more,
    };
  }

  /**
   * Stores a sale, counts its revision and tells the main window. What follows from how it stands is what the till says of a
   * sale in that situation.
   */
  put(sale: SaleView, named?: string): SaleView {
    const now = withRefundable(sale, this.status.preferences);
    const next = { ...now, ...truth(now, named), revision: (this.#sales.get(sale.sale_id)?.revision ?? sale.revision) + 1 };
    this.#sales.set(next.sale_id, next);
    if (this.tellsOfSales) for (const heard of this.#saleHeard) heard(next);
    return next;
  }

  /** Keeps a result of a comparison and tells the main window. */
  putReconciliation(result: ReconciliationView): ReconciliationView {
    this.#reconciliation = result;
    for (const heard of this.#reconciliationHeard) heard(result);
    return result;
  }

  /** A comparison is so far, or over. */
  putComparing(progress: ComparisonProgress | null): void {
    this.#comparing = progress;
    for (const heard of this.#comparingHeard) heard(progress);
  }

  protected get sales(): SaleView[] {
    return [...this.#sales.values()];
  }

  protected known(saleId: string): SaleView | undefined {
    return this.#sales.get(saleId);
  }

  protected sale(saleId: string): SaleView {
    const sale = this.#sales.get(saleId);
    if (sale === undefined) throw refused({ code: 'unknown_sale' });
    return sale;
  }

  protected change(saleId: string, stage: StageView, outcome?: AttemptOutcome): void {
    const sale = this.sale(saleId);
    const attempts =
      outcome === undefined
        ? sale.attempts
        : sale.attempts.map((attempt, at) => (at === sale.attempts.length - 1 ? { ...attempt, outcome } : attempt));
    this.put({ ...sale, stage, attempts });
  }

  protected putAnotherInForce(): void {
    this.#sales.clear();
    this.#reconciliation = null;
    this.#comparing = null;
    this.check.forget();
  }
}
