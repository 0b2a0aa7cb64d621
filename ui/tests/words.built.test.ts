// The small pure parts, and the rule that guards the one door to Tauri.
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { hashSource, safeInScript } from '../build/one_page';
import { stripeLocale } from '../payment/stripe_locale';
import { fillFor, grouped, spaced } from '../payment/test_cards';
import { uiError } from '../shared/told';
import { FAKE_CARDS } from '../shared/fake_data';
import type { AfterDecline } from '../shared/bindings/AfterDecline';
import type { WhyDeclined } from '../shared/bindings/WhyDeclined';
import { minutesLeft } from '../shared/time';
import { en } from '../words/en';

test('time left counts a begun second and never goes below zero', () => {
  expect(minutesLeft(3_600_000)).toBe('60:00');
  expect(minutesLeft(61_001)).toBe('01:02');
  expect(minutesLeft(1)).toBe('00:01');
  expect(minutesLeft(-5)).toBe('00:00');
});

test('Stripe.js speaks the language in force, as the shop’s locale speaks it, whatever amounts are written in', () => {
  const given = [
    ['en', 'en-GB'],
    ['en', 'en-US'],
    ['en', 'de-DE'],
    ['nl', 'nl-NL'],
    ['nl', 'en-GB'],
    ['nl', 'de-DE'],
    ['pt', 'pt-BR'],
    ['cy', 'cy-GB'],
  ] as const;
  expect(given.map(([language, locale]) => stripeLocale({ language, locale }))).toEqual([
    'en-GB',
    'en',
    'en',
    'nl',
    'nl',
    'nl',
    'pt-BR',
    'auto',
  ]);
});

describe('test cards', () => {
  const card = (number: string) => {
    const found = FAKE_CARDS.find((known) => known.number === number);
    if (found === undefined) throw new Error(number);
    return found;
  };
  test('are filled with a code as long as the brand prints it', () => {
    expect(fillFor(card('378282246310005')).cvc).toBe('1234');
    expect(fillFor(card('4242424242424242'))).toEqual({ number: '4242424242424242', exp: '12/34', cvc: '123', postal: '12345' });
  });
  test('are grouped, the three quick ones first, and found by number or words', () => {
    expect(grouped(FAKE_CARDS, '')[0]?.cards.map((found) => found.number.slice(-4))).toEqual(['4242', '9995', '3155']);
    expect(grouped(FAKE_CARDS, '9995').flatMap((group) => group.cards)).toEqual([card('4000000000009995')]);
    expect(grouped(FAKE_CARDS, 'american approved').flatMap((group) => group.cards)).toEqual([card('378282246310005')]);
    expect(grouped(FAKE_CARDS, 'zzz')).toEqual([]);
  });
  test('are printed in groups', () => {
    expect(spaced('4242424242424242')).toBe('4242 4242 4242 4242');
    expect(spaced('378282246310005')).toBe('3782 822463 10005');
  });
});

describe('a decline', () => {
  const next: AfterDecline[] = [
    { kind: 'other_card' },
    { kind: 'ask_bank' },
    { kind: 'wait_and_try' },
    { kind: 'check_earlier' },
    ...(['address', 'security_code', 'number', 'postcode', 'expiry'] as const).map((what) => ({ kind: 'key_again' as const, what })),
  ];
  const whys: WhyDeclined[] = [
    ...next.flatMap((then) =>
      ([null, 'insufficient_funds', 'expired'] as const).map((reason) => ({ kind: 'refused' as const, reason, next: then })),
    ),
    { kind: 'authentication_failed' },
    { kind: 'hour_passed' },
    { kind: 'never_arrived' },
    { kind: 'not_taken', why: { kind: 'not_connected' } },
    { kind: 'not_taken', why: { kind: 'refused', status: 400, code: null } },
  ];

  test('says to staff that nothing was charged, and speaks to the customer in whole sentences', () => {
    for (const why of whys) {
      expect(en.decline.staff(why).toLowerCase()).toContain('nothing was charged');
      expect(en.decline.customer(why)).toMatch(/[.?]$/);
      expect(`${en.decline.title(why)} ${en.decline.staff(why)} ${en.decline.customer(why)}`).not.toMatch(/_|undefined/);
    }
  });

  test('is called by its reason', () => {
    expect(en.decline.title({ kind: 'refused', reason: 'insufficient_funds', next: { kind: 'other_card' } })).toBe(
      'Declined: insufficient funds',
    );
    expect(en.decline.title({ kind: 'refused', reason: null, next: { kind: 'ask_bank' } })).toBe('Declined');
  });
});

test('an error that is not the core’s becomes a sentence', () => {
  const shop = { locale: 'nl-NL' };
  expect(uiError({ fact: 'keys_missing', mode: 'live' }, shop)).toMatchObject({
    code: 'keys_missing',
    message: expect.stringContaining('no live keys') as string,
  });
  expect(uiError({ fact: 'refused', refusal: { code: 'closed' } }, shop).code).toBe('closed');
  expect(uiError('Command price not allowed', shop).code).toBe('silence');
  expect(uiError(undefined, shop).message).toMatch(/did not answer/);
});

test('the times in a refusal are written as the shop writes them, not as the browser does', () => {
  const thrown = { fact: 'certificate_expired', till_ms: Date.UTC(2031, 2, 4, 12) };
  expect(uiError(thrown, { locale: 'nl-NL' }).message).toContain('4 mrt 2031');
  expect(uiError(thrown, { locale: 'de-DE' }).message).toContain('04.03.2031');
});

test('an inline script cannot be ended early', () => {
  expect(safeInScript('a("</script><!--")')).toBe(String.raw`a("<\/script><\!--")`);
  expect(hashSource('alert(1)')).toBe('sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=');
});

test('only tauri_core.ts may import Tauri', async () => {
  const ui = fileURLToPath(new URL('..', import.meta.url));
  const eslint = new ESLint({ cwd: ui, overrideConfig: { rules: {} } });
  const rulesFor = async (file: string) =>
    ((await eslint.calculateConfigForFile(`${ui}${file}`)) as { rules: Record<string, unknown[]> }).rules['no-restricted-imports'];
  expect(JSON.stringify(await rulesFor('shared/core.ts'))).toContain('@tauri-apps/*');
  expect((await rulesFor('till/App.svelte'))?.[0]).toBe(2);
  expect((await rulesFor('shared/tauri_core.ts'))?.[0]).toBe(0);
});
