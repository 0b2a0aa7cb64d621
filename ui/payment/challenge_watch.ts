// Whether the bank's page is on the screen while Stripe.js runs a challenge: seen from outside, by the frames that come into
// this document after the call. Nothing of a frame is read but the room that it takes on our page.
//
// A frame that is hidden, tiny or beside the page is not a bank's page: Stripe.js has such frames for its own calls and for the
// bank's look at the browser before a challenge.
import type { BankPage } from '../shared/bindings/BankPage';

/** How long the bank's page may be missing before staff are offered to open it again, milliseconds. */
export const PATIENCE_MS = 15_000;
/** How often the page is looked at, milliseconds. */
const LOOK_MS = 250;
/** The least width and height of a bank's page, in CSS pixels. */
const LEAST_PX = 100;

/** Watches from its making on, until `stop`. */
export class ChallengeWatch {
  #home: Element;
  #heard: (page: BankPage) => void;
  // What is in it is never drawn.
  #frames = new Set<HTMLIFrameElement>();
  #observer = new MutationObserver((changes) => {
    this.#added(changes);
  });
  #timer: ReturnType<typeof setInterval>;
  #lastThere_ms = performance.now();
  #page: BankPage = 'not_heard';

  /** `home` is where our own page is: a frame in it is the card field's. */
  constructor(home: Element, heard: (page: BankPage) => void) {
    this.#home = home;
    this.#heard = heard;
    this.#observer.observe(document.documentElement, { childList: true, subtree: true });
    this.#timer = setInterval(() => {
      this.#look();
    }, LOOK_MS);
  }

  stop(): void {
    this.#observer.disconnect();
    clearInterval(this.#timer);
  }

  #added(changes: MutationRecord[]): void {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (!(node instanceof Element) || this.#home.contains(node)) continue;
      if (node instanceof HTMLIFrameElement) this.#frames.add(node);
      for (const frame of node.querySelectorAll('iframe')) this.#frames.add(frame);
    }
    this.#look();
  }

  #look(): void {
    const now_ms = performance.now();
    if ([...this.#frames].some(isOnScreen)) {
      this.#lastThere_ms = now_ms;
      this.#tell('shown');
    } else if (now_ms - this.#lastThere_ms >= PATIENCE_MS) {
      this.#tell('missing');
    }
  }

  #tell(page: BankPage): void {
    if (page === this.#page) return;
    this.#page = page;
    this.#heard(page);
  }
}

function isOnScreen(frame: HTMLIFrameElement): boolean {
  if (!frame.isConnected || !frame.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  const { left, top, right, bottom } = frame.getBoundingClientRect();
  const { scrollWidth, scrollHeight } = document.documentElement;
  return (
    isWithin(left + window.scrollX, right + window.scrollX, scrollWidth) &&
    isWithin(top + window.scrollY, bottom + window.scrollY, scrollHeight)
  );
}

/** Whether enough of a span lies on the page, where at most scrolling is needed to see it. */
function isWithin(from_px: number, to_px: number, size_px: number): boolean {
  return Math.min(to_px, size_px) - Math.max(from_px, 0) >= LEAST_PX;
}
