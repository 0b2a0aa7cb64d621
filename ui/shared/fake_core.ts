// A core for plain browsers: an honest little state machine for three cards (approved, declined, challenged). Development and tests
// run on it; no build contains it.
//
// Deliberately not here: the rules of money. The amount reader of `fake_price.ts` knows pounds, euros and yen, no more; the real one is
// in Rust, and the real machine has a journal, retries and a bank.
import type { CancelStep } from './bindings/CancelStep';
import type { AuthenticationHint } from './bindings/AuthenticationHint';
import type { CheckTold } from './bindings/CheckTold';
import type { DeclineView } from './bindings/DeclineView';
import type { Mode } from './bindings/Mode';
import type { PaymentScene } from './bindings/PaymentScene';
import type { PaymentWindowCovers } from './bindings/PaymentWindowCovers';
import type { PaymentView } from './bindings/PaymentView';
import type { Preferences } from './bindings/Preferences';
import type { Priced } from './bindings/Priced';
import type { RefundState } from './bindings/RefundState';
import type { SaleView } from './bindings/SaleView';
import { MAY_PLACE_CURSOR, type Core, type OrderTyped, type Unsubscribe } from './core';
import { AUTHENTICATION_FAILED, cardOf, clientSecretOf, FAKE_CARDS, INSUFFICIENT_FUNDS, sameAmount, standsOf } from './fake_data';
import { amountRefused, Refused, refused } from './fake_asked';
import { fakePrice } from './fake_price';
import { fakeRefundPrice, refundEnds, refundStarts } from './fake_refunds';
import { FakeSales } from './fake_sales';

/** How a challenge ended at the fake bank. */
export type BankAnswer = 'passed' | 'failed' | 'open';

/** What a fake core can be given. */
export interface FakeOptions {
  mode?: Mode;
  stripeJs?: string;
  preferences?: Partial<Preferences>;
  /** What the bank says about a client secret. */
  bank?: (clientSecret: string) => BankAnswer;
  /** How long the "network" takes, milliseconds. */
  delay_ms?: number;
}

const HOUR_MS = 3_600_000;
const CARD_IN_PAYMENT_METHOD = /^pm_fake_(\d+)/;

/** The fake core. Its fields may be read and its `put` called by tests. */
export class FakeCore extends FakeSales implements Core {
  /** Called when the payment window is to be shown. */
  onShow: () => void = () => undefined;
  /** Called when the payment page is to be loaded afresh. */
  onFreshPage: () => void = () => undefined;

  /** The sale that the main window shows, as it told. */
  shownInTill: string | null = null;
  /** Stripe does not answer, so that what became of a lost call is not found out. */
  staysSilent = false;
  /** How the next refund ends. */
  nextRefund: RefundState = 'refunded';
  #refunded = new Set<string>();
  #coversHeard = new Set<(covers: PaymentWindowCovers) => void>();
  #scene: PaymentScene;
  #sceneWaiters = new Set<() => void>();
  #bank: (clientSecret: string) => BankAnswer;
  #inWindow: string | null = null;
  #nextAttempt = new Map<string, string>();
  #submitted = new Set<string>();

  constructor(options: FakeOptions = {}) {
    const mode = options.mode ?? 'training';
    super(mode, options.preferences ?? {}, options.delay_ms ?? 0);
    this.#bank = options.bank ?? (() => 'open');
    this.#scene = {
      revision: 1,
      mode,
      theme: this.status.preferences.theme,
      publishable_key: 'pk_test_fake',
      locale: this.status.preferences.locale,
      language: this.status.preferences.language,
      stripe_js: options.stripeJs ?? '/tests/stripe_stand_in.js',
      test_cards: mode === 'live' ? [] : FAKE_CARDS,
      view: { kind: 'idle' },
    };
  }

  // ---- The main window ----

  // Not among the calls: they are about what is shown, and change nothing.
  onScreen(): Promise<string | null> {
    return Promise.resolve(this.shownInTill);
  }
  putOnScreen(saleId: string | null): Promise<void> {
    this.shownInTill = saleId;
    return Promise.resolve();
  }
  async price(text: string): Promise<Priced> {
    await this.heard('price');
    return fakePrice(text, this.status.preferences);
  }

  async startSale(saleId: string, { text, reference, note }: OrderTyped, anyway: boolean): Promise<SaleView> {
    await this.heard('start_sale');
    const known = this.known(saleId);
    if (known !== undefined) return known;
    if (!this.status.can_sell) throw new Refused({ fact: 'cannot_sell' });
    const priced = fakePrice(text, this.status.preferences);
    if (priced.kind !== 'amount') throw amountRefused(priced);
    const open = anyway ? undefined : sameAmount(this.sales, priced.money);
    if (open !== undefined) {
      throw refused({ code: 'same_amount', sale_id: open.sale_id, number: open.number, money: open.money, stands: standsOf(open) });
    }
    const sale = this.put(
      this.draft(
        priced.money,
        { kind: 'open', notice: null },
        {
          sale_id: saleId,
          reference: reference === '' ? null : reference,
          note: note === '' ? null : note,
        },
      ),
    );
    this.#show(sale.sale_id);
    return sale;
  }

  async takeCard(saleId: string): Promise<SaleView> {
    await this.heard('take_card');
    const sale = this.sale(saleId);
    this.#show(saleId);
    return sale;
  }

  async finishSale(saleId: string): Promise<SaleView> {
    await this.heard('finish_sale');
    this.change(saleId, { kind: 'confirming' });
    this.soon(() => {
      this.#approve(saleId, true);
    });
    return this.sale(saleId);
  }

  async tryAgain(saleId: string): Promise<SaleView> {
    await this.heard('try_again');
    this.change(saleId, { kind: 'submitting' });
    this.soon(() => {
      this.#approve(saleId, false);
    });
    return this.sale(saleId);
  }

  async lookAgain(saleId: string): Promise<SaleView> {
    await this.heard('look_again');
    const sale = this.sale(saleId);
    return sale.presses === 'refund_open' ? this.put(refundEnds(sale, 'refunded')) : sale;
  }

  async refundPrice(saleId: string, text: string): Promise<Priced> {
    await this.heard('refund_price');
    return fakeRefundPrice(this.sale(saleId), text, this.status.preferences);
  }

  async refundSale(saleId: string, refundId: string, text: string): Promise<SaleView> {
    await this.heard(`refund_sale ${text}`);
    const sale = this.sale(saleId);
    if (this.#refunded.has(refundId)) return sale;
    if (sale.refundable?.refund_id !== refundId) throw refused({ code: 'stale_refund' });
    const priced = fakeRefundPrice(sale, text, this.status.preferences);
    if (priced.kind !== 'amount') throw amountRefused(priced);
    this.#refunded.add(refundId);
    const outcome = this.nextRefund;
    this.nextRefund = 'refunded';
    const out = this.put(refundStarts(sale, priced.money));
    this.soon(() => {
      this.put(refundEnds(this.sale(saleId), outcome));
    });
    return out;
  }

  async keepPayment(saleId: string): Promise<SaleView> {
    await this.heard('keep_payment');
    const sale = this.sale(saleId);
    return this.put({ ...sale, unasked: null });
  }

  async setAsideSale(saleId: string): Promise<SaleView> {
    await this.heard('set_aside_sale');
    this.change(saleId, { kind: 'set_aside' });
    return this.sale(saleId);
  }

  async cancelSale(saleId: string): Promise<SaleView> {
    await this.heard('cancel_sale');
    const { stage } = this.sale(saleId);
    const step: CancelStep =
      stage.kind === 'not_known'
        ? { kind: 'finding_out', since_ms: stage.since_ms, found: { kind: 'silent' } }
        : { kind: 'calling', doubt_since_ms: null };
    this.change(saleId, { kind: 'cancelling', step });
    if (step.kind === 'finding_out' && this.staysSilent) return this.sale(saleId);
    this.soon(() => {
      this.change(saleId, { kind: 'cancelled' });
      this.#see({ kind: 'idle' });
    });
    return this.sale(saleId);
  }

  onPaymentWindow(heard: (covers: PaymentWindowCovers) => void): Promise<Unsubscribe> {
    this.#coversHeard.add(heard);
    return Promise.resolve(() => {
      this.#coversHeard.delete(heard);
    });
  }

  // ---- The payment window ----

  async watchPayment(seen: number): Promise<PaymentScene> {
    await this.heard('watch_payment');
    if (this.#scene.revision === seen)
      await new Promise<void>((resolve) => {
        this.#sceneWaiters.add(resolve);
      });
    return this.#scene;
  }

  async submitCard(saleId: string, attemptId: string, paymentMethod: string): Promise<void> {
    await this.heard(`submit_card ${paymentMethod}`);
    if (this.#submitted.has(attemptId)) return;
    if (this.#nextAttempt.get(saleId) !== attemptId) throw refused({ code: 'stale_attempt' });
    this.#submitted.add(attemptId);
    this.#nextAttempt.delete(saleId);
    const number = this.#numberOf(paymentMethod);
    const sale = this.sale(saleId);
    const attempt = { attempt_id: attemptId, at_ms: Date.now(), card: cardOf(number), outcome: { kind: 'in_progress' as const } };
    this.put({
      ...sale,
      stage: { kind: 'submitting' },
      attempts: [...sale.attempts, attempt],
      payment_intent: `pi_3Fake${String(sale.number)}`,
    });
    this.#see({ kind: 'working', sale_id: saleId, attempt_id: attemptId, money: sale.money, doing: 'charging' });
    this.soon(() => {
      this.#bankAnswers(saleId, number);
    });
  }

  async authenticationHint(saleId: string, attemptId: string, hint: AuthenticationHint): Promise<void> {
    await this.heard(`authentication_hint ${hint}`);
    const sale = this.sale(saleId);
    if (sale.stage.kind !== 'needs_authentication') return;
    if (hint === 'shown' || hint === 'missing') {
      this.put({ ...sale, stage: { ...sale.stage, page: hint } });
      return;
    }
    // As the real one: the hint is a reason to look, and the bank's word decides.
    const answer = this.#bank(clientSecretOf(saleId));
    if (answer === 'open') return;
    this.#see({
      kind: 'working',
      sale_id: saleId,
      attempt_id: attemptId,
      money: sale.money,
      doing: answer === 'passed' ? 'confirming' : 'checking',
    });
    this.soon(() => {
      if (answer === 'passed') this.#approve(saleId, true);
      else this.#decline(saleId, AUTHENTICATION_FAILED);
    });
  }

  async abandonPayment(): Promise<void> {
    await this.heard('abandon_payment');
    this.#inWindow = null;
    this.#see({ kind: 'idle' });
  }

  async cancelPayment(saleId: string): Promise<void> {
    await this.heard('cancel_payment');
    await this.cancelSale(saleId);
  }

  async freshPage(): Promise<void> {
    await this.heard('fresh_page');
    this.onFreshPage();
  }

  async cardField(ready: boolean): Promise<void> {
    await this.heard(`card_field ${ready ? 'ready' : 'missing'}`);
  }

  async tellCheck(checkId: string, told: CheckTold): Promise<void> {
    await this.heard(`tell_check ${told.told === 'cursor' ? told.tried : told.told === 'challenge' ? told.hint : 'closed'} ${checkId}`);
  }

  async placeCursor(): Promise<void> {
    await this.heard('place_cursor');
    // The real core answers first and calls the page a moment later.
    setTimeout(() => {
      window.dispatchEvent(new Event(MAY_PLACE_CURSOR));
    }, 0);
  }

  // ---- For tests and development ----

  /** Tells the main window what the payment window covers of it. */
  putPaymentWindow(covers: PaymentWindowCovers): void {
    this.status = { ...this.status, payment_window: covers };
    for (const heard of this.#coversHeard) heard(covers);
  }

  /** Puts a scene before the payment window. */
  putScene(change: Partial<PaymentScene>): void {
    this.#scene = { ...this.#scene, ...change, revision: this.#scene.revision + 1 };
    for (const waiter of [...this.#sceneWaiters]) {
      this.#sceneWaiters.delete(waiter);
      waiter();
    }
  }

  protected tellPaymentWindow(redrawn: boolean): void {
    const {
      mode,
      preferences: { theme, language },
    } = this.status;
    this.#scene = { ...this.#scene, mode, theme, language };
    if (redrawn) this.putScene({});
  }

  /** Opens a sale as `start_sale` does, for payment-window tests. */
  openForCard(text: string): Promise<SaleView> {
    return this.startSale(crypto.randomUUID(), { text, reference: '', note: '' }, false);
  }

  // ---- The machine ----

  #show(saleId: string): void {
    const sale = this.sale(saleId);
    this.#inWindow = saleId;
    const attemptId = this.#nextAttempt.get(saleId) ?? crypto.randomUUID();
    this.#nextAttempt.set(saleId, attemptId);
    if (sale.stage.kind === 'needs_authentication') this.#showBank(saleId);
    else {
      const decline = sale.stage.kind === 'declined' ? sale.stage.decline : null;
      const notice = sale.stage.kind === 'open' ? sale.stage.notice : null;
      this.#see({ kind: 'card', sale_id: saleId, attempt_id: attemptId, money: sale.money, decline, notice });
    }
    this.onShow();
  }

  #showBank(saleId: string): void {
    const sale = this.sale(saleId);
    const attempt = sale.attempts.at(-1);
    if (attempt === undefined || sale.stage.kind !== 'needs_authentication') return;
    this.#see({
      kind: 'authenticate',
      whose: { kind: 'sale', sale_id: saleId, attempt_id: attempt.attempt_id },
      money: sale.money,
      client_secret: clientSecretOf(saleId),
      deadline_ms: sale.stage.deadline_ms,
      now_ms: Date.now(),
    });
  }

  #bankAnswers(saleId: string, number: string): void {
    if (number === '4000000000009995') this.#decline(saleId, { ...INSUFFICIENT_FUNDS, card: cardOf(number) });
    else if (number === '4000002500003155') {
      this.change(saleId, { kind: 'needs_authentication', deadline_ms: Date.now() + HOUR_MS, page: 'not_heard' });
      this.#showBank(saleId);
    } else this.#approve(saleId, false);
  }

  #approve(saleId: string, authenticated: boolean): void {
    const sale = this.sale(saleId);
    const receipt = {
      at_ms: Date.now(),
      card: sale.attempts.at(-1)?.card ?? null,
      authorization_code: '264318',
      authenticated,
      payment_intent: sale.payment_intent ?? 'pi_3FakeUnknown',
    };
    this.change(saleId, { kind: 'approved', receipt }, { kind: 'approved' });
    this.#see({ kind: 'idle' });
  }

  #decline(saleId: string, decline: DeclineView): void {
    const card = decline.card ?? this.sale(saleId).attempts.at(-1)?.card ?? null;
    this.change(saleId, { kind: 'declined', decline: { ...decline, card } }, { kind: 'declined', why: decline.why });
    if (this.#inWindow === saleId) this.#show(saleId);
  }

  #see(view: PaymentView): void {
    this.putScene({ view });
  }

  #numberOf(paymentMethod: string): string {
    const typed = CARD_IN_PAYMENT_METHOD.exec(paymentMethod)?.[1];
    return typed ?? FAKE_CARDS.find((card) => card.payment_method === paymentMethod)?.number ?? '4242424242424242';
  }
}
