// An outcome, a question or a dialog goes by a press that was meant for it. A key that is held, the last of thirty fast Enters,
// or the second half of a double click was meant for what stood there before; it does nothing.
//
// A press is fresh when what it is for has been on the screen for a while, in a window that has been in front for a while, when
// it is no repetition of a key that is held, and when the press before it was not one of those that did nothing. A key that is held while
// another window gives way to this one comes here as a new press first, and is told by its time: see `CARRIED_MS`.
import type { Attachment } from 'svelte/attachments';

/** How long something must have been on the screen before a press is meant for it, milliseconds. */
export const SEEN_MS = 600;
/**
 * How long after the window has come to the front the first press may be that of a key that was held before: the longest time after
 * which keyboards begin to repeat (660 by default under X, at most 1,000 under Windows), milliseconds.
 */
export const CARRIED_MS = 1_100;
/** How long after a press that did nothing the next one still belongs to the same hammering, milliseconds. */
export const CALM_MS = 400;

/** Keys that press a button or leave a dialog. */
const PRESSING = new Set(['Enter', ' ', 'Escape']);
const CONTROLS = 'button, a, input, select, textarea, [tabindex]:not([tabindex="-1"], [data-scrolls])';
const TEXT_FIELDS = 'input:not([type="radio"], [type="checkbox"]), select, textarea';

/**
 * Which keys are for the thing: all that reach the window and no other control, or those alone that are pressed inside of it. Escape is
 * never for what is inside: it goes back from what stands round it.
 */
export type Keys = 'of_the_window' | 'inside';

/** This page's clock, milliseconds. */
const now_ms = performance.now.bind(performance);

/** Of this window: since when it is in front, and whether a press was heard since. */
const front = { at: -Infinity, isBehind: !document.hasFocus(), heard: false };

// The same events come when the focus goes into a frame of this page and back.
window.addEventListener('blur', () => {
  setTimeout(() => {
    front.isBehind ||= !document.hasFocus();
  }, 0);
});
window.addEventListener('focus', () => {
  if (!front.isBehind) return;
  Object.assign(front, { at: now_ms(), isBehind: false, heard: false });
});

/** Whether a press may be that of a key that was held in another window. */
function isCarriedOver(): boolean {
  const isFirst = !front.heard;
  front.heard = true;
  return isFirst && now_ms() - front.at < CARRIED_MS;
}

class FreshPresses {
  #node: HTMLElement;
  #keys: Keys;
  /** When it was drawn; null while it is not, as in a window that is hidden. */
  #paintedAt: number | null = null;
  /** When the window came to the front. */
  #inFrontAt = -Infinity;
  #isBehind = !document.hasFocus();
  /** The last press that did nothing. */
  #idleAt = -Infinity;
  #pointerIsFresh = true;
  #frame = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #ending = new AbortController();

  constructor(node: HTMLElement, keys: Keys) {
    this.#node = node;
    this.#keys = keys;
    const { signal } = this.#ending;
    const capture = { signal, capture: true };
    window.addEventListener(
      'keydown',
      (event) => {
        this.#key(event);
      },
      capture,
    );
    node.addEventListener(
      'pointerdown',
      () => {
        this.#pointerIsFresh = this.#isFresh(this.#paintedAt);
      },
      capture,
    );
    node.addEventListener(
      'click',
      (event) => {
        this.#click(event);
      },
      capture,
    );
    // Also from a frame of Stripe's, whose keys this page does not see.
    node.addEventListener(
      'submit',
      (event) => {
        if (isCarriedOver() || !this.#isFresh(this.#seenAt())) this.#ignore(event);
      },
      capture,
    );
    document.addEventListener(
      'visibilitychange',
      () => {
        this.#watch();
      },
      { signal },
    );
    // The same events come when the focus goes into a frame of this page and back.
    window.addEventListener(
      'blur',
      () => {
        setTimeout(() => {
          this.#isBehind ||= !document.hasFocus();
        }, 0);
      },
      { signal },
    );
    window.addEventListener(
      'focus',
      () => {
        this.#comesToTheFront();
      },
      { signal },
    );
    this.#watch();
  }

  stop(): void {
    this.#ending.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settling);
    this.#node.removeAttribute('aria-disabled');
  }

  /** Waits until it has been drawn: in the second frame the first one is on the screen. A hidden window has no frames. */
  #watch(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settling);
    this.#paintedAt = null;
    this.#node.setAttribute('aria-disabled', 'true');
    if (document.visibilityState !== 'visible') return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = requestAnimationFrame(() => {
        this.#paintedAt = now_ms();
        this.#settle();
      });
    });
  }

  #comesToTheFront(): void {
    if (!this.#isBehind) return;
    this.#isBehind = false;
    this.#inFrontAt = now_ms();
    if (this.#paintedAt !== null) this.#settle();
  }

  /** For who cannot see it, and for tests: a press does nothing yet. */
  #settle(): void {
    clearTimeout(this.#settling);
    this.#node.setAttribute('aria-disabled', 'true');
    const carried_ms = front.heard ? 0 : CARRIED_MS - (now_ms() - front.at);
    this.#settling = setTimeout(
      () => {
        this.#node.removeAttribute('aria-disabled');
      },
      Math.max(SEEN_MS, carried_ms),
    );
  }

  /** Since when somebody at the keyboard can have seen it; null: not yet. */
  #seenAt(): number | null {
    return this.#paintedAt === null ? null : Math.max(this.#paintedAt, this.#inFrontAt);
  }

  #isFresh(seenAt: number | null): boolean {
    const now = now_ms();
    return seenAt !== null && now - seenAt >= SEEN_MS && now - this.#idleAt >= CALM_MS;
  }

  #ignore(event: Event): void {
    this.#idleAt = now_ms();
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.#isFor(event)) return;
    const writes = event.key.length === 1 && event.target instanceof Element && event.target.closest(TEXT_FIELDS) !== null;
    if (writes) return;
    if (!PRESSING.has(event.key)) {
      // Somebody is typing for something else, and an Enter may follow.
      if (event.key.length === 1) this.#idleAt = now_ms();
      return;
    }
    if (isCarriedOver() || event.repeat || !this.#isFresh(this.#seenAt())) this.#ignore(event);
  }

  #isFor(event: KeyboardEvent): boolean {
    const { target } = event;
    if (this.#keys === 'inside' && event.key === 'Escape') return false;
    if (target instanceof Node && this.#node.contains(target)) return true;
    if (this.#keys === 'inside') return false;
    // Escape is the window's, wherever the focus is.
    return event.key === 'Escape' || !(target instanceof Element) || target.closest(CONTROLS) === null;
  }

  /** A click without a pointer is a key's, which has been looked at, or a screen reader's. */
  #click(event: MouseEvent): void {
    if (event.detail > 0 && !this.#pointerIsFresh) this.#ignore(event);
  }
}

/**
 * What is pressed in this element, or by the window's keys while it is there, must be a fresh press. `face` says what it shows:
 * when that changes, it is a new thing to be seen first; null: nothing that has to be.
 */
export function freshPressOnly(face: string | null, keys: Keys = 'of_the_window'): Attachment<HTMLElement> {
  return (node) => {
    if (face === null) return undefined;
    const presses = new FreshPresses(node, keys);
    return () => {
      presses.stop();
    };
  };
}
