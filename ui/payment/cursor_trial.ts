// Whether the empty card field takes the cursor with nobody touching anything, for "Check this till". What is told is what was
// seen: the Element said that it has the focus (`card_cursor.svelte.ts`), or it did not come while this window was in front.
//
// Deliberately not here: how the cursor is brought into the field. That is done as for a sale.
import type { CursorTried } from '../shared/bindings/CursorTried';
import type { StripeField } from './stripe_field.svelte';

/** How long the cursor may take while the window is in front, milliseconds. A sale asks for a click after 300. */
const PATIENCE_MS = 3000;
/** How long the window may take to come to the front, milliseconds. */
const FRONT_MS = 8000;
/** How long the field may take to come up, milliseconds. */
const FIELD_MS = 13_000;
/** How often it is looked, milliseconds. */
const LOOK_MS = 50;

/** One trial. It tells once, and is over then. */
export class CursorTrial {
  #field: StripeField;
  #told: (tried: CursorTried) => void;
  #begun_ms = performance.now();
  #inFront_ms = 0;
  #timer: ReturnType<typeof setInterval>;
  #ending = new AbortController();

  constructor(field: StripeField, told: (tried: CursorTried) => void) {
    this.#field = field;
    this.#told = told;
    const { signal } = this.#ending;
    for (const name of ['pointerdown', 'keydown'] as const) {
      window.addEventListener(
        name,
        () => {
          this.#tell('touched');
        },
        { signal, capture: true },
      );
    }
    this.#timer = setInterval(() => {
      this.#look();
    }, LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#ending.abort();
  }

  #look(): void {
    const waited_ms = performance.now() - this.#begun_ms;
    const { state, cursor } = this.#field;
    if (state === 'missing' || (state === 'loading' && waited_ms >= FIELD_MS)) {
      this.#tell('no_field');
      return;
    }
    if (state !== 'ready') return;
    if (cursor.state === 'there') {
      this.#tell('there');
      return;
    }
    if (document.hasFocus()) this.#inFront_ms += LOOK_MS;
    if (this.#inFront_ms >= PATIENCE_MS) this.#tell('needs_click');
    else if (this.#inFront_ms === 0 && waited_ms >= FRONT_MS) this.#tell('not_in_front');
  }

  #tell(tried: CursorTried): void {
    if (this.#ending.signal.aborted) return;
    this.stop();
    this.#told(tried);
  }
}
