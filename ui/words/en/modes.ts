// English: what each mode is called and what it means for money.
import type { Mode } from '../../shared/bindings/Mode';
import type { ByName } from '../facts';

/** `receipt` is the mark on a receipt, empty in live mode. */
interface ModeWords {
  name: string;
  meaning: string;
  receipt: string;
}

const names: ByName<Mode, ModeWords> = {
  training: { name: 'TRAINING', meaning: 'no real money', receipt: 'TRAINING: not a real payment' },
  test: { name: 'TEST', meaning: 'your Stripe test account, no real money', receipt: 'TEST: not a real payment' },
  live: { name: 'LIVE', meaning: 'real money', receipt: '' },
};

export const modes = {
  ...names,
  /** What the band is, for who hears it. */
  band: 'Mode',
};
