// What the main window knows: the till's status, the recent sales, and which one is on screen.
//
// The core decides everything about money; this only keeps the newest word it has heard and passes staff's wishes on.
import { SvelteMap } from 'svelte/reactivity';
import type { Action } from '../shared/bindings/Action';
import type { Mode } from '../shared/bindings/Mode';
import type { PaymentWindowCovers } from '../shared/bindings/PaymentWindowCovers';
import type { SaleView } from '../shared/bindings/SaleView';
import type { TillStatus } from '../shared/bindings/TillStatus';
import type { OrderTyped, TillCore, Unsubscribe } from '../shared/core';
import { uiError, type UiError } from '../shared/told';
import { applyTheme } from '../shared/theme';
import { minutesLeft, secondOfDay } from '../shared/time';
import { unreachable } from '../shared/unreachable';
import type { Clock } from '../words/facts';
import { setLanguage } from '../words/now.svelte';
import { BooksState } from './books_state.svelte';
import { CheckState } from './check/check_state.svelte';
import { HistoryState } from './history/history_state.svelte';
import { PreferencesState } from './settings/preferences_state.svelte';
import type { Room } from './settings/rooms';
import { canBeLeft, chargedUnasked, firstToAttend, newestFirst, othersToAttend } from './unfinished';

/** The main window's screens. */
export type Screen = 'sale' | 'history' | 'reconcile' | 'totals' | 'settings';

/** What staff are before: when it changes, a key that was pressed for what stood there must not act on what stands there now. */
export function stepOf(sale: SaleView): string {
  return `${sale.stage.kind} ${sale.actions.join(' ')} ${sale.refunds.map((refund) => refund.state).join(' ')}`;
}

/** The main window's state. Create one, `start()` it, and `stop()` it when the window goes. */
export class TillState {
  readonly core: TillCore;
  /** The books against Stripe. */
  readonly books: BooksState;
  /** The list of sales. */
  readonly history: HistoryState;
  /** "Check this till". */
  readonly check: CheckState;
  /** The preferences as they are changed. */
  readonly preferences: PreferencesState;
  status = $state<TillStatus | null>(null);
  screen = $state<Screen>('sale');
  /** The room of the settings that stands beside their list. */
  room = $state<Room>('shop');
  /** The keys belong to that room, and not to the list. */
  inRoom = $state(false);
  /** How often a room was opened: each time it is to be seen before anything in it can be meant by a press. */
  timesOpened = $state(0);
  /** The sale on the Sale screen; null while an amount is typed. */
  shownId = $state<string | null>(null);
  /** What the last command was refused with. */
  refusal = $state<UiError | null>(null);
  /** The till cannot be reached at all. */
  unreachableTill = $state<UiError | null>(null);
  /** What trying to open the till again was refused with. */
  retryRefusal = $state<UiError | null>(null);
  /** The till is being opened again. */
  retrying = $state(false);
  /** What the payment window covers of this one. */
  covers = $state<PaymentWindowCovers>('nothing');
  /** Staff are at this window: the keys go here. */
  inFront = $state(document.hasFocus());
  /** A command is on its way. */
  busy = $state(false);

  #sales = new SvelteMap<string, SaleView>();
  /** Of which mode the recent sales have been read. */
  #salesRead = $state<Mode | null>(null);
  #clockAhead_ms = $state(0);
  #unsubscribe: Unsubscribe[] = [];
  /** Who does something when a sale or the status has been told. Never drawn. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #told = new Set<() => void>();

  constructor(core: TillCore) {
    this.core = core;
    this.books = new BooksState(core, this);
    this.history = new HistoryState(core, this);
    this.check = new CheckState(core, this);
    this.preferences = new PreferencesState(core, this);
  }

  /** Subscribes first and asks then, so that no change falls between. */
  async start(): Promise<void> {
    try {
      this.#unsubscribe.push(
        await this.core.onSale((sale) => {
          this.hear(sale);
        }),
        await this.core.onStatus((status) => {
          this.hearStatus(status);
        }),
        await this.core.onPaymentWindow((covers) => {
          this.covers = covers;
        }),
        await this.core.onCheck((report) => {
          this.check.hear(report);
        }),
        await this.core.onListing((written) => {
          this.history.saving.hear(written);
        }),
        await this.core.onReconciliation((result) => {
          this.books.hear(result);
        }),
        await this.core.onComparing((progress) => {
          this.books.progress = progress;
        }),
      );
      this.hearStatus(await this.core.tillStatus());
      await this.refresh();
      if (this.shownId === null) await this.#goOn();
      this.unreachableTill = null;
      void this.books.refresh();
      void this.check.refresh();
    } catch (thrown) {
      this.unreachableTill = uiError(thrown, this);
    }
  }

  stop(): void {
    for (const end of this.#unsubscribe.splice(0)) end();
  }

  get sales(): SaleView[] {
    return [...this.#sales.values()];
  }
  /** A sale as the till told it last; null where it did not in this run. */
  told(saleId: string): SaleView | null {
    return this.#sales.get(saleId) ?? null;
  }

  /** Asks the till how a sale stands that it has not told of yet. Where it does not answer, the books stand. */
  async know(saleId: string): Promise<void> {
    if (this.#sales.has(saleId)) return;
    const mode = this.status?.mode;
    const sale = await this.core.readSale(saleId).catch(() => null);
    if (sale !== null && mode === this.status?.mode) this.#put(sale);
  }

  get shown(): SaleView | null {
    return this.shownId === null ? null : (this.#sales.get(this.shownId) ?? null);
  }
  get others(): SaleView[] {
    return othersToAttend(this.sales, this.shownId);
  }
  /** Customers who were charged although the sale was given up: said on every screen until somebody has decided. */
  get unasked(): SaleView[] {
    return newestFirst(this.sales.filter(chargedUnasked));
  }
  /**
   * What of this window is to be calm because the payment window is in front and covers it in part: nothing there may be
   * half-readable, nor be pressed unseen. Only beside a stage is there a side panel that it can stand over.
   */
  get calm(): PaymentWindowCovers {
    if (this.inFront || this.covers === 'nothing') return 'nothing';
    return this.screen === 'sale' && this.shown !== null ? this.covers : 'all';
  }
  /** True while not one live sale is in this till: the time to check it. */
  get beforeTheFirstLiveSale(): boolean {
    return this.status?.mode === 'live' && this.status.can_sell && this.#salesRead === 'live' && this.#sales.size === 0;
  }
  get locale(): string {
    return this.status?.preferences.locale ?? 'en-GB';
  }

  /** The till's clock now, milliseconds since 1970. Training has its own clock. */
  now_ms(): number {
    return Date.now() + this.#clockAhead_ms;
  }

  /** Stripe's time, as far as the till knows how far this computer's clock is from it: spans of the books are Stripe's. */
  stripeNow_ms(): number {
    const off =
      this.status?.problems
        .map((fact) => (fact.fact === 'clock_ahead' ? fact.minutes : fact.fact === 'clock_behind' ? -fact.minutes : 0))
        .find((minutes) => minutes !== 0) ?? 0;
    return this.now_ms() - off * 60_000;
  }

  /** The till's clock as sentences read it. */
  clock(now_ms: number): Clock {
    return { now_ms, at: (at_ms) => secondOfDay(at_ms, this.locale), left: minutesLeft };
  }

  hear(sale: SaleView): void {
    this.#put(sale);
    this.history.hear();
  }

  #put(sale: SaleView): void {
    const known = this.#sales.get(sale.sale_id);
    if (known !== undefined && known.revision > sale.revision) return;
    if (sale.sale_id === this.shownId && (known === undefined || stepOf(known) !== stepOf(sale))) this.refusal = null;
    this.#sales.set(sale.sale_id, sale);
    this.#tell();
  }

  /** Has this done each time a sale or the status has been told, once it stands here. */
  whenTold(heard: () => void): Unsubscribe {
    this.#told.add(heard);
    return () => {
      this.#told.delete(heard);
    };
  }

  #tell(): void {
    for (const heard of this.#told) heard();
  }

  hearStatus(status: TillStatus): void {
    const modeChanged = this.status !== null && this.status.mode !== status.mode;
    const filed = this.status?.books?.filed;
    // What was refused because the till could not sell is over with it.
    if (this.status?.can_sell === false && status.can_sell) this.refusal = null;
    this.status = status;
    this.covers = status.payment_window;
    this.#clockAhead_ms = status.now_ms - Date.now();
    applyTheme(status.preferences.theme);
    setLanguage(status.preferences.language);
    if (modeChanged) {
      this.#forgetTill();
      this.show(null);
      void this.refresh();
      void this.books.refresh();
      void this.check.refresh();
    }
    // More sales can be found than before; once the books are whole, also among those that were listed already.
    if (filed !== status.books?.filed) this.history.hear(status.books === null);
    this.#tell();
  }

  /** Another till is in force: what is one's own never stands beside another's. */
  #forgetTill(): void {
    this.#sales.clear();
    this.#salesRead = null;
    this.books.forget();
    this.history.forget();
    this.check.forget();
  }

  /** Reads the recent sales. */
  async refresh(): Promise<void> {
    const mode = this.status?.mode;
    const sales = await this.core.recentSales();
    if (mode === undefined || mode !== this.status?.mode) return;
    for (const sale of sales) this.hear(sale);
    this.#salesRead = mode;
  }

  /** Where staff were before this page was loaded, or else what they should attend to first. */
  async #goOn(): Promise<void> {
    const before = await this.core.onScreen();
    if (before !== null) await this.openSale(before);
    if (this.shownId === null) this.show(firstToAttend(this.sales)?.sale_id ?? null);
  }

  /** Goes to a screen; of the settings, to the list of their rooms. */
  goTo(screen: Screen): void {
    this.screen = screen;
    this.inRoom = false;
  }

  /** Goes into a room of the settings. */
  openRoom(room: Room): void {
    this.screen = 'settings';
    this.room = room;
    this.preferences.forgetKept();
    this.inRoom = true;
    this.timesOpened += 1;
  }

  /** True while this room can be read. */
  showsRoom(room: Room): boolean {
    return this.screen === 'settings' && this.room === room;
  }

  show(saleId: string | null): void {
    this.shownId = saleId;
    // The sale is shown all the same where the core does not answer.
    this.core.putOnScreen(saleId).catch(() => undefined);
    this.refusal = null;
  }

  /** Shows a sale on the Sale screen, however old it is. */
  async openSale(saleId: string): Promise<void> {
    if (!this.#sales.has(saleId)) {
      await this.#command(async () => {
        this.hear(await this.core.readSale(saleId));
      });
      if (!this.#sales.has(saleId)) return;
    }
    this.show(saleId);
    this.screen = 'sale';
  }

  /**
   * Opens a sale. The caller makes the id once per sale, so a second call opens nothing. `anyway`: staff know that it is not
   * the purchase of the same amount whose outcome is open.
   */
  async startSale(saleId: string, typed: OrderTyped, anyway = false): Promise<void> {
    await this.#command(async () => {
      const sale = await this.core.startSale(saleId, typed, anyway);
      this.hear(sale);
      this.show(saleId);
    });
    if (this.refusal?.code === 'sale_in_hand') {
      // Say it beside the sale that is meant.
      const said = this.refusal;
      await this.refresh().catch(() => undefined);
      const inHand = this.others.find((sale) => !canBeLeft(sale));
      if (inHand !== undefined) this.show(inHand.sale_id);
      this.refusal = said;
    }
  }

  /** Tries once more to open the till of the mode in force: what kept it shut may be gone. */
  async openAgain(): Promise<void> {
    if (this.retrying || this.status === null) return;
    this.retrying = true;
    this.retryRefusal = null;
    try {
      this.hearStatus(await this.core.chooseMode(this.status.mode));
      await Promise.all([this.refresh(), this.check.refresh()]);
    } catch (thrown) {
      this.retryRefusal = uiError(thrown, this);
    } finally {
      this.retrying = false;
    }
  }

  /** Keys or a journal may have put another till in force, though of the same mode: all that is known is read again. */
  async statusAfresh(): Promise<void> {
    this.#forgetTill();
    this.hearStatus(await this.core.tillStatus());
    await Promise.all([this.refresh(), this.books.refresh(), this.check.refresh()]);
    if (this.shown === null) this.show(null);
  }

  /** Does what staff chose for a sale. */
  async act(action: Action, saleId: string): Promise<void> {
    await this.#command(async () => {
      this.hear(await this.#send(action, saleId));
    });
  }

  /** Gives back what was typed. `refundId` is of when staff began to type: however often this is called, it is one refund. */
  async refund(saleId: string, refundId: string, text: string): Promise<boolean> {
    await this.#command(async () => {
      this.hear(await this.core.refundSale(saleId, refundId, text));
    });
    return this.refusal === null;
  }

  #send(action: Action, saleId: string): Promise<SaleView> {
    switch (action) {
      case 'refund':
        return this.#refundAll(saleId);
      case 'keep':
        return this.core.keepPayment(saleId);
      case 'set_aside':
        return this.core.setAsideSale(saleId);
      case 'take_card':
      case 'authenticate':
        return this.core.takeCard(saleId);
      case 'finish':
        return this.core.finishSale(saleId);
      case 'try_again':
        return this.core.tryAgain(saleId);
      case 'look_again':
        return this.core.lookAgain(saleId);
      case 'cancel':
        return this.core.cancelSale(saleId);
      default:
        return unreachable(action);
    }
  }

  /** All that is left, in one step. */
  #refundAll(saleId: string): Promise<SaleView> {
    const refundable = this.#sales.get(saleId)?.refundable;
    // Nothing is left, so that the sale says what became of it.
    if (refundable === undefined || refundable === null) return this.core.readSale(saleId);
    return this.core.refundSale(saleId, refundable.refund_id, refundable.typed);
  }

  /** One command at a time: a second key press while one is out does nothing. */
  async #command(run: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.refusal = null;
    try {
      await run();
    } catch (thrown) {
      this.refusal = uiError(thrown, this);
    } finally {
      this.busy = false;
    }
  }
}
