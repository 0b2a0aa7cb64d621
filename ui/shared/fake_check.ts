// A check for the fake core: it plays, line by line, what the till's own test has written down (`true_checks.json`).
import type { CheckReport } from './bindings/CheckReport';
import reports from './true_checks.json';

/** The checks that the till has told in its test. */
export const TRUE_CHECKS = reports as unknown as Readonly<Record<'well' | 'offline' | 'refused' | 'troubled' | 'live', CheckReport>>;

/** A check that is played. */
export class FakeCheck {
  report: CheckReport | null = null;
  /** What the next check tells. */
  next: CheckReport = TRUE_CHECKS.well;
  /** A check stops after so many lines, and waits. */
  stopsAfter = Infinity;
  #heard = new Set<(report: CheckReport | null) => void>();

  hear(heard: (report: CheckReport | null) => void): () => void {
    this.#heard.add(heard);
    return () => {
      this.#heard.delete(heard);
    };
  }

  start(): void {
    if (this.report?.stands === 'running') return;
    const whole = { ...this.next, started_ms: Date.now() };
    this.tell({ ...whole, stands: 'running', lines: [] });
    for (let lines = 1; lines <= Math.min(whole.lines.length, this.stopsAfter); lines += 1) {
      this.tell({ ...whole, stands: 'running', lines: whole.lines.slice(0, lines) });
    }
    if (this.stopsAfter >= whole.lines.length) this.tell(whole);
  }

  stop(): void {
    if (this.report?.stands === 'running') this.tell({ ...this.report, stands: 'stopped' });
  }

  /** Another till is in force, which nobody has checked. */
  forget(): void {
    this.tell(null);
  }

  tell(report: CheckReport | null): void {
    this.report = report;
    for (const heard of this.#heard) heard(report);
  }
}
