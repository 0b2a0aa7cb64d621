// A clock on the screen: what reads it is drawn anew four times a second, for as long as it is there.
import { createSubscriber } from 'svelte/reactivity';

const TICK_MS = 250;

/** A clock that ticks while somebody reads it. */
export interface Ticking {
  readonly now_ms: number;
}

/** Makes one of a clock that only answers. */
export function ticking(read: () => number): Ticking {
  const subscribe = createSubscriber((tick) => {
    const timer = setInterval(tick, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  });
  return {
    get now_ms() {
      subscribe();
      return read();
    },
  };
}
