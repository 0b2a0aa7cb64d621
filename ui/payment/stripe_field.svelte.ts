// Stripe.js and the one card Element in this page: loaded at run time, mounted once, kept mounted, cleared between attempts.
//
// One page makes one Stripe, for one key and one language: each leaves a hidden frame in the page for good. What fails is the
// Element's to try again; what needs another Stripe needs another page (`FieldEvents.outworn`).
//
// Deliberately not here: what is charged and when. A card's digits never come near this code; they stay in Stripe's frame.
import type { PaymentScene } from '../shared/bindings/PaymentScene';
import type { Stripe } from '@stripe/stripe-js';
import { isDark } from '../shared/theme';
import { CardCursor } from './card_cursor.svelte';
import { cardStyle } from './card_style';
import { pageIsWornOut, pauseAfter } from './retry';
import { stripeLocale } from './stripe_locale';
import { stripeMaker, type CardElement } from './stripe_types';

/** How long Stripe.js and its card field may take before staff are told, milliseconds. */
const PATIENCE_MS = 12_000;

/** How far the card field has come. */
export type FieldState = 'loading' | 'ready' | 'missing';

/** What staff do in the field that the page must know, and what the field needs from it. */
export interface FieldEvents {
  escape: () => void;
  /** This page can do no more: it was made for another key or language, or its Stripe does not come up. Told until the page goes. */
  outworn: () => void;
  /** It is ready, or did not come up. */
  stands: (ready: boolean) => void;
  /** Asks the core for the moment in which the frame may be given the cursor. */
  mayPlaceCursor: () => Promise<void>;
}

/** The card field. */
export class StripeField {
  state = $state<FieldState>('loading');
  /** Stripe.js's own sentence about what is typed, or null. */
  complaint = $state<string | null>(null);
  complete = $state(false);
  readonly cursor: CardCursor;

  stripe: Stripe | null = null;
  card: CardElement | null = null;

  #node: HTMLElement;
  #events: FieldEvents;
  #scene: PaymentScene | null = null;
  #mountedFor = '';
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #script: HTMLScriptElement | null = null;
  #loadedFrom = '';
  #colours = window.matchMedia('(prefers-color-scheme: dark)');
  #recolour = () => {
    this.card?.update({ style: cardStyle(this.#dark()) });
  };

  constructor(node: HTMLElement, events: FieldEvents) {
    this.#node = node;
    this.#events = events;
    this.cursor = new CardCursor(node, events.mayPlaceCursor);
    this.#colours.addEventListener('change', this.#recolour);
  }

  /** Takes the scene's key, address, language and colours. Mounts the field when they are new. */
  use(scene: PaymentScene): void {
    const before = this.#scene;
    this.#scene = scene;
    const wanted = JSON.stringify([scene.stripe_js, scene.publishable_key, stripeLocale(scene)]);
    if (wanted !== this.#mountedFor) {
      if (this.stripe !== null) {
        this.#outworn(scene);
        return;
      }
      this.#mountedFor = wanted;
      this.load();
    } else if (before?.theme !== scene.theme) {
      this.#recolour();
    }
  }

  /** Another key or language wants another page. A challenge that is open is not taken away for it. */
  #outworn(scene: PaymentScene): void {
    if (scene.view.kind === 'authenticate') return;
    this.#stopTimers();
    this.state = 'loading';
    this.#events.outworn();
  }

  /** Loads Stripe.js (again) and mounts the field. */
  load(): void {
    const scene = this.#scene;
    if (scene === null) return;
    this.#stopTimers();
    // While staff read that the field is missing, the sentence stays until it is there.
    if (this.state !== 'missing') this.state = 'loading';
    // A mode without keys has nothing to start Stripe.js with; the next scene brings them.
    if (scene.publishable_key === '') return;
    if (this.stripe !== null && pageIsWornOut(this.#failures)) {
      this.#missing();
      this.#events.outworn();
      return;
    }
    this.#patience = setTimeout(() => {
      this.#missing();
    }, PATIENCE_MS);
    if (stripeMaker() !== undefined && this.#loadedFrom === scene.stripe_js) {
      this.#mount(scene);
      return;
    }
    this.#script?.remove();
    const script = document.createElement('script');
    this.#script = script;
    script.src = scene.stripe_js;
    script.addEventListener('load', () => {
      if (this.#script !== script) return;
      this.#loadedFrom = scene.stripe_js;
      this.#mount(scene);
    });
    script.addEventListener('error', () => {
      if (this.#script === script) {
        script.remove();
        this.#script = null;
        this.#missing();
      }
    });
    document.head.append(script);
  }

  #mount(scene: PaymentScene): void {
    const maker = stripeMaker();
    if (maker === undefined) {
      this.#missing();
      return;
    }
    try {
      this.card?.destroy();
      this.card = null;
      this.cursor.use(null);
      this.#forget();
      this.stripe ??= maker(scene.publishable_key, { locale: stripeLocale(scene) });
      const card = this.stripe.elements().create('card', {
        style: cardStyle(this.#dark()),
        hidePostalCode: false,
        disableLink: true,
        iconStyle: 'solid',
      }) as CardElement;
      this.card = card;
      card.on('ready', () => {
        this.#ready(card);
      });
      card.on('change', (event) => {
        this.complaint = event.error?.message ?? null;
        this.complete = event.complete;
        this.cursor.begun(!event.empty);
      });
      card.on('focus', () => {
        if (this.card === card) this.cursor.heard(true);
      });
      card.on('blur', () => {
        if (this.card === card) this.cursor.heard(false);
      });
      card.on('escape', () => {
        this.#events.escape();
      });
      card.on('loaderror', () => {
        if (this.card === card) this.#missing();
      });
      card.mount(this.#node);
    } catch {
      // Stripe.js throws for a key that it does not like. It is nothing that staff can mend here; the retry stays.
      this.#missing();
    }
  }

  #ready(card: CardElement): void {
    if (this.card !== card) return;
    this.#stopTimers();
    this.#failures = 0;
    this.state = 'ready';
    // On its way already when a card is wanted.
    this.cursor.use(card);
    this.#events.stands(true);
  }

  #missing(): void {
    this.#stopTimers();
    this.state = 'missing';
    this.#events.stands(false);
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.load();
    }, pauseAfter(this.#failures));
  }

  /** Puts the cursor into the field, at once or as soon as it is there. */
  focus(): void {
    this.cursor.bring();
  }

  /** Lets the field be, e.g. while the palette is open. */
  unfocus(): void {
    this.cursor.rest();
    this.card?.blur();
  }

  /** Empties the field for the next card. */
  clear(): void {
    this.#forget();
    this.card?.clear();
  }

  stop(): void {
    this.#stopTimers();
    this.#colours.removeEventListener('change', this.#recolour);
    this.#script = null;
    this.cursor.stop();
    this.card?.destroy();
    this.card = null;
  }

  #forget(): void {
    this.complaint = null;
    this.complete = false;
    this.cursor.begun(false);
  }

  #dark(): boolean {
    return isDark(this.#scene?.theme ?? 'system');
  }

  #stopTimers(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#patience);
  }
}
