// What is said in the payment window of something that did not go.
import type { Code } from '../shared/told';

/** A sentence, in the words in force when it is read. */
export interface Said {
  readonly code: Code | 'stripe' | 'test_card';
  readonly message: string;
}

/** Makes one. */
export const saying = (code: Said['code'], say: () => string): Said => ({
  code,
  get message() {
    return say();
  },
});
