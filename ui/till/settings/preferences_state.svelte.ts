// The preferences as they are changed: each is kept when its field is left or chosen, one after the other.
import { SvelteMap } from 'svelte/reactivity';
import type { Preferences } from '../../shared/bindings/Preferences';
import type { TillStatus } from '../../shared/bindings/TillStatus';
import type { TillCore } from '../../shared/core';
import { uiError, type UiError } from '../../shared/told';
import type { Writing } from '../../words/facts';

/** What the till knows of itself, and is told anew. */
interface KnowsStatus extends Writing {
  readonly status: TillStatus | null;
  hearStatus: (status: TillStatus) => void;
}

/** Has a choice show this value. The cursor goes along, among buttons of which one is chosen. */
function showChosen(chosen: HTMLSelectElement | HTMLInputElement, value: string): void {
  if (chosen instanceof HTMLSelectElement) {
    chosen.value = value;
    return;
  }
  const all = document.querySelectorAll<HTMLInputElement>(`input[type="radio"][name="${chosen.name}"]`);
  const other = [...all].find((radio) => radio.value === value);
  if (other === undefined) return;
  other.checked = true;
  if (document.activeElement === chosen) other.focus();
}

/** The preferences of the till. */
export class PreferencesState {
  /** The shop's name as it is typed, until it is kept: it outlives its room, so that a name that is refused is not lost. */
  name = $state<string | null>(null);

  /** What became of each preference when it was changed last: null where it was kept, or why it was not. */
  #outcomes = new SvelteMap<keyof Preferences, UiError | null>();
  #core: TillCore;
  #till: KnowsStatus;
  /** The last change: one begins when the one before it has been kept, and so undoes nothing of it. */
  #before: Promise<unknown> = Promise.resolve();
  /** The name that is being kept. */
  #keeping: { readonly name: string } | null = null;

  constructor(core: TillCore, till: KnowsStatus) {
    this.#core = core;
    this.#till = till;
  }

  /** Why this was not kept when it was changed last; null where it was, or where it is being kept. */
  refusalOf(what: keyof Preferences): UiError | null {
    return this.#outcomes.get(what) ?? null;
  }

  /** This was kept when it was changed last. */
  isKept(what: keyof Preferences): boolean {
    return this.#outcomes.get(what) === null;
  }

  /** A room is gone into: what was kept before is no news there. What was refused still is. */
  forgetKept(): void {
    for (const [what, refusal] of [...this.#outcomes]) if (refusal === null) this.#outcomes.delete(what);
  }

  /** Another name is typed: what was said of the one before is over. */
  typeName(name: string): void {
    this.name = name;
    this.#outcomes.delete('shop_name');
  }

  /** The name's field is left. */
  async keepName(): Promise<void> {
    const { name } = this;
    // A field that is left and taken away is left twice.
    if (name === null || name === this.#keeping?.name) return;
    const keeping = { name };
    this.#keeping = keeping;
    const isKept = await this.#keep({ shop_name: name }, 'shop_name');
    // Another name may be on its way by now.
    if (this.#keeping === keeping) this.#keeping = null;
    if (isKept && this.name === name) this.name = null;
  }

  /** Keeps what was chosen here. Where it is refused, what is kept is shown again. */
  async choose<What extends Exclude<keyof Preferences, 'shop_name'>>(
    what: What,
    value: Preferences[What],
    chosen: HTMLSelectElement | HTMLInputElement,
  ): Promise<void> {
    if (await this.#keep({ [what]: value }, what)) return;
    const kept = this.#till.status?.preferences[what];
    if (kept !== undefined) showChosen(chosen, kept);
  }

  /** Keeps what was changed. False: it was refused. */
  #keep(part: Partial<Preferences>, what: keyof Preferences): Promise<boolean> {
    const kept = this.#before.then(() => this.#save(part, what));
    this.#before = kept;
    return kept;
  }

  async #save(part: Partial<Preferences>, what: keyof Preferences): Promise<boolean> {
    const { status } = this.#till;
    if (status === null) return false;
    this.#outcomes.delete(what);
    try {
      this.#till.hearStatus(await this.#core.savePreferences({ ...status.preferences, ...part }));
      this.#outcomes.set(what, null);
      return true;
    } catch (thrown) {
      this.#outcomes.set(what, uiError(thrown, this.#till));
      return false;
    }
  }
}
