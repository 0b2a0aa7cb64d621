// Saving the list at hand as a file: what is asked, how far it is, and where it went.
import type { ListForm } from '../../shared/bindings/ListForm';
import type { SavedList } from '../../shared/bindings/SavedList';
import type { Wanted } from '../../shared/bindings/Wanted';
import type { TillCore } from '../../shared/core';
import { uiError, type UiError } from '../../shared/told';
import type { Writing } from '../../words/facts';
import { words } from '../../words/now.svelte';

/** Where it stands. */
export type Phase = 'closed' | 'asks' | 'saving' | 'stopping' | 'saved' | 'stopped' | 'failed';

/** The list that is saved. */
export class ListSaving {
  phase = $state<Phase>('closed');
  /** Sales so far. */
  written = $state(0);
  saved = $state<SavedList | null>(null);
  failed = $state<UiError | null>(null);

  #core: TillCore;
  #writing: Writing;
  /** One that was begun before is not this one. */
  #begun = 0;

  constructor(core: TillCore, writing: Writing) {
    this.#core = core;
    this.#writing = writing;
  }

  get isUnderWay(): boolean {
    return this.phase === 'saving' || this.phase === 'stopping';
  }

  /** Asks in which form, unless a list is being saved. */
  ask(): void {
    if (!this.isUnderWay) this.phase = 'asks';
  }

  /** One step back: what is being saved is stopped, anything else is gone. */
  leave(): void {
    if (!this.isUnderWay) this.phase = 'closed';
    else if (this.phase === 'saving') {
      this.phase = 'stopping';
      // What is not heard ends by itself, and is told then.
      this.#core.stopList().catch(() => undefined);
    }
  }

  async save(wanted: Wanted, form: ListForm['form']): Promise<void> {
    if (this.phase !== 'asks') return;
    this.#begun += 1;
    const begun = this.#begun;
    this.phase = 'saving';
    this.written = 0;
    this.failed = null;
    try {
      const { columns, states } = words().listing;
      const saved = await this.#core.saveList(wanted, form === 'plain' ? { form } : { form, words: { columns, states } });
      if (begun !== this.#begun) return;
      this.saved = saved;
      this.phase = saved === null ? 'stopped' : 'saved';
    } catch (thrown) {
      if (begun !== this.#begun) return;
      this.failed = uiError(thrown, this.#writing);
      this.phase = 'failed';
    }
  }

  hear(written: number): void {
    if (this.isUnderWay) this.written = written;
  }

  /** Another till is in force: its list is not this one. */
  forget(): void {
    this.leave();
    this.#begun += 1;
    this.phase = 'closed';
  }
}
