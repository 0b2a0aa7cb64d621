// Every screen of the catalogue, brought up once and looked at in each language, both colours and both sizes: nothing is said outside
// of the words, nothing is cut off, and axe finds nothing.
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { applyTheme } from '../shared/theme';
import { faultsByAxe } from './axe';
import { Shown } from './complete';
import { EVERY_SCREEN, SIZES, speak, THEMES, type EveryScreen, type Spoken } from './every_screen';
import { cutOff, outOfSight, outsideOfBrackets, settle } from './room_for_words';

afterEach(() => {
  speak('en');
  applyTheme('system');
});

const shown = new Shown();

/** All that is wrong with what stands there, in this language at this size. `rules`: what axe is asked, in light and in dark. */
async function wrongIn(language: Spoken, rules: { light: 'all' | 'contrast' | null; dark: 'all' | 'contrast' | null }): Promise<string[]> {
  speak(language);
  await new Promise((resolve) => {
    requestAnimationFrame(resolve);
  });
  const wrong = cutOff();
  // A language that is half as long again may have to be scrolled on a low screen; those that are spoken may not.
  if (language !== 'pseudo') wrong.push(...outOfSight());
  if (language === 'pseudo') wrong.push(...outsideOfBrackets().map((text) => `outside of the words: ${text}`));
  for (const theme of THEMES) {
    const asked = rules[theme];
    if (asked === null) continue;
    applyTheme(theme);
    wrong.push(...(await faultsByAxe({ rules: asked, isSpoken: language !== 'pseudo' })).map((fault) => `${theme}: ${fault}`));
  }
  return wrong.map((what) => `${language}, ${what}`);
}

/**
 * Axe sees every language, size and colour, but not each with each: that takes too long for every push. `cargo xtask pictures` has it
 * look at all of them.
 */
test.for(EVERY_SCREEN)('$name', async ({ window: of, bring }: EveryScreen) => {
  const { large, small } = SIZES[of];
  await page.viewport(...large);
  await bring();
  shown.note();
  settle();
  const wrong: string[] = [];
  wrong.push(...(await wrongIn('en', { light: 'all', dark: null })));
  wrong.push(...(await wrongIn('nl', { light: null, dark: null })));
  wrong.push(...(await wrongIn('pseudo', { light: null, dark: null })));
  await page.viewport(...small);
  wrong.push(...(await wrongIn('en', { light: null, dark: null })));
  wrong.push(...(await wrongIn('nl', { light: null, dark: 'all' })));
  wrong.push(...(await wrongIn('pseudo', { light: 'contrast', dark: null })));
  expect([...new Set(wrong)]).toEqual([]);
});

// After all of them: it is about what they have shown.
test('the catalogue shows every component and everything in it that has a name', () => {
  expect(shown.missing).toEqual([]);
});

test('no two screens have one name', () => {
  expect(new Set(EVERY_SCREEN.map(({ name }) => name)).size).toBe(EVERY_SCREEN.length);
});

test.for<[string, (stage: HTMLElement) => void, RegExp]>([
  [
    'a colour',
    (stage) => {
      stage.querySelector('h1')?.setAttribute('style', 'color: #c0503a');
    },
    /color-contrast/,
  ],
  [
    'a name',
    (stage) => {
      stage.querySelector('button')?.replaceChildren();
    },
    /button-name/,
  ],
  [
    'a heading',
    (stage) => {
      stage.querySelector('h1')?.remove();
    },
    /page-has-heading-one/,
  ],
])('axe does find %s that is spoiled', async ([, spoil, rule]) => {
  await page.viewport(...SIZES.till.large);
  await EVERY_SCREEN.find(({ name }) => name === 'stage/declined')?.bring();
  expect(await faultsByAxe({ rules: 'all', isSpoken: true })).toEqual([]);
  const stage = document.querySelector('[data-testid=stage]');
  if (stage instanceof HTMLElement) spoil(stage);
  expect((await faultsByAxe({ rules: 'all', isSpoken: true })).join('\n')).toMatch(rule);
});

test('a colour that is spoiled in the bar over the bank’s page is found, for its contrast is counted', async () => {
  await page.viewport(...SIZES.payment.large);
  await EVERY_SCREEN.find(({ name }) => name === 'payment/bank-asks')?.bring();
  expect(await faultsByAxe({ rules: 'contrast', isSpoken: true })).toEqual([]);
  const row = document.querySelector('[role=timer]')?.parentElement;
  row?.setAttribute('style', 'background: #8fa3d6');
  expect((await faultsByAxe({ rules: 'contrast', isSpoken: true })).join('\n')).toMatch(/color-contrast: .*left for the bank/);
});

test('a text in a box that can be scrolled is looked at all the same, unless it is scrolled out of sight', async () => {
  await page.viewport(...SIZES.till.small);
  await EVERY_SCREEN.find(({ name }) => name === 'settings/training')?.bring();
  const room = document.querySelector('[data-testid=room]');
  expect(room?.scrollHeight).toBeGreaterThan(room?.clientHeight ?? 0);
  const ground = 'background-image: linear-gradient(#fff, #000) !important';
  room?.querySelector('h1')?.setAttribute('style', ground);
  room?.querySelector('[data-testid=key-rights] li:last-child')?.setAttribute('style', ground);
  const found = await faultsByAxe({ rules: 'contrast', isSpoken: true });
  expect(found.join('\n')).toMatch(/color-contrast: <h1/);
  expect(found).toHaveLength(1);
});
