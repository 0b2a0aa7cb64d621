// The preferences as they are changed: each is kept when its field is left or chosen, one after the other.
import type { Preferences } from '../../shared/bindings/Preferences';
import type { TillStatus } from '../../shared/bindings/TillStatus';
import type { TillCore } from '../../shared/core';
import { uiError, type UiError } from '../../shared/told';
import type { Writing } from '../../words/facts';

/** What the till knows of itself, and is told anew. */
interface Standing extends Writing {
  readonly status: TillStatus | null;
  hearStatus: (status: TillStatus) => void;
}

/** What became of the preference that was changed last. */
interface Outcome {
  what: keyof Preferences;
  refusal: UiError | null;
}

/** The preferences of the till. */
export class PreferencesState {
  /** The shop's name as it is typed, until it is kept: it outlives its room, so that a name that is refused is not lost. */
  name = $state<string | null>(null);

  #outcome = $state.raw<Outcome | null>(null);
  #core: TillCore;
  #till: Standing;
  /** The last change: one begins when the one before it has been kept, and so undoes nothing of it. */
  #before: Promise<unknown> = Promise.resolve();
  #keeping: string | null = null;

  constructor(core: TillCore, till: Standing) {
    this.#core = core;
    this.#till = till;
  }

  /** Why this was not kept; null where it was, or something else was changed last. */
  refusalOf(what: keyof Preferences): UiError | null {
    return this.#outcome?.what === what ? this.#outcome.refusal : null;
  }

  /** This was changed last, and kept. */
  isKept(what: keyof Preferences): boolean {
    return this.#outcome?.what === what && this.#outcome.refusal === null;
  }

  /** Another name is typed: what was said of the one before is over. */
  typeName(name: string): void {
    this.name = name;
    this.#outcome = null;
  }

  /** The name's field is left. */
  async keepName(): Promise<void> {
    const { name } = this;
    // A field that is left and taken away is left twice.
    if (name === null || name === this.#keeping) return;
    this.#keeping = name;
    const isKept = await this.keep({ shop_name: name }, 'shop_name');
    this.#keeping = null;
    if (isKept && this.name === name) this.name = null;
  }

  /** Keeps what was chosen. False: it was refused. */
  keep(part: Partial<Preferences>, what: keyof Preferences): Promise<boolean> {
    const kept = this.#before.then(() => this.#save(part, what));
    this.#before = kept;
    return kept;
  }

  async #save(part: Partial<Preferences>, what: keyof Preferences): Promise<boolean> {
    const { status } = this.#till;
    if (status === null) return false;
    this.#outcome = null;
    try {
      this.#till.hearStatus(await this.#core.savePreferences({ ...status.preferences, ...part }));
      this.#outcome = { what, refusal: null };
      return true;
    } catch (thrown) {
      this.#outcome = { what, refusal: uiError(thrown, this.#till) };
      return false;
    }
  }
}
