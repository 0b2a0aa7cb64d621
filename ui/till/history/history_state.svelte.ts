// The list of sales: what is looked for, and as much of it as was read from the books so far.
//
// The books tell how a sale stands by its rows. What the till has told since, or knows besides, stands in its place.
import type { AmountRefused } from '../../shared/bindings/AmountRefused';
import type { BooksPage } from '../../shared/bindings/BooksPage';
import type { SaleView } from '../../shared/bindings/SaleView';
import type { Wanted } from '../../shared/bindings/Wanted';
import type { TillCore } from '../../shared/core';
import { uiError, type UiError } from '../../shared/told';
import { words } from '../../words/now.svelte';
import type { TillState } from '../till_state.svelte';
import { ListSaving } from './list_saving.svelte';
import { wrongAmount } from './wrong_amount';
import { toggled, understand, type Filter } from './understood';

/** After a sale has changed the list waits so long for others that change with it, milliseconds. */
const SETTLES = 300;
/** An answer that takes longer is said to be on its way, milliseconds. */
const SLOW = 400;
/** So long nothing was typed when the count is said to who cannot see it, milliseconds. */
const PAUSE = 700;
/** So often a question that was overtaken is asked again, although none came after it. */
const MOST_AGAIN = 3;

/** The list of sales. */
export class HistoryState {
  /** As it is typed. */
  text = $state('');
  oldestFirst = $state(false);
  /** Why the last question has no answer. */
  failed = $state<UiError | null>(null);
  /** An answer is on its way for which nothing stands on the screen yet. */
  waits = $state(false);
  /** It takes long. */
  isSlow = $state(false);
  /** How many fit, once nothing more was typed. */
  countToSay = $state<number | null>(null);
  /** Where nothing fits: why the amount that is looked for is none. */
  wrongAmount = $state.raw<AmountRefused | null>(null);

  /** The list as a file. */
  readonly saving: ListSaving;

  #core: TillCore;
  #till: TillState;
  /** The sale that staff have chosen, as it stood when it was in the list last; null while none is. */
  #chosen = $state.raw<SaleView | null>(null);
  #rows = $state.raw<readonly SaleView[]>([]);
  #pressing = $state.raw<readonly SaleView[]>([]);
  #unreadable = $state.raw<readonly number[]>([]);
  #next = $state<number | null>(null);
  #count = $state<number | null>(null);
  /** Questions so far: an answer to an earlier one is not shown. */
  #asked = 0;
  /** What is to be read of the list that stands there, one after the other: each rests on what the one before has left. */
  #firstIsDue = false;
  #moreIsDue = false;
  #reading: 'first' | 'more' | null = null;
  /** What stands beyond the first page is not to be kept when that is read again. */
  #wholeIsDue = false;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #slow: ReturnType<typeof setTimeout> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

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

  /**
   * The sale that stands beside the list. One that staff have chosen stays, also when it leaves the list: they may be watching what
   * becomes of it, or acting on it.
   */
  get open(): SaleView | null {
    return this.#chosen === null ? (this.listed[0] ?? null) : this.#newest(this.#kept(this.#chosen));
  }

  /** It is one that staff have seen and can mean: the first one is another while an answer is on its way. */
  get isSettled(): boolean {
    return this.#chosen !== null || !this.waits;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get filters(): ReadonlySet<Filter> {
    return understand(this.text, words().finding, this.#typed()).filters;
  }

  /** Looks for what is typed now. */
  async find(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.#wait();
    try {
      const page = await this.#ask(null);
      if (asked !== this.#asked) return;
      this.#show(page, page.sales, page.unreadable);
      this.#next = page.next;
      void this.#readAmount(page, asked);
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.#showNothing();
      this.failed = uiError(thrown, this.#till);
    }
    this.#moreIsDue = false;
    this.#endWait();
    void this.#readDue();
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    // An answer that is on its way has a next page of its own.
    if (this.#next === null || this.waits || this.#reading === 'more') return;
    this.#moreIsDue = true;
    await this.#readDue();
  }

  choose(sale: SaleView): void {
    this.#chosen = sale;
    this.#know();
  }

  /** What can be done with the sale beside the list, the till tells. */
  #know(): void {
    if (this.open !== null) void this.#till.know(this.open.sale_id);
  }

  type(text: string): void {
    this.text = text;
    this.#chosen = null;
    void this.find();
  }

  toggle(filter: Filter): void {
    this.type(toggled(this.text, filter, words().finding, this.#typed()));
  }

  turn(): void {
    this.oldestFirst = !this.oldestFirst;
    void this.find();
  }

  /**
   * A sale has changed, or is new, or more are in the books: the first page is read again, and what was read beyond it stays. `whole`:
   * there may be others among those.
   */
  hear(whole = false): void {
    if (this.#till.screen !== 'history') return;
    this.#wholeIsDue ||= whole;
    // The first one's time counts: many that follow each other closely do not put it off.
    if (this.#settling !== undefined) return;
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      this.#firstIsDue = true;
      void this.#readDue();
    }, SETTLES);
  }

  /** Another till's sales are looked at from now on. */
  forget(): void {
    this.#asked += 1;
    this.text = '';
    this.#chosen = null;
    this.#showNothing();
    this.#endWait();
    this.saving.forget();
    if (this.#till.screen === 'history') void this.find();
  }

  #wait(): void {
    this.waits = true;
    clearTimeout(this.#slow);
    clearTimeout(this.#pause);
    this.#slow = setTimeout(() => {
      this.isSlow = true;
    }, SLOW);
  }

  #endWait(): void {
    this.waits = false;
    this.isSlow = false;
    clearTimeout(this.#slow);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.countToSay = this.#count;
    }, PAUSE);
  }

  /** Asks the books. A question that came before may have reached them after this one, which is then asked again. */
  async #ask(past: number | null): Promise<BooksPage> {
    const asked = this.#asked;
    for (let again = 0; ; again += 1) {
      try {
        return await this.#core.findSales(this.wanted(), past);
      } catch (thrown) {
        const { fact } = uiError(thrown, this.#till);
        const isOvertaken = fact?.fact === 'books_not_read' && fact.why === 'overtaken';
        if (!isOvertaken || again === MOST_AGAIN || asked !== this.#asked) throw thrown;
      }
    }
  }

  /** Reads what is due of the list that stands there. What becomes due meanwhile comes after it. */
  async #readDue(): Promise<void> {
    if (this.#reading !== null) return;
    while (!this.waits && (this.#firstIsDue || this.#moreIsDue)) {
      this.#reading = this.#firstIsDue ? 'first' : 'more';
      await (this.#reading === 'first' ? this.#readFirst() : this.#readMore());
      this.#reading = null;
    }
  }

  async #readFirst(): Promise<void> {
    const asked = this.#asked;
    const whole = this.#wholeIsDue;
    this.#firstIsDue = false;
    this.#wholeIsDue = false;
    try {
      const page = await this.#ask(null);
      if (asked !== this.#asked) return;
      const last = page.next;
      // Between the new page and what stood there nothing may be left out.
      const [top] = this.#rows;
      const goesOn = !whole && last !== null && top !== undefined && !this.#isPast(top.number, last);
      const isBeyond = (number: number): boolean => goesOn && this.#isPast(number, last);
      const beyond = this.#rows.filter(({ number }) => isBeyond(number));
      if (beyond.length === 0) {
        this.#next = last;
        // Who had read on finds something there all the same.
        this.#moreIsDue ||= last !== null && this.#rows.length > page.sales.length;
      }
      this.#show(page, [...page.sales, ...beyond], [...page.unreadable, ...this.#unreadable.filter(isBeyond)]);
      this.countToSay = page.count;
    } catch {
      // What stands there is from before, and the next change tries again.
      this.#wholeIsDue ||= whole;
    }
  }

  async #readMore(): Promise<void> {
    const asked = this.#asked;
    const past = this.#next;
    this.#moreIsDue = false;
    if (past === null) return;
    try {
      const page = await this.#ask(past);
      if (asked !== this.#asked) return;
      this.#rows = [...this.#rows, ...page.sales];
      this.#unreadable = [...this.#unreadable, ...page.unreadable];
      this.#next = page.next;
      this.failed = null;
    } catch (thrown) {
      if (asked === this.#asked) this.failed = uiError(thrown, this.#till);
    }
  }

  #isPast(number: number, last: number): boolean {
    return this.oldestFirst ? number > last : number < last;
  }

  #show(page: BooksPage, rows: readonly SaleView[], unreadable: readonly number[]): void {
    if (this.#chosen !== null) this.#chosen = this.#kept(this.#chosen);
    this.#pressing = page.pressing;
    this.#rows = rows;
    this.#unreadable = unreadable;
    this.#count = page.count;
    this.failed = null;
    this.wrongAmount = null;
    this.#know();
  }

  /** What stood there is no answer to what is asked now. */
  #showNothing(): void {
    if (this.#chosen !== null) this.#chosen = this.#kept(this.#chosen);
    this.#pressing = [];
    this.#rows = [];
    this.#unreadable = [];
    this.#next = null;
    this.#count = null;
    this.failed = null;
    this.wrongAmount = null;
  }

  /** Where nothing fits, why: an amount may be typed that is none. */
  async #readAmount(page: BooksPage, asked: number): Promise<void> {
    if (page.sales.length + page.pressing.length + page.unreadable.length > 0) return;
    const wrong = await wrongAmount(this.text, words().finding, this.#typed(), (text) => this.#core.price(text));
    if (asked === this.#asked && this.listed.length === 0) this.wrongAmount = wrong;
  }

  /** How it was typed. */
  #typed() {
    const { locale, currency } = this.#till.status?.preferences ?? { locale: 'en-GB', currency: 'GBP' };
    return { locale, currency, now_ms: this.#till.now_ms() };
  }

  /** What the list is of. */
  wanted(): Wanted {
    return { ...understand(this.text, words().finding, this.#typed()).wanted, oldest_first: this.oldestFirst };
  }

  /** The newest word of a sale among the list's and this one. */
  #kept(sale: SaleView): SaleView {
    const listed = [...this.#rows, ...this.#pressing].filter(({ sale_id }) => sale_id === sale.sale_id);
    return listed.reduce((newest, other) => (other.revision > newest.revision ? other : newest), sale);
  }

  #newest(sale: SaleView): SaleView {
    const told = this.#till.told(sale.sale_id);
    return told === null || told.revision < sale.revision ? sale : told;
  }
}
