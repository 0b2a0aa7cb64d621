// The fake core's list of sales as a file: written nowhere, and told of as the core would.
import type { ListForm } from './bindings/ListForm';
import type { SaleView } from './bindings/SaleView';
import type { SavedList } from './bindings/SavedList';
import type { Wanted } from './bindings/Wanted';
import type { Unsubscribe } from './core';
import { fakeFind } from './fake_find';

/** The list, and who hears how far it is. */
export class FakeListing {
  /** A list takes until it is let go on or stopped. */
  waits = false;
  /** How many of the sales cannot be read. */
  unreadable = 0;
  /** What was asked for last. */
  asked: { wanted: Wanted; form: ListForm } | null = null;

  #heard = new Set<(written: number) => void>();
  #end: (saved: boolean) => void = () => undefined;

  async save(sales: readonly SaleView[], wanted: Wanted, form: ListForm): Promise<SavedList | null> {
    this.asked = { wanted, form };
    let count = 0;
    for (let past: number | null = null, more = true; more;) {
      const page = fakeFind(sales, wanted, past);
      count += page.sales.length;
      past = page.next;
      more = past !== null;
    }
    const isSaved =
      !this.waits ||
      (await new Promise<boolean>((resolve) => {
        this.#end = resolve;
      }));
    return isSaved
      ? { file: '/home/till/Downloads/countersign-sales-2026-12-01-training.csv', sales: count, unreadable: this.unreadable }
      : null;
  }

  /** So many are written. */
  tell(written: number): void {
    for (const heard of this.#heard) heard(written);
  }

  goOn(): void {
    this.#end(true);
  }

  stop(): void {
    this.#end(false);
  }

  hear(heard: (written: number) => void): Unsubscribe {
    this.#heard.add(heard);
    return () => {
      this.#heard.delete(heard);
    };
  }
}
