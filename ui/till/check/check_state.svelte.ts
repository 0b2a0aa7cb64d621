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
  /** How often something was told: an answer to what was asked before is older. */
  #heard = 0;
  /** The check that was asked for last, of the till in force. */
  #asked: object | null = null;

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

  /** What the till in force tells of its check. Null: another till was put in force, and nobody has checked that one. */
  hear(report: CheckReport | null): void {
    this.#heard += 1;
    this.report = report;
    if (report !== null) return;
    this.refusal = null;
    this.starting = false;
    this.#asked = null;
  }

  /** Reads how the check stands of the till that is in force now, whichever window began it. */
  async refresh(): Promise<void> {
    const heard = this.#heard;
    try {
      const report = await this.#core.checkReport();
      // What was told meanwhile is newer.
      if (heard === this.#heard) this.hear(report);
    } catch {
      // Nobody asked for it.
    }
  }

  /** Another mode: nothing of the old one stays. */
  forget(): void {
    this.hear(null);
    this.#putOff = false;
  }

  putOff(): void {
    this.#putOff = true;
  }

  async start(): Promise<void> {
    if (this.running) return;
    const asked = {};
    this.#asked = asked;
    this.starting = true;
    this.refusal = null;
    try {
      await this.#core.checkTill();
    } catch (thrown) {
      if (this.#asked === asked) this.refusal = uiError(thrown, this.#writing);
    } finally {
      if (this.#asked === asked) this.starting = false;
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
