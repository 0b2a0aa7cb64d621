// The bank's challenge in the payment window: opened once, watched from outside, and opened again where it does not come.
//
// Deliberately not here: what the bank decided. Whatever is seen is a hint, and the core reads the payment.
import type { AuthenticationHint } from '../shared/bindings/AuthenticationHint';
import type { BankPage } from '../shared/bindings/BankPage';
import type { PaymentView } from '../shared/bindings/PaymentView';
import { ChallengeWatch } from './challenge_watch';
import type { StripeField } from './stripe_field.svelte';
import { challengeOf, type AuthenticateView, type Challenge } from './views';

/** The page that the challenge is on. */
interface Page {
  readonly view: PaymentView;
  readonly field: StripeField | null;
  /** Our own part of the body: what stands beside it is Stripe's. */
  readonly home: Element | null;
  /** Tells the core what is seen, until it has heard it and for as long as it matters. */
  hint: (view: AuthenticateView, hint: AuthenticationHint, matters: () => boolean) => Promise<void>;
  /** Has the page loaded afresh. */
  freshPage: () => Promise<void>;
}

/** The bank, as far as this window sees it. */
export class Bank {
  /** Its page has closed and the scene has not moved on: staff may open it again. */
  closed = $state(false);
  /** Its page, as far as it can be seen from outside. */
  page = $state<BankPage>('not_heard');
  /** Staff are asked whether it is to be opened again although a code may have been sent. */
  asksToReopen = $state(false);
  /** The window's page is about to be loaded afresh. */
  reopening = $state(false);

  #in: Page;
  /** Attempts whose challenge has been opened: once each, whatever the scene repeats. Never drawn. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #opened = new Set<string>();
  #awaitsStripe: Challenge | null = null;
  #watch: ChallengeWatch | null = null;
  /** It was on the screen: a code may have been sent. */
  #wasShown = false;

  constructor(page: Page) {
    this.#in = page;
  }

  stop(): void {
    this.#watch?.stop();
  }

  /** The scene is a challenge. */
  meet(challenge: Challenge): void {
    if (this.#opened.has(challengeOf(challenge.view))) return;
    if (this.#in.field?.state !== 'ready') {
      this.#awaitsStripe = challenge;
      return;
    }
    this.#opened.add(challengeOf(challenge.view));
    void this.#open(challenge);
  }

  /** Stripe.js has come up after the scene did. True: a challenge has waited for it. */
  stripeIsReady(): boolean {
    const waiting = this.#awaitsStripe;
    this.#awaitsStripe = null;
    if (waiting !== null) this.meet(waiting);
    return waiting !== null;
  }

  /**
   * Staff ask for the bank's page once more. A call of Stripe.js that does not settle stays in its page, so a fresh page is
   * loaded; the core reads the payment before it shows the challenge there. Where the bank's page was on the screen, staff
   * are asked first: a code that a customer has may become void. A check's bank sends none.
   */
  openAgain(): void {
    const { view } = this.#in;
    if (view.kind !== 'authenticate' || this.reopening) return;
    if (view.whose.kind === 'sale' && this.#wasShown && !this.closed && !this.asksToReopen) {
      this.asksToReopen = true;
      return;
    }
    this.asksToReopen = false;
    this.reopening = true;
    void this.#in.freshPage();
  }

  /** The scene is something else. */
  leave(): void {
    this.#awaitsStripe = null;
    this.#watch?.stop();
    this.#watch = null;
    this.page = 'not_heard';
    this.#wasShown = false;
    this.asksToReopen = false;
    this.reopening = false;
  }

  #watchFor(view: AuthenticateView): void {
    this.#watch?.stop();
    if (this.#in.home === null) return;
    this.#watch = new ChallengeWatch(this.#in.home, (page) => {
      this.page = page;
      if (page === 'shown') this.#wasShown = true;
      if (page !== 'not_heard') void this.#in.hint(view, page, () => this.page === page);
    });
  }

  async #open(challenge: Challenge): Promise<void> {
    const { view } = challenge;
    let hint: AuthenticationHint;
    this.#watchFor(view);
    try {
      const stripe = this.#in.field?.stripe;
      if (stripe === undefined || stripe === null) throw new Error('Stripe.js is not there');
      const action = stripe.handleCardAction(challenge.clientSecret);
      // What waits for the bank holds it no longer.
      challenge.clientSecret = '';
      const result = await action;
      hint = result.error === undefined ? 'returned' : 'failed';
    } catch {
      hint = 'threw';
    }
    this.#watch?.stop();
    const now = this.#in.view;
    if (now.kind === 'authenticate' && challengeOf(now) === challengeOf(view)) this.closed = true;
    await this.#in.hint(view, hint, () => true);
  }
}
