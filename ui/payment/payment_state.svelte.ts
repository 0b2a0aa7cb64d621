// The payment window's own state: the scene it draws, the card field, and what is on its way.
//
// Deliberately not here: any decision about a payment. The core chooses the scene; this page hands it a `pm_…` or a hint.
import { tick } from 'svelte';
import type { AuthenticationHint } from '../shared/bindings/AuthenticationHint';
import type { PaymentScene } from '../shared/bindings/PaymentScene';
import type { TestCardView } from '../shared/bindings/TestCardView';
import type { PaymentView } from '../shared/bindings/PaymentView';
import type { PaymentCore } from '../shared/core';
import { uiError } from '../shared/told';
import { applyTheme } from '../shared/theme';
import { setLanguage, words } from '../words/now.svelte';
import { Bank } from './bank.svelte';
import { CursorTrial } from './cursor_trial';
import { follow } from './follow';
import { saying, type Said } from './said';
import { StripeField } from './stripe_field.svelte';
import { fillFor } from './test_cards';
import { challengeOf, checkOf, saleOf, subjectOf, withoutSecret, type AuthenticateView, type CardView } from './views';

/** How long Stripe.js may take to make a PaymentMethod before staff may press again, milliseconds. */
const CREATE_PATIENCE_MS = 30_000;
/** How long until a question that the core did not answer is asked again, milliseconds. */
const ASK_AGAIN_MS = 1000;

/** Our own part of the body. */
function underBody(node: Element): Element {
  const { parentElement } = node;
  return parentElement === null || parentElement === document.body ? node : underBody(parentElement);
}

/** The payment window's state. */
export class PaymentState {
  readonly core: PaymentCore;
  /** The bank's challenge. */
  readonly bank = new Bank(this);
  scene = $state.raw<PaymentScene | null>(null);
  field = $state.raw<StripeField | null>(null);
  /** A card is being handed over; Charge is locked. */
  busy = $state(false);
  /** What is said under the field: by Stripe.js, by the core, or about the palette. */
  said = $state.raw<Said | null>(null);
  paletteOpen = $state(false);
  /** The core does not answer. */
  silent = $state(false);
  /** The till's clock minus this page's, milliseconds. */
  clockAhead_ms = $state(0);

  #ending = new AbortController();
  #subject = '';
  #round = 0;
  #freshPageAsked = false;
  #home: Element | null = null;
  #trial: CursorTrial | null = null;

  get home(): Element | null {
    return this.#home;
  }
  /** How times and amounts are written. */
  get locale(): string {
    return this.scene?.locale ?? 'en-GB';
  }

  constructor(core: PaymentCore) {
    this.core = core;
  }

  /** Starts following the core. `node` is where the card field is mounted, once. */
  start(node: HTMLElement): void {
    this.#home = underBody(node);
    this.field = new StripeField(node, {
      // As if it had been pressed here: it is looked at like every other key.
      escape: () => {
        node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
      },
      outworn: () => {
        void this.freshPage();
      },
      stands: (ready) => {
        // Nothing rests on it but the words of a check.
        this.core.cardField(ready, location.protocol === 'https:' && isSecureContext).catch(() => undefined);
        // Once the page shows it.
        if (ready)
          void tick().then(() => {
            this.#stripeIsReady();
          });
      },
      mayPlaceCursor: () => this.#mayPlaceCursor(),
    });
    void follow(
      this.core,
      (scene) => {
        this.#draw(scene);
      },
      (yes) => {
        this.silent = yes;
      },
      this.#ending.signal,
    );
  }

  stop(): void {
    this.#ending.abort();
    this.bank.stop();
    this.#trial?.stop();
    this.field?.stop();
  }

  get view(): PaymentView {
    return this.scene?.view ?? { kind: 'idle' };
  }

  now_ms(): number {
    return Date.now() + this.clockAhead_ms;
  }

  #draw(scene: PaymentScene): void {
    const repeated = scene.revision === this.scene?.revision;
    const { view } = scene;
    if (view.kind === 'authenticate') this.clockAhead_ms = view.now_ms - Date.now();
    if (repeated) return;
    this.scene = withoutSecret(scene);
    applyTheme(scene.theme);
    setLanguage(scene.language);
    this.field?.use(scene);

    const subject = subjectOf(view);
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.#round += 1;
      this.busy = false;
      this.said = null;
      this.bank.closed = false;
      this.paletteOpen = false;
      this.field?.clear();
    } else if (view.kind !== 'card') {
      this.busy = false;
    }
    if (view.kind !== 'card' && view.kind !== 'try_cursor') this.field?.cursor.rest();
    else if (!this.paletteOpen) void tick().then(() => this.field?.focus());
    if (view.kind === 'authenticate') {
      const { client_secret: clientSecret, ...rest } = view;
      this.bank.meet({ view: rest, clientSecret });
    } else this.bank.leave();
    this.#tryCursor(view);
  }

  async #mayPlaceCursor(): Promise<void> {
    if (this.view.kind === 'card') await this.core.placeCursor(this.view.sale_id);
    else if (this.view.kind === 'try_cursor') await this.core.placeCursor(this.view.check_id);
  }

  // ---- A check of the till ----

  #tryCursor(view: PaymentView): void {
    this.#trial?.stop();
    this.#trial = null;
    if (view.kind !== 'try_cursor' || this.field === null) return;
    const { check_id: check } = view;
    this.#trial = new CursorTrial(this.field, (tried) => {
      void this.#say(
        check,
        () => true,
        () => this.core.tellCheck(check, { told: 'cursor', tried }),
      );
    });
  }

  // ---- Card ----

  /** Makes a PaymentMethod of what is typed and hands it over. A second press while the first is out does nothing. */
  async charge(): Promise<void> {
    const { view, field } = this;
    if (view.kind !== 'card' || this.busy || field?.state !== 'ready' || field.stripe === null || field.card === null) return;
    const round = this.#lock();
    const patience = setTimeout(() => {
      this.#unlock(
        round,
        saying('stripe', () => words().payment.field.noAnswer),
      );
    }, CREATE_PATIENCE_MS);
    try {
      const made = await field.stripe.createPaymentMethod({ type: 'card', card: field.card });
      if (round !== this.#round) return;
      if (made.paymentMethod === undefined) {
        const { message } = made.error;
        this.#unlock(
          round,
          saying('stripe', () => message ?? words().payment.field.notTaken),
        );
        field.focus();
        return;
      }
      await this.#handOver(view, made.paymentMethod.id, round);
    } catch {
      this.#unlock(
        round,
        saying('stripe', () => words().payment.field.notRead),
      );
    } finally {
      clearTimeout(patience);
    }
  }

  async #handOver(view: CardView, paymentMethod: string, round: number): Promise<void> {
    try {
      // The button stays locked: the next scene unlocks it.
      await this.core.submitCard(view.sale_id, view.attempt_id, paymentMethod);
    } catch (thrown) {
      this.#unlock(round, uiError(thrown, this));
    }
  }

  #lock(): number {
    this.busy = true;
    this.said = null;
    this.#round += 1;
    return this.#round;
  }

  #unlock(round: number, said: Said): void {
    if (round !== this.#round) return;
    // Whatever comes later from this round is too late.
    this.#round += 1;
    this.busy = false;
    this.said = said;
  }

  // ---- The palette ----

  openPalette(): void {
    if (this.view.kind !== 'card' || this.scene === null || this.scene.test_cards.length === 0 || this.busy) return;
    this.field?.unfocus();
    this.paletteOpen = true;
  }

  closePalette(): void {
    this.paletteOpen = false;
    this.field?.focus();
  }

  /** Uses a test card: typed in for staff in training, handed over by its ready-made id in test mode, else copied. */
  async useTestCard(card: TestCardView): Promise<void> {
    const { view, field, scene } = this;
    if (view.kind !== 'card' || this.busy || scene === null || scene.mode === 'live') return;
    this.paletteOpen = false;
    this.said = null;
    if (field?.card?.fillTestCard !== undefined) {
      try {
        await field.card.fillTestCard(fillFor(card));
        field.focus();
      } catch {
        this.said = saying('test_card', () => words().payment.testCards.notFilled);
      }
    } else if (card.payment_method !== null) {
      await this.#handOver(view, card.payment_method, this.#lock());
    } else {
      await this.#copy(card);
    }
  }

  async #copy(card: TestCardView): Promise<void> {
    const spaced = card.number.replaceAll(/(.{4})(?=.)/g, '$1 ');
    try {
      await navigator.clipboard.writeText(card.number);
      this.said = saying('test_card', () => words().payment.testCards.copied(spaced));
    } catch {
      this.said = saying('test_card', () => words().payment.testCards.typeIt(spaced));
    }
    this.field?.focus();
  }

  // ---- What is told ----

  /** Stripe.js has come up after the scene did. */
  #stripeIsReady(): void {
    if (this.#ending.signal.aborted || this.bank.stripeIsReady()) return;
    if (this.view.kind === 'card' && !this.paletteOpen) this.field?.focus();
  }

  /** Only a hint: the core reads the PaymentIntent. */
  hint({ whose }: AuthenticateView, hint: AuthenticationHint, matters: () => boolean): Promise<void> {
    return this.#say(challengeOf({ whose }), matters, () =>
      whose.kind === 'sale'
        ? this.core.authenticationHint(whose.sale_id, whose.attempt_id, hint)
        : this.core.tellCheck(whose.check_id, { told: 'challenge', hint }),
    );
  }

  /** Said until it is heard, and for as long as it matters. */
  async #say(subject: string, matters: () => boolean, say: () => Promise<void>): Promise<void> {
    while (!this.#ending.signal.aborted && this.#subject === subject && matters()) {
      try {
        await say();
        return;
      } catch (thrown) {
        if (uiError(thrown, this).code !== 'silence') return;
        await new Promise((resolve) => {
          setTimeout(resolve, ASK_AGAIN_MS);
        });
      }
    }
  }

  // ---- The page itself ----

  /** Asks to be loaded afresh until the core has heard it. This page ends a moment later. */
  async freshPage(): Promise<void> {
    if (this.#freshPageAsked) return;
    this.#freshPageAsked = true;
    while (!this.#ending.signal.aborted) {
      try {
        await this.core.freshPage();
        break;
      } catch {
        await new Promise((resolve) => {
          setTimeout(resolve, ASK_AGAIN_MS);
        });
      }
    }
    // A page that is still here after that may ask again.
    await new Promise((resolve) => {
      setTimeout(resolve, ASK_AGAIN_MS);
    });
    this.#freshPageAsked = false;
  }

  // ---- Leaving ----

  /** Hides the window; the sale stays in hand in the main window. */
  close(): void {
    const { view } = this;
    if (this.paletteOpen) {
      this.closePalette();
      return;
    }
    if (this.bank.asksToReopen) {
      this.bank.asksToReopen = false;
      return;
    }
    const leave = this.#leaving(view);
    if (leave === null) return;
    this.#letGo();
    this.field?.clear();
    this.#ask(leave());
  }

  /** How what is there is left; null where there is nothing that could be. */
  #leaving(view: PaymentView): (() => Promise<void>) | null {
    const sale = saleOf(view);
    if (sale !== null) return () => this.core.abandonPayment(sale);
    const check = checkOf(view);
    return check === null ? null : () => this.core.tellCheck(check, { told: 'closed' });
  }

  /** Gives the sale up. */
  cancelSale(): void {
    const sale = saleOf(this.view);
    if (sale === null) return;
    this.#letGo();
    this.#ask(this.core.cancelPayment(sale));
  }

  /** A PaymentMethod that is still being made will not be handed over. */
  #letGo(): void {
    this.#round += 1;
    this.busy = false;
  }

  #ask(answer: Promise<void>): void {
    answer.catch((thrown: unknown) => {
      this.said = uiError(thrown, this);
    });
  }
}
