// The cursor's way into the card field, without a mouse, and the truth about whether it is there.
//
// Stripe's `card.focus()` focuses a hidden input of this page and asks the frame to take the focus from it. WebKit refuses the
// frame unless staff have just pressed a key or clicked, and then a whole card number would be typed into the hidden input and be
// lost. So the core is asked to call the page back in a way that counts as a key (`placeCursor`), and until the cursor is in
// the frame the page says so and swallows what is typed.
//
// Deliberately not here: what is typed. Keys are swallowed unread; none is kept, and none is given back.
import { MAY_PLACE_CURSOR } from '../shared/core';
import type { CardElement } from './stripe_types';

/** How long the cursor may be on its way before staff are asked to click, milliseconds. */
const PATIENCE_MS = 300;
/** How often it is looked for on its way, milliseconds. */
const LOOK_MS = 20;
/** How often the core is asked again while it has not come, milliseconds: a machine that is busy may let one moment pass. */
const ASK_AGAIN_MS = 1000;

/**
 * Where the cursor is: at something else on purpose, on its way, in the field, or not to be had without a click. Keys that are
 * typed while it is on its way or not to be had are swallowed.
 */
export type CursorState = 'elsewhere' | 'coming' | 'there' | 'click';

/** The cursor of one card field. */
export class CardCursor {
  state = $state<CursorState>('elsewhere');

  #node: HTMLElement;
  /** Asks for the event in whose handler the frame may be given the cursor. */
  #ask: () => Promise<void>;
  #card: CardElement | null = null;
  #wanted = false;
  /** The Element said that it has the focus, and has not said since that it lost it. */
  #told = false;
  /** Something stands in the field: somebody keys a card there. */
  #begun = false;
  /** When the core was asked first, and last, on the page's clock, milliseconds; null: not yet. */
  #asked_ms: { first: number; last: number } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ending = new AbortController();

  constructor(node: HTMLElement, ask: () => Promise<void>) {
    this.#node = node;
    this.#ask = ask;
    const { signal } = this.#ending;
    window.addEventListener(
      MAY_PLACE_CURSOR,
      () => {
        this.#place();
      },
      { signal },
    );
    window.addEventListener(
      'keydown',
      (event) => {
        this.#swallow(event);
      },
      { signal, capture: true },
    );
    // Between the page and its frames, and between this window and others.
    for (const name of ['focus', 'blur'] as const)
      window.addEventListener(
        name,
        () => {
          this.#settle();
        },
        { signal },
      );
    for (const name of ['focusin', 'focusout'] as const)
      document.addEventListener(
        name,
        () => {
          this.#settle();
        },
        { signal },
      );
    // A click beside the frame, in the same box: the engine counts it, so the frame may have the cursor at once.
    node.addEventListener(
      'click',
      () => {
        if (this.#card !== null && !this.#isThere()) this.#card.focus();
      },
      { signal },
    );
  }

  /** The Element of the field, once it is ready; null while there is none. */
  use(card: CardElement | null): void {
    this.#card = card;
    this.#told = false;
    if (!this.#wanted) return;
    this.rest();
    this.bring();
  }

  /** The Element says that it has the focus, or has lost it. */
  heard(told: boolean): void {
    this.#told = told;
    this.#settle();
  }

  /** Whether something stands in the field. */
  begun(yes: boolean): void {
    this.#begun = yes;
  }

  /** Brings the cursor into the field: at once, or as soon as the field is ready and the window in front. */
  bring(): void {
    const onItsWay = this.#wanted && this.state === 'coming';
    this.#wanted = true;
    if (onItsWay) return;
    this.state = this.#isThere() ? 'there' : 'coming';
    this.#asked_ms = null;
    this.#step();
  }

  /** The cursor is not wanted in the field any more. */
  rest(): void {
    this.#wanted = false;
    this.state = 'elsewhere';
    clearTimeout(this.#timer);
  }

  stop(): void {
    this.rest();
    this.#ending.abort();
  }

  #step(): void {
    clearTimeout(this.#timer);
    if (this.state === 'elsewhere' || this.state === 'there') return;
    if (this.#isThere()) {
      this.state = 'there';
      return;
    }
    // A window that is not in front has no cursor to give.
    if (this.#card !== null && document.hasFocus()) {
      const now_ms = performance.now();
      const asked = (this.#asked_ms ??= { first: now_ms, last: -Infinity });
      // In a field that somebody keys into, being asked again could take the cursor from where they are.
      const again = asked.last === -Infinity || (!this.#begun && now_ms - asked.last >= ASK_AGAIN_MS);
      if (again) {
        asked.last = now_ms;
        // Without the core the frame may still take it: it may have been keyed into before.
        this.#ask().catch(() => {
          this.#place();
        });
      }
      if (now_ms - asked.first >= PATIENCE_MS) this.state = 'click';
    }
    this.#timer = setTimeout(() => {
      this.#step();
    }, LOOK_MS);
  }

  #place(): void {
    const onItsWay = this.state === 'coming' || this.state === 'click';
    if (onItsWay && !this.#isThere()) this.#card?.focus();
  }

  /** The focus has moved; it is looked at when it has come to rest. */
  #settle(): void {
    setTimeout(() => {
      if (!this.#wanted) return;
      if (this.#isThere()) this.state = 'there';
      else if (!this.#isNowhere()) this.state = 'elsewhere';
      else if (this.state === 'there' || this.state === 'elsewhere') this.bring();
    }, 0);
  }

  /** The Element's word alone is not enough: older scripts say it while the hidden input still has the focus. */
  #isThere(): boolean {
    const { activeElement } = document;
    return this.#told && document.hasFocus() && this.#node.contains(activeElement) && !isHidden(activeElement);
  }

  /** Nothing that staff can see has the focus, so keys would vanish. */
  #isNowhere(): boolean {
    const { activeElement } = document;
    return activeElement === null || activeElement === document.body || this.#node.contains(activeElement);
  }

  /** Keys that type, or that press a button, wait until the cursor is there. Keys that command (Escape, F2, Alt, Tab) do not. */
  #swallow(event: KeyboardEvent): void {
    if (this.state !== 'coming' && this.state !== 'click') return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const commands = ['Escape', 'Tab', 'F2'].includes(event.key);
    if (!commands) event.preventDefault();
  }
}

function isHidden(element: Element | null): boolean {
  return element?.getAttribute('aria-hidden') === 'true';
}
