// Follows the core's scenes by long poll: ask, wait, draw, ask again.
import type { PaymentScene } from '../shared/bindings/PaymentScene';
import type { PaymentCore } from '../shared/core';

/** How long to wait after a refused question, milliseconds. */
export const PAUSE_MS = 1000;

/**
 * Calls `draw` with every scene until `signal` is aborted. A scene of a known revision is handed on too: its clock is fresh.
 * `unanswered` is told whether the core answers.
 */
export async function follow(
  core: PaymentCore,
  draw: (scene: PaymentScene) => void,
  unanswered: (yes: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let seen = 0;
  // Read through a function: the signal changes while this waits.
  const ended = () => signal.aborted;
  while (!ended()) {
    try {
      const scene = await core.watchPayment(seen);
      if (ended()) return;
      unanswered(false);
      const same = scene.revision === seen;
      seen = scene.revision;
      draw(scene);
      // An honest core waits before it repeats itself; a broken one must not make this page spin.
      if (same) await pause(50);
    } catch {
      if (ended()) return;
      unanswered(true);
      await pause(PAUSE_MS);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
