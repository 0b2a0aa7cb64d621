// What every command of the fake core goes through: it is written down, refused where a test wants it, and takes its time.
import type { AmountRefused } from './bindings/AmountRefused';
import type { Priced } from './bindings/Priced';
import type { Refusal } from './bindings/Refusal';
import type { TillFact } from './bindings/TillFact';
import { codeOf } from './told';

/** Why the fake refuses: the fact that crosses from the real core, in an error. */
export class Refused extends Error {
  constructor(fact: TillFact) {
    super(codeOf(fact));
    Object.assign(this, fact);
  }
}

/** The same of a rule of the till's. */
export function refused(refusal: Refusal): Refused {
  return new Refused({ fact: 'refused', refusal });
}

/** The same of an amount. */
export function amountRefused(priced: Exclude<Priced, { kind: 'amount' }>): Refused {
  const refused: AmountRefused = priced.kind === 'empty' ? { why: 'empty' } : priced.refused;
  return new Refused({ fact: 'amount_refused', refused });
}

/** What a fake core hears. */
export class FakeAsked {
  /** Every command, in order, for tests: never a secret key. */
  readonly calls: string[] = [];
  /** The next call of a command is refused with this. */
  readonly refuseNext = new Map<string, TillFact | 'silence'>();

  #delay_ms: number;

  /** How long the "network" takes, milliseconds. */
  constructor(delay_ms: number) {
    this.#delay_ms = delay_ms;
  }

  protected async heard(command: string): Promise<void> {
    this.calls.push(command);
    const refused = this.refuseNext.get(command.split(' ')[0] ?? '');
    this.refuseNext.delete(command.split(' ')[0] ?? '');
    if (this.#delay_ms > 0)
      await new Promise((resolve) => {
        setTimeout(resolve, this.#delay_ms / 4);
      });
    if (refused === 'silence') throw new Error('nothing is there');
    if (refused !== undefined) throw new Refused(refused);
  }

  protected soon(then: () => void): void {
    setTimeout(then, this.#delay_ms);
  }
}
