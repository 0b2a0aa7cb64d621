// What the two windows may ask of the core, and what they are told. One interface, so that every screen also runs over a
// fake core in a plain browser.
//
// Deliberately not here: how it is asked (`tauri_core.ts` is the only module that knows Tauri), and any rule about money.
// Every command rejects with a `TillFact`.

import type { AuthenticationHint } from './bindings/AuthenticationHint';
import type { CheckReport } from './bindings/CheckReport';
import type { CheckTold } from './bindings/CheckTold';
import type { ComparisonProgress } from './bindings/ComparisonProgress';
import type { CopiesView } from './bindings/CopiesView';
import type { ListForm } from './bindings/ListForm';
import type { Mode } from './bindings/Mode';
import type { PaymentWindowCovers } from './bindings/PaymentWindowCovers';
import type { PaymentScene } from './bindings/PaymentScene';
import type { Preferences } from './bindings/Preferences';
import type { Priced } from './bindings/Priced';
import type { ReconciliationView } from './bindings/ReconciliationView';
import type { SavedList } from './bindings/SavedList';
import type { SaleView } from './bindings/SaleView';
import type { BooksPage } from './bindings/BooksPage';
import type { SpanView } from './bindings/SpanView';
import type { Wanted } from './bindings/Wanted';
import type { SetupView } from './bindings/SetupView';
import type { TillStatus } from './bindings/TillStatus';
import type { TimelineRow } from './bindings/TimelineRow';

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** What staff typed to open a sale. An empty reference or note is none. */
export interface OrderTyped {
  /** The amount. */
  text: string;
  reference: string;
  note: string;
}

/** What the main window may ask. */
export interface TillCore {
  tillStatus(): Promise<TillStatus>;
  /** The sale that this window showed last and that staff have not left: its page may have ended and been loaded again. */
  onScreen(): Promise<string | null>;
  /** This window shows this sale now, or none. */
  putOnScreen(saleId: string | null): Promise<void>;
  /** What a typed amount means. Never rejects because of the text. */
  price(text: string): Promise<Priced>;
  /**
   * Opens a sale and shows the payment window. The same `saleId` twice opens one sale. `anyway`: staff know that it is another
   * purchase than the one of the same amount whose outcome is open (`same_amount`).
   */
  startSale(saleId: string, typed: OrderTyped, anyway: boolean): Promise<SaleView>;
  /** Shows the payment window again: for another card, or for the bank's challenge. */
  takeCard(saleId: string): Promise<SaleView>;
  /** Confirms a payment that the bank has authenticated. */
  finishSale(saleId: string): Promise<SaleView>;
  /** Sends the same request once more under the same key: it cannot charge twice. */
  tryAgain(saleId: string): Promise<SaleView>;
  /** Reads where the payment stands. */
  lookAgain(saleId: string): Promise<SaleView>;
  /** Gives the sale up; its PaymentIntent is cancelled too. */
  cancelSale(saleId: string): Promise<SaleView>;
  /** What a typed refund means. Never rejects because of the text. */
  refundPrice(saleId: string, text: string): Promise<Priced>;
  /** Gives back what was typed. The same `refundId` twice gives back once. */
  refundSale(saleId: string, refundId: string, text: string): Promise<SaleView>;
  /** Keeps a payment that came although the sale had been given up. */
  keepPayment(saleId: string): Promise<SaleView>;
  /** Takes note of a payment at Stripe that is not this sale's. */
  setAsideSale(saleId: string): Promise<SaleView>;
  /** The newest sale and all that are not finished, newest first. */
  recentSales(): Promise<SaleView[]>;
  /** The sales that are asked for, a page from past this number on. A later question takes this one's place (`overtaken`). */
  findSales(wanted: Wanted, past: number | null): Promise<BooksPage>;
  /**
   * What was taken and given back between each two of these times, milliseconds since 1970: rising, each a whole quarter of an hour,
   * the last one the end.
   */
  totals(edges_ms: readonly number[]): Promise<SpanView>;
  /** Saves all the sales that are asked for as a file, and tells where; null when it was stopped, and nothing is left of it. */
  saveList(wanted: Wanted, form: ListForm): Promise<SavedList | null>;
  /** Stops the list that is being saved. */
  stopList(): Promise<void>;
  /** What happened to a sale, oldest first. */
  timeline(saleId: string): Promise<TimelineRow[]>;
  /** One sale, however old. */
  readSale(saleId: string): Promise<SaleView>;
  /** Holds the till's books against Stripe for a span of time, milliseconds since 1970. None when it was stopped. */
  reconcile(from_ms: number, to_ms: number): Promise<ReconciliationView | null>;
  /** Ends the comparison that staff have asked for. What it has put right stays so. */
  stopReconcile(): Promise<void>;
  /** How far the comparison is that staff have asked for, if one is under way: the page that asked may have been loaded again. */
  comparing(): Promise<ComparisonProgress | null>;
  /** The latest result, if there is one: the till compares the last day by itself when it starts. */
  reconciliation(): Promise<ReconciliationView | null>;
  /** Takes a payment of this till that only Stripe knows into the books. */
  takeIn(paymentIntent: string): Promise<SaleView>;
  /** Begins a check of the till, unless one is under way. Its lines come by `onCheck`. A sale that begins ends it. */
  checkTill(): Promise<void>;
  /** Ends the check that is under way. What it has made at Stripe is taken away all the same. */
  stopCheck(): Promise<void>;
  /** The latest check of the till that is open. */
  checkReport(): Promise<CheckReport | null>;
  setup(): Promise<SetupView>;
  saveKeys(secretKey: string, publishableKey: string): Promise<SetupView>;
  forgetKeys(mode: Mode): Promise<SetupView>;
  /** The owner's answer to which sales the keys belong to: those of a journal that was offered, or with `null` a new one. */
  answerJournal(journal: string | null): Promise<SetupView>;
  /** Where copies of the journal go, and how the last one went. */
  copies(): Promise<CopiesView>;
  /** Chooses the folder for copies (none with an empty text) and makes a first one. That it fails is in the answer. */
  chooseCopiesFolder(folder: string): Promise<CopiesView>;
  /** Makes a copy now. */
  copyJournal(): Promise<CopiesView>;
  chooseMode(mode: Mode): Promise<TillStatus>;
  savePreferences(preferences: Preferences): Promise<TillStatus>;
  /** A sale has changed. Revisions may arrive out of order: the highest wins. */
  onSale(heard: (sale: SaleView) => void): Promise<Unsubscribe>;
  onStatus(heard: (status: TillStatus) => void): Promise<Unsubscribe>;
  /** The payment window covers something else of this one, or nothing any more. */
  onPaymentWindow(heard: (covers: PaymentWindowCovers) => void): Promise<Unsubscribe>;
  /** A check of the till is a line further, or over; or another till was put in force, with the report of its own, or none. */
  onCheck(heard: (report: CheckReport | null) => void): Promise<Unsubscribe>;
  /** So many sales are in the list that is being saved. */
  onListing(heard: (written: number) => void): Promise<Unsubscribe>;
  /** The books have been held against Stripe, by the till itself or on request. */
  onReconciliation(heard: (result: ReconciliationView) => void): Promise<Unsubscribe>;
  /** A comparison that staff have asked for is further, or over. */
  onComparing(heard: (progress: ComparisonProgress | null) => void): Promise<Unsubscribe>;
}

/** The event of the payment window in whose handler a frame of another origin may be given the cursor. */
export const MAY_PLACE_CURSOR = 'countersign-may-place-cursor';

/** What the payment window may ask. It hears no events: it waits for the next scene. */
export interface PaymentCore {
  /** Answers when the scene's revision differs from `seen`, or after 25 seconds with the same one. */
  watchPayment(seen: number): Promise<PaymentScene>;
  /** Hands over a `pm_…` for an attempt. Repeating it is harmless. */
  submitCard(saleId: string, attemptId: string, paymentMethod: string): Promise<void>;
  /** What the page sees of the challenge: whether the bank's page is there, or that it has ended. The core looks for itself. */
  authenticationHint(saleId: string, attemptId: string, hint: AuthenticationHint): Promise<void>;
  /** Staff closed the window; the sale stays in hand. */
  abandonPayment(saleId: string): Promise<void>;
  /** Staff gave the sale up. */
  cancelPayment(saleId: string): Promise<void>;
  /** This page can do no more: the shell loads it afresh, with a new Stripe. Asking twice is harmless. */
  freshPage(): Promise<void>;
  /**
   * Asks for the window's event `MAY_PLACE_CURSOR`, which counts as a key that staff have pressed. `atWindow`: the sale or the check
   * that is there.
   */
  placeCursor(atWindow: string): Promise<void>;
  /** What this page sees of a check of the till that is at its window. The core reads the payment itself. */
  tellCheck(checkId: string, told: CheckTold): Promise<void>;
  /** Tells how the card field stands, and whether this page is on a secure address: for "Check this till" alone. */
  cardField(ready: boolean, secure: boolean): Promise<void>;
}

/** Everything, for a core that serves both windows. */
export interface Core extends TillCore, PaymentCore {}
