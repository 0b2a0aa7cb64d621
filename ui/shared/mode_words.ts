// What each mode is called and what it means for money.
import type { Mode } from './bindings/Mode';
import { unreachable } from './unreachable';

/** A mode in words. `receipt` is the mark on a receipt, empty in live mode. */
export interface ModeWords {
  name: string;
  meaning: string;
  receipt: string;
}

/** The words for a mode. */
export function modeWords(mode: Mode): ModeWords {
  switch (mode) {
    case 'training':
      return { name: 'TRAINING', meaning: 'no real money', receipt: 'TRAINING: not a real payment' };
    case 'test':
      return { name: 'TEST', meaning: 'your Stripe test account, no real money', receipt: 'TEST: not a real payment' };
    case 'live':
      return { name: 'LIVE', meaning: 'real money', receipt: '' };
    default:
      return unreachable(mode);
  }
}
