// An amount that is typed, and how the core reads it. The latest answer counts, in whatever order they come.
import type { MoneyView } from '../../shared/bindings/MoneyView';
import type { Priced } from '../../shared/bindings/Priced';
import { uiError, type UiError } from '../../shared/told';
import { words } from '../../words/now.svelte';
import type { Writing } from '../../words/facts';

/** The core did not answer. */
interface Unread {
  kind: 'unread';
  failed: UiError;
}

/** The field it is typed into. */
export interface AmountField {
  focus: () => void;
  select: () => void;
}

/** What staff are typing, and what it means. */
export class AmountReading {
  text = $state('');
  /** What stands in the empty field. */
  zero = $state('0');
  /** Staff have pressed Enter: what a figure that has only been started lacks is said from then on. */
  entered = $state(false);

  #answer = $state.raw<Priced | Unread>({ kind: 'empty', zero: '0' });
  /** The text that the answer is about. */
  #read = $state('');
  #asked = 0;
  #restedOn: string | null = null;
  #ask: (text: string) => Promise<Priced>;
  #writing: Writing;

  /** `ask` puts a text to the core. */
  constructor(ask: (text: string) => Promise<Priced>, writing: Writing, text = '') {
    this.#ask = ask;
    this.#writing = writing;
    this.text = text;
  }

  get kind(): Priced['kind'] | 'unread' {
    return this.#answer.kind;
  }
  /** What the text last read means, where it is an amount that can be taken. */
  get money(): MoneyView | null {
    return this.#answer.kind === 'amount' ? this.#answer.money : null;
  }
  /** The answer is about what stands in the field. */
  get isRead(): boolean {
    return this.#read === this.text;
  }

  /** Why what is typed cannot be taken. */
  get wrong(): string | null {
    const answer = this.#answer;
    if (answer.kind === 'unread') return answer.failed.message;
    return answer.kind === 'refused' || (answer.kind === 'started' && this.entered) ? words().amounts.refused(answer.refused) : null;
  }

  /** Asks the core what the text means. */
  async read(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    const { text } = this;
    let answer: Priced | Unread;
    try {
      answer = await this.#ask(text);
    } catch (thrown) {
      answer = { kind: 'unread', failed: uiError(thrown, this.#writing) };
    }
    if (mine !== this.#asked) return;
    this.#answer = answer;
    this.#read = text;
    if (answer.kind === 'empty') this.zero = answer.zero;
  }

  /** Reads what stands there where what the core's answer rests on beside the text is another than before. */
  restOn(what: string): void {
    if (what === this.#restedOn) return;
    this.#restedOn = what;
    void this.read();
  }
}
