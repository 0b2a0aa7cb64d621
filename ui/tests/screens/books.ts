// The books beside Stripe's: before, while and after they are compared, with every difference, gap and note that there can be.
import type { Agreement } from '../../shared/bindings/Agreement';
import type { DifferenceView } from '../../shared/bindings/DifferenceView';
import type { FakeCore } from '../../shared/fake_core';
import { fakeMoney } from '../../shared/fake_price';
import { differences, putPaid } from '../scenes';
import { SAMPLES } from '../sentence_samples';
import { asked, go, press, says, till, type EveryScreen } from './bring';

const POUNDS = { currency: 'GBP', locale: 'en-GB' };
const DAY_MS = 86_400_000;

/** As the core has compared it, and what it is then put to. */
async function compared(
  core: FakeCore,
  agreement: Agreement,
  more: Partial<Awaited<ReturnType<FakeCore['reconcile']>>> = {},
): Promise<void> {
  const result = await core.reconcile(Date.now() - DAY_MS, Date.now());
  core.putReconciliation({ ...result, at_ms: Date.now() + 1, agreement, ...more });
}

/** Every kind of difference, each with what can be done about it. */
function everyDifference(core: FakeCore): DifferenceView[] {
  const { sale_id, number } = putPaid(core, {});
  return SAMPLES.books.difference.map(([view], at) => ({
    ...view,
    sale_id,
    number,
    payment_intent: `pi_3QFakeDifference${String(at)}`,
    money: fakeMoney(1860, POUNDS),
    put_right: at % 3 === 2,
    remedies: view.difference.what === 'missing_here' ? ['take_in', 'dashboard'] : ['open_sale', 'dashboard'],
  }));
}

/** The samples hold some kinds twice, with one and with several. */
const oneOfEach = <Fact extends { kind: string }>(facts: Fact[]): Fact[] => [...new Map(facts.map((fact) => [fact.kind, fact])).values()];

const opened = (name: string, put: (core: FakeCore) => unknown, walk: (core: FakeCore) => unknown = () => undefined, shows = 'verdict') =>
  till(`books/${name}`, {
    put,
    walk: async (core) => {
      await go('reconcile');
      await walk(core);
    },
    shows,
  });

export const books: EveryScreen[] = [
  opened(
    'not-compared-yet',
    (core) => {
      putPaid(core, {});
    },
    undefined,
    'compare',
  ),
  till('books/comparing', {
    walk: async (core) => {
      await go('reconcile');
      core.reconcile = () => new Promise(() => undefined);
      await press('compare');
    },
    shows: 'compare',
  }),
  till('books/comparing-so-far', {
    put: (core) => {
      putPaid(core, {});
      return compared(core, 'agrees');
    },
    walk: async (core) => {
      await go('reconcile');
      core.reconcile = () => new Promise(() => undefined);
      await press('compare');
      core.putComparing({ step: 'comparing', compared: 12_000, of: 30_000 });
    },
    shows: 'comparing-progress',
  }),
  till('books/stopped', {
    put: (core) => {
      Object.assign(core, { reconcile: () => Promise.resolve(null) });
    },
    walk: async () => {
      await go('reconcile');
      await press('compare');
    },
    shows: 'comparing-stopped',
  }),
  opened(
    'agree',
    (core) => {
      putPaid(core, {});
    },
    () => press('compare'),
  ),
  opened('differ', (core) => {
    core.differences = differences(putPaid(core, {}));
    return compared(core, 'differs');
  }),
  opened('every-difference', (core) => compared(core, 'differs', { differences: everyDifference(core) })),
  opened(
    'every-gap-and-note',
    (core) =>
      compared(core, 'not_whole', {
        gaps: oneOfEach(SAMPLES.books.gap.map(([gap]) => gap)),
        notes: SAMPLES.books.note.map(([note]) => note),
      }),
    undefined,
    'notes',
  ),
  opened('not-comparable', (core) => compared(core, 'not_compared', { gaps: [{ kind: 'no_stripe_time' }] })),
  opened(
    'refused',
    (core) => {
      core.refuseNext.set('reconcile', { fact: 'refused', refusal: { code: 'not_reconciled', status: 500 } });
    },
    async () => {
      await press('compare');
      await says('reconcile-refusal', 'data-code', 'not_reconciled');
    },
    'reconcile-refusal',
  ),
  opened(
    'number-at-stripe-copied',
    (core) => {
      core.differences = differences(putPaid(core, {}));
      return compared(core, 'differs');
    },
    async (core) => {
      await press('copy-id');
      await asked(core, 'reconciliation');
    },
    'dashboard-id',
  ),
];
