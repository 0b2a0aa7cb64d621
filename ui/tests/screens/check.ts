// "Check this till": before, while it runs, and what it tells of a till that is well and of each kind of trouble.
import type { CheckItem } from '../../shared/bindings/CheckItem';
import type { CheckLine } from '../../shared/bindings/CheckLine';
import type { CheckReport } from '../../shared/bindings/CheckReport';
import { TRUE_CHECKS } from '../../shared/fake_check';
import type { FakeCore } from '../../shared/fake_core';
import { SAMPLES } from '../sentence_samples';
import { go, press, says, there, till, type EveryScreen } from './bring';
import { userEvent } from 'vitest/browser';

const lines = SAMPLES.check.line.map(([line]) => line);
const items = [...new Set(lines.map(({ item }) => item))];

/** All that a line can say, as many at a time as there are lines. Where each stands is not what counts here. */
function inLines(all: CheckLine[]): CheckReport[] {
  const reports: CheckReport[] = [];
  for (let from = 0; from < all.length; from += items.length) {
    const some = all.slice(from, from + items.length).map((line, at): CheckLine => ({ ...line, item: items[at] as CheckItem }));
    reports.push({ ...TRUE_CHECKS.troubled, lines: some });
  }
  return reports;
}

async function open(): Promise<void> {
  await go('settings');
  await there('room-check');
  await userEvent.keyboard('{Alt>}k{/Alt}');
}

const run = (name: string, next: CheckReport, then: (core: FakeCore) => unknown = () => undefined) =>
  till(`check/${name}`, {
    mode: next.live ? 'live' : 'training',
    put: (core) => {
      core.check.next = next;
    },
    walk: async (core) => {
      await open();
      await press('check-start');
      await says('check', 'data-stands', 'done');
      await then(core);
    },
    shows: 'check-verdict',
  });

export const check: EveryScreen[] = [
  till('check/before', { walk: open, shows: 'check-start' }),
  till('check/running', {
    put: (core) => {
      core.check.stopsAfter = 5;
    },
    walk: async () => {
      await open();
      await press('check-start');
      await says('check', 'data-stands', 'running');
    },
    shows: 'check-verdict',
  }),
  till('check/stopped', {
    put: (core) => {
      core.check.stopsAfter = 5;
    },
    walk: async () => {
      await open();
      await press('check-start');
      await says('check', 'data-stands', 'running');
      await press('check-start');
      await says('check', 'data-stands', 'stopped');
    },
    shows: 'check-verdict',
  }),
  till('check/not-now', {
    put: (core) => {
      core.refuseNext.set('check_till', { fact: 'refused', refusal: { code: 'not_now', why: 'sale_in_hand' } });
    },
    walk: async () => {
      await open();
      await press('check-start');
    },
    shows: 'check-refusal',
  }),
  ...Object.entries(TRUE_CHECKS).map(([name, report]) => run(name, report)),
  ...inLines(lines.filter(({ result }) => result.found === 'failed')).map((report, at) => run(`every-trouble-${String(at + 1)}`, report)),
  ...inLines(lines.filter(({ result }) => result.found === 'not_shown' || (result.found === 'shown' && result.detail !== null))).map(
    (report, at) => run(`every-remark-${String(at + 1)}`, report),
  ),
  run('report-to-be-copied', TRUE_CHECKS.troubled, async () => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('kept by the webview'));
    await press('check-copy');
    await there('check-report');
    Reflect.deleteProperty(navigator.clipboard, 'writeText');
  }),
];
