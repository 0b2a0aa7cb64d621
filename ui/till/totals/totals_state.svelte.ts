// The sums on the screen: of which days, what the books answered, and when they are asked again.
import type { Mode } from '../../shared/bindings/Mode';
import type { SpanView } from '../../shared/bindings/SpanView';
import type { TillCore } from '../../shared/core';
import { uiError, type UiError } from '../../shared/told';
import type { TillState } from '../till_state.svelte';
import { daysOf, edgesOf, isTooLong, ordinal, type Days, type SpanName, type Step } from './spans';
import { readDay, writeDay, type NoDay } from './typed_day';

/** While sales change one after another the books are asked so often, milliseconds. */
const AT_MOST_EVERY = 2000;

/** Why what was typed is no span of days. */
export type NoDays = { field: 'from' | 'to'; why: NoDay } | { field: 'to'; why: 'before_the_first' | 'too_long' };

/** What the books answered, and to what. */
export interface Answer {
  days: Days;
  step: Step;
  span: SpanView;
}

/** The sums. */
export class TotalsState {
  /** None: the days were typed. */
  chosen = $state<SpanName | null>('today');
  /** As they are typed. */
  from = $state('');
  to = $state('');
  wrong = $state<NoDays | null>(null);
  answer = $state.raw<Answer | null>(null);
  failed = $state<UiError | null>(null);

  #core: TillCore;
  #till: TillState;
  #days: Days;
  #mode: Mode | undefined;
  /** Questions so far: an answer to an earlier one is not shown. */
  #asked = 0;
  #asked_at = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(core: TillCore, till: TillState) {
    this.#core = core;
    this.#till = till;
    this.#days = daysOf('today', till.now_ms(), till.locale);
    this.choose('today');
  }

  /** Adds up a span by its name. */
  choose(name: SpanName): void {
    this.chosen = name;
    this.#show(daysOf(name, this.#till.now_ms(), this.#till.locale));
  }

  /** Adds up the days that were typed, or says what is wrong with them. */
  type(): void {
    const days = this.#typed();
    if (days === null) return;
    this.chosen = null;
    this.#show(days);
  }

  /** A sale or the status has changed. */
  hear(): void {
    if (this.#till.status?.mode !== this.#mode) {
      void this.#ask();
      return;
    }
    this.#soon ??= setTimeout(() => void this.#ask(), Math.max(0, this.#asked_at + AT_MOST_EVERY - Date.now()));
  }

  /** A day may have begun. */
  tick(): void {
    if (this.chosen === null) return;
    const now = daysOf(this.chosen, this.#till.now_ms(), this.#till.locale);
    if (ordinal(now.first) !== ordinal(this.#days.first) || ordinal(now.last) !== ordinal(this.#days.last)) this.choose(this.chosen);
  }

  leave(): void {
    clearTimeout(this.#soon);
    this.#asked += 1;
  }

  #show(days: Days): void {
    this.#days = days;
    this.from = writeDay(days.first, this.#till.locale);
    this.to = writeDay(days.last, this.#till.locale);
    this.wrong = null;
    this.answer = null;
    void this.#ask();
  }

  #typed(): Days | null {
    const first = readDay(this.from, this.#till.locale);
    const last = readDay(this.to, this.#till.locale);
    this.wrong = null;
    if (typeof first === 'string') this.wrong = { field: 'from', why: first };
    else if (typeof last === 'string') this.wrong = { field: 'to', why: last };
    else if (ordinal(last) < ordinal(first)) this.wrong = { field: 'to', why: 'before_the_first' };
    else if (isTooLong({ first, last })) this.wrong = { field: 'to', why: 'too_long' };
    else return { first, last };
    return null;
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#asked += 1;
    this.#asked_at = Date.now();
    const asked = this.#asked;
    const days = this.#days;
    const mode = this.#till.status?.mode;
    // Nothing of one mode is ever shown as another's.
    if (mode !== this.#mode) this.answer = null;
    this.#mode = mode;
    const { step, edges_ms } = edgesOf(days);
    try {
      const span = await this.#core.totals(edges_ms);
      if (asked !== this.#asked) return;
      this.answer = { days, step, span };
      this.failed = null;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.answer = null;
      this.failed = uiError(thrown, this.#till);
    }
  }
}
