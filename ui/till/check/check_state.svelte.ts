// What the main window knows of "Check this till": the latest check, line by line, and whether it is to be offered.
import type { CheckReport } from '../../shared/bindings/CheckReport';
import type { TillCore } from '../../shared/core';
import { uiError, type UiError } from '../../shared/told';
import type { Writing } from '../../words/facts';

/** The check of the till that is open. */
export class CheckState {
  report = $state<CheckReport | null>(null);
  refusal = $state<UiError | null>(null);
  /** A check was asked for, and has not begun yet. */
  starting = $state(false);

  #core: TillCore;
  #writing: Writing;
  #putOff = $state(false);
  /** Reports of another mode are not this one's. */
  #era = 0;

  /** `writing` is read when something is to be said. */
  constructor(core: TillCore, writing: Writing) {
    this.#core = core;
    this.#writing = writing;
  }

  get running(): boolean {
    return this.starting || this.report?.stands === 'running';
  }

  /** Nobody has checked this till since it was opened, and nobody has put it off. */
  get isToBeOffered(): boolean {
    return !this.#putOff && this.report === null;
  }

  hear(report: CheckReport | null): void {
    if (report !== null) this.report = report;
  }

  /** Reads how far the check is that this window may have begun before its page was loaded again. */
  async refresh(): Promise<void> {
    const era = this.#era;
    try {
      const report = await this.#core.checkReport();
      if (era === this.#era) this.hear(report ?? this.report);
    } catch {
      // Nobody asked for it.
    }
  }

  /** Another mode: nothing of the old one stays. */
  forget(): void {
    this.#era += 1;
    this.report = null;
    this.refusal = null;
    this.#putOff = false;
  }

  putOff(): void {
    this.#putOff = true;
  }

  async start(): Promise<void> {
    if (this.running) return;
    this.starting = true;
    this.refusal = null;
    try {
      await this.#core.checkTill();
    } catch (thrown) {
      this.refusal = uiError(thrown, this.#writing);
    } finally {
      this.starting = false;
    }
  }

  async stop(): Promise<void> {
    try {
      await this.#core.stopCheck();
    } catch (thrown) {
      this.refusal = uiError(thrown, this.#writing);
    }
  }
}
