// The list of sales: what is looked for, and as much of it as was read from the books so far.
//
// The books tell how a sale stands by its rows. What the till has told since, or knows besides, stands in its place.
import type { BooksPage } from '../../shared/bindings/BooksPage';
import type { SaleView } from '../../shared/bindings/SaleView';
import type { Wanted } from '../../shared/bindings/Wanted';
import type { TillCore } from '../../shared/core';
import { uiError, type UiError } from '../../shared/told';
import { words } from '../../words/now.svelte';
import type { TillState } from '../till_state.svelte';
import { ListSaving } from './list_saving.svelte';
import { toggled, understand, type Filter } from './understood';

/** After a sale has changed the list waits so long for others that change with it, milliseconds. */
const SETTLES = 300;

/** The list of sales. */
export class HistoryState {
  /** As it is typed. */
  text = $state('');
  oldestFirst = $state(false);
  /** Why the last question has no answer. */
  failed = $state<UiError | null>(null);
  /** The sale that staff have chosen; null while none is: then the first one stands beside the list. */
  chosenId = $state<string | null>(null);
  /** Staff are about to act on the sale that they have chosen: none takes its place, whatever is listed meanwhile. */
  isHeld = $state(false);
  /** An answer is on its way for which nothing stands on the screen yet. */
  waits = $state(false);

  /** The list as a file. */
  readonly saving: ListSaving;

  #core: TillCore;
  #till: TillState;
  #rows = $state.raw<readonly SaleView[]>([]);
  #pressing = $state.raw<readonly SaleView[]>([]);
  #unreadable = $state.raw<readonly number[]>([]);
  #next = $state<number | null>(null);
  #count = $state<number | null>(null);
  /** Questions so far: an answer to an earlier one is not shown. */
  #asked = 0;
  #reading = false;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(core: TillCore, till: TillState) {
    this.#core = core;
    this.#till = till;
    this.saving = new ListSaving(core, till);
  }

  /** What presses, however old it is. */
  get pressing(): SaleView[] {
    return this.#pressing.map((sale) => this.#newest(sale)).filter((sale) => sale.presses !== null);
  }

  /** The others, in the order that was asked for. */
  get rows(): SaleView[] {
    const above = this.pressing.map(({ sale_id }) => sale_id);
    return this.#rows.filter(({ sale_id }) => !above.includes(sale_id)).map((sale) => this.#newest(sale));
  }

  /** Numbers of sales that this version cannot read. */
  get unreadable(): readonly number[] {
    return this.#unreadable;
  }

  /** How many fit; a hundred and one where there are more than a hundred. Null before the first answer. */
  get count(): number | null {
    return this.#count;
  }

  /** All that stands in the list, from its top. */
  get listed(): SaleView[] {
    return [...this.pressing, ...this.rows];
  }

  /** The sale that stands beside the list. */
  get open(): SaleView | null {
    const { listed } = this;
    const chosen = listed.find(({ sale_id }) => sale_id === this.chosenId);
    const held = this.isHeld && this.chosenId !== null ? this.#till.told(this.chosenId) : null;
    return chosen ?? held ?? listed[0] ?? null;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get filters(): ReadonlySet<Filter> {
    return understand(this.text, words().finding, 0).filters;
  }

  /** Looks for what is typed now. */
  async find(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.waits = true;
    try {
      const page = await this.#core.findSales(this.wanted(), null);
      if (asked !== this.#asked) return;
      this.failed = null;
      this.#show(page, page.sales);
      this.#unreadable = page.unreadable;
      this.#next = page.next;
      this.#know();
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.failed = uiError(thrown, this.#till);
    }
    this.waits = false;
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    const past = this.#next;
    // One question at a time: the core answers the latest alone.
    if (past === null || this.#reading || this.waits) return;
    const asked = this.#asked;
    this.#reading = true;
    try {
      const page = await this.#core.findSales(this.wanted(), past);
      if (asked !== this.#asked) return;
      this.#rows = [...this.#rows, ...page.sales];
      this.#unreadable = [...this.#unreadable, ...page.unreadable];
      this.#next = page.next;
    } catch (thrown) {
      if (asked === this.#asked) this.failed = uiError(thrown, this.#till);
    } finally {
      this.#reading = false;
    }
  }

  choose(saleId: string): void {
    this.chosenId = saleId;
    this.isHeld = false;
    this.#know();
  }

  /** What can be done with the sale beside the list, the till tells. */
  #know(): void {
    if (this.open !== null) void this.#till.know(this.open.sale_id);
  }

  type(text: string): void {
    this.text = text;
    void this.find();
  }

  toggle(filter: Filter): void {
    this.type(toggled(this.text, filter, words().finding));
  }

  turn(): void {
    this.oldestFirst = !this.oldestFirst;
    void this.find();
  }

  /** A sale has changed, or is new: the first page is read again, and what was read beyond it stays. */
  hear(): void {
    if (this.#count === null || this.#till.screen !== 'history') return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#refresh(), SETTLES);
  }

  /** Another till's sales are looked at from now on. */
  forget(): void {
    this.#asked += 1;
    this.text = '';
    this.chosenId = null;
    this.isHeld = false;
    this.#rows = [];
    this.#pressing = [];
    this.#unreadable = [];
    this.#next = null;
    this.#count = null;
    this.failed = null;
    this.saving.forget();
    if (this.#till.screen === 'history') void this.find();
  }

  async #refresh(): Promise<void> {
    if (this.waits) return;
    if (this.#reading) {
      this.hear();
      return;
    }
    const asked = this.#asked;
    try {
      const page = await this.#core.findSales(this.wanted(), null);
      if (asked !== this.#asked) return;
      const last = page.next;
      const beyond = last === null ? [] : this.#rows.filter(({ number }) => this.#isPast(number, last));
      this.#show(page, [...page.sales, ...beyond]);
      if (beyond.length === 0) this.#next = page.next;
    } catch {
      // What stands there is from before, and the next change tries again.
    }
  }

  #isPast(number: number, last: number): boolean {
    return this.oldestFirst ? number > last : number < last;
  }

  #show(page: BooksPage, rows: readonly SaleView[]): void {
    this.#pressing = page.pressing;
    this.#rows = rows;
    this.#count = page.count;
  }

  /** What the list is of. */
  wanted(): Wanted {
    return { ...understand(this.text, words().finding, this.#till.now_ms()).wanted, oldest_first: this.oldestFirst };
  }

  #newest(sale: SaleView): SaleView {
    const told = this.#till.told(sale.sale_id);
    return told === null || told.revision < sale.revision ? sale : told;
  }
}
