// "Check this till" as the owner meets it: one key to it, one key through it, each line in words with its remedy, and a report
// that can be sent along. What is told comes from the till's own test (`true_checks.json`).
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { CheckLine } from '../shared/bindings/CheckLine';
import type { CheckReport } from '../shared/bindings/CheckReport';
import type { KeyRight } from '../shared/bindings/KeyRight';
import { TRUE_CHECKS } from '../shared/fake_check';
import { FakeCore } from '../shared/fake_core';
import '../shared/tokens.css';
import '../shared/base.css';
import App from '../till/App.svelte';
import { asText, grouped } from '../till/check/report';
import { check as english } from '../words/en/check';
import { rights } from '../words/en/rights';
import { check as dutch } from '../words/nl/check';
import { putSaleIn } from './scenes';
import { seen } from './seen';

let core: FakeCore;
beforeEach(async () => {
  await page.viewport(1180, 800);
  core = new FakeCore();
});

const check = () => page.getByTestId('check');

async function openCheck() {
  render(App, { core });
  await expect.element(page.getByTestId('amount')).toHaveFocus();
  await userEvent.keyboard('{Alt>}3{/Alt}');
  await expect.element(page.getByTestId('room-shop')).toHaveFocus();
  await userEvent.keyboard('{Alt>}k{/Alt}');
  await expect.element(page.getByTestId('check-start')).toHaveFocus();
  await seen();
}

test('is reached, begun, read and left by keys alone', async () => {
  await openCheck();
  await userEvent.keyboard('{Enter}');
  await expect.element(check()).toHaveAttribute('data-stands', 'done');
  await expect.element(page.getByTestId('check-verdict')).toHaveTextContent('All is well');
  const lines = document.querySelectorAll('[data-testid^="check-"][data-found]');
  expect(lines.length).toBe(TRUE_CHECKS.well.lines.length);
  await expect.element(page.getByTestId('check-sale_request')).toHaveTextContent('payment_method, confirm, use_stripe_sdk');
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByTestId('room-check')).toHaveFocus();
});

test('what is in the way is counted, and each line says what to do', async () => {
  core.check.next = TRUE_CHECKS.troubled;
  await openCheck();
  await userEvent.keyboard('{Enter}');
  const failed = TRUE_CHECKS.troubled.lines.filter((line) => line.result.found === 'failed').length;
  await expect.element(page.getByTestId('check-verdict')).toHaveTextContent(`${String(failed)} things to put right`);
  await expect.element(page.getByTestId('check-keyring')).toHaveTextContent(/keyring is locked.*Unlock it/);
  await expect.element(page.getByTestId('check-read_disputes')).toHaveTextContent('“Disputes: read”');
  await expect.element(page.getByTestId('check-write_payment_intents')).toHaveTextContent('“PaymentIntents: write”');
  await expect.element(page.getByTestId('check-clock')).toHaveTextContent(/60 minutes ahead.*Set it/);
  await expect.element(page.getByTestId('check-publishable_key')).toHaveAttribute('data-found', 'not_shown');
});

test('the form for the keys lists every right that a line can miss, in the same words, and what each is for', async () => {
  render(App, { core });
  await expect.element(page.getByTestId('amount')).toHaveFocus();
  await userEvent.keyboard('{Alt>}3{/Alt}');
  await page.getByTestId('room-stripe').click();
  const list = page.getByTestId('key-rights');
  for (const [right, { name, why }] of Object.entries(rights)) {
    await expect.element(list).toHaveTextContent(`${name} ${why}`);
    const line: CheckLine = { item: 'refund', result: { found: 'failed', fault: { fault: 'lacks_right', right: right as KeyRight } } };
    expect(english.line(line, 'en-GB')).toContain(`“${name}”`);
  }
});

test('a refused parameter is named, with Stripe’s own word for it', async () => {
  core.check.next = TRUE_CHECKS.refused;
  await openCheck();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('check-sale_request')).toHaveTextContent(/parameter payment_method_types.*HTTP 400/);
});

test('a right that only an act would show is told as not shown, and is no trouble', async () => {
  core.check.next = TRUE_CHECKS.live;
  await openCheck();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('check-verdict')).toHaveTextContent('Nothing is in the way');
  await expect.element(page.getByTestId('check-write_charges')).toHaveAttribute('data-found', 'not_shown');
});

test('while it runs, each line stands as it comes, and the same key stops it', async () => {
  core.check.stopsAfter = 5;
  await openCheck();
  await userEvent.keyboard('{Enter}');
  await expect.element(check()).toHaveAttribute('data-stands', 'running');
  expect(document.querySelectorAll('[data-found]').length).toBe(5);
  await expect.element(page.getByTestId('check-start')).toHaveTextContent('Stop');
  await seen();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('check-verdict')).toHaveTextContent('Stopped before the end');
  expect(core.calls.filter((call) => call === 'check_till').length).toBe(1);
});

test('of a till that is no longer in force nothing is left, however far it was', async () => {
  core.check.stopsAfter = 5;
  await openCheck();
  await userEvent.keyboard('{Enter}');
  await expect.element(check()).toHaveAttribute('data-stands', 'running');
  // Keys of another account, in the same mode.
  core.check.forget();
  await expect.element(check()).toHaveAttribute('data-stands', 'none');
  await expect.element(page.getByTestId('check-start')).toHaveTextContent('Check now');
  // One that was asked for and has not begun is the old till's, too, and so is its refusal.
  let refuse: () => void = () => undefined;
  core.checkTill = () =>
    new Promise((_, reject) => {
      refuse = () => {
        reject(new Error('the till is closed'));
      };
    });
  await seen();
  await page.getByTestId('check-start').click();
  await expect.element(page.getByTestId('check-start')).toHaveTextContent('Stop');
  core.check.forget();
  await expect.element(page.getByTestId('check-start')).toHaveTextContent('Check now');
  refuse();
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  await expect.element(page.getByTestId('check-refusal')).not.toBeInTheDocument();
});

test('a report that comes while it is asked for is the newer one', async () => {
  let answer: () => void = () => undefined;
  core.checkReport = () =>
    new Promise((resolve) => {
      answer = () => {
        resolve(null);
      };
    });
  await openCheck();
  core.check.tell(TRUE_CHECKS.well);
  answer();
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  await expect.element(check()).toHaveAttribute('data-stands', 'done');
});

describe('keys that are saved', () => {
  async function save(mode: 'test' | 'live') {
    await page.getByTestId('room-stripe').click();
    await page.getByTestId('secret-key').fill(`rk_${mode}_51Another`);
    await page.getByTestId('publishable-key').fill(`pk_${mode}_51Another`);
    await page.getByTestId('save-keys').click();
    await expect.element(page.getByTestId('keys-saved')).toBeVisible();
  }

  test('of the mode in force are offered a check, and what is known of the till before them is read again', async () => {
    core = new FakeCore({ mode: 'test' });
    putSaleIn(core, 'approved');
    core.check.tell(TRUE_CHECKS.troubled);
    await openCheck();
    await expect.element(check()).toHaveAttribute('data-stands', 'done');
    await save('test');
    await expect.element(page.getByTestId('keys-saved')).not.toHaveTextContent('Choose');
    await seen();
    await page.getByTestId('check-after-keys').click();
    await expect.element(check()).toHaveAttribute('data-stands', 'none');
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await expect.element(page.getByTestId('search')).toHaveFocus();
    expect(document.querySelectorAll('[data-row]').length).toBe(0);
  });

  test('bring the report of the till that is in force with them', async () => {
    core = new FakeCore({ mode: 'test' });
    await openCheck();
    await expect.element(check()).toHaveAttribute('data-stands', 'none');
    core.checkReport = () => Promise.resolve(TRUE_CHECKS.well);
    await save('test');
    await page.getByTestId('room-check').click();
    await expect.element(check()).toHaveAttribute('data-stands', 'done');
  });

  test.each([
    ['training', 'live', 'LIVE'],
    ['test', 'live', 'LIVE'],
    ['live', 'test', 'TEST'],
  ] as const)('in %s, of %s: no check is offered, which would be of another till', async (inForce, saved, name) => {
    core = new FakeCore({ mode: inForce });
    await openCheck();
    await save(saved);
    await expect.element(page.getByTestId('keys-saved')).toHaveTextContent(`Choose ${name} above to use it.`);
    await expect.element(page.getByTestId('check-after-keys')).not.toBeInTheDocument();
  });
});

test('the refusal while a sale is in hand is said on the screen', async () => {
  core.refuseNext.set('check_till', { fact: 'refused', refusal: { code: 'not_now', why: 'sale_in_hand' } });
  await openCheck();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('check-refusal')).toHaveTextContent('A sale is in hand');
});

test('the report is copied by one key, or stands selected where a webview keeps its clipboard', async () => {
  const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce().mockRejectedValueOnce(new Error('no'));
  await openCheck();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('check-copy')).toBeVisible();
  await userEvent.keyboard('{Alt>}c{/Alt}');
  await expect.element(page.getByTestId('check-copy')).toHaveTextContent('Copied');
  const copied = written.mock.calls[0]?.[0] ?? '';
  expect(copied).toContain('- Well: Keyring.');
  expect(copied.split('\n').filter((line) => line.startsWith('- ')).length).toBe(TRUE_CHECKS.well.lines.length);
  await userEvent.keyboard('{Alt>}c{/Alt}');
  await expect.poll(() => getSelection()?.toString() ?? '').toContain('Keyring');
  written.mockRestore();
});

test.each(Object.entries(TRUE_CHECKS))('the report of a till that is %s holds no secret, in either language', (_, report: CheckReport) => {
  for (const words of [english, dutch]) {
    const text = asText(report, words, 'TRAINING', 'en-GB');
    expect(text).not.toMatch(/[srp]k_(test|live)_|_secret_|pi_[0-9A-Za-z]|undefined|\[object/);
    // Every line is under a heading, and says something in whole sentences.
    expect(grouped(report).flatMap(({ lines }) => lines).length).toBe(report.lines.length);
    for (const line of report.lines) expect(words.line(line, 'en-GB')).toMatch(/[.)]$/);
  }
});

test('both languages know every line, and say different things', () => {
  for (const report of Object.values(TRUE_CHECKS)) {
    for (const line of report.lines) expect(dutch.line(line, 'nl-NL')).not.toBe(english.line(line, 'nl-NL'));
  }
  expect(Object.keys(dutch.item)).toEqual(Object.keys(english.item));
});

test('it is offered before the first live sale, until it is put off or a sale is there', async () => {
  core = new FakeCore({ mode: 'live' });
  const first = render(App, { core });
  await expect.element(page.getByTestId('check-first')).toHaveTextContent('No live payment has been taken here yet');
  await seen();
  await page.getByTestId('check-first-open').click();
  await expect.element(check()).toBeVisible();
  await expect.element(page.getByTestId('check-first')).not.toBeInTheDocument();
  await userEvent.keyboard('{Alt>}1{/Alt}');
  await seen();
  await page.getByTestId('check-first-later').click();
  await expect.element(page.getByTestId('check-first')).not.toBeInTheDocument();
  await first.unmount();
  putSaleIn(core, 'approved');
  render(App, { core });
  await expect.element(page.getByTestId('window')).toBeVisible();
  await vi.waitFor(() => {
    expect(core.calls.filter((call) => call === 'recent_sales').length).toBeGreaterThan(1);
  });
  await expect.element(page.getByTestId('check-first')).not.toBeInTheDocument();
});

test('in training nothing is offered before a sale', async () => {
  render(App, { core });
  await expect.element(page.getByTestId('amount')).toHaveFocus();
  await expect.element(page.getByTestId('check-first')).not.toBeInTheDocument();
});

test.each([
  [1180, 800],
  [1024, 600],
])('nothing is cut off at %i by %i', async (width, height) => {
  await page.viewport(width, height);
  core.check.next = TRUE_CHECKS.troubled;
  await openCheck();
  await userEvent.keyboard('{Enter}');
  await expect.element(check()).toHaveAttribute('data-stands', 'done');
  const screen = page.getByTestId('room').element();
  expect(screen.scrollWidth).toBeLessThanOrEqual(screen.clientWidth);
  for (const shown of document.querySelectorAll('[data-found] p')) expect(shown.scrollWidth).toBeLessThanOrEqual(shown.clientWidth + 1);
});
