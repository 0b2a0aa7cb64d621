// A picture of every screen of the catalogue: in each language, light and dark, at both sizes. Axe looks at each of them.
import { afterEach, expect, test } from 'vitest';
import { commands, page } from 'vitest/browser';
import { applyTheme } from '../shared/theme';
import { faultsByAxe } from './axe';
import { EVERY_SCREEN, SIZES, speak, SPOKEN, THEMES, type EveryScreen } from './every_screen';
import { cutOff, settle } from './room_for_words';

declare module 'vitest/browser' {
  interface BrowserCommands {
    picture: (name: string) => Promise<void>;
  }
}

afterEach(() => {
  speak('en');
  applyTheme('system');
});

test.for(EVERY_SCREEN)('$name', async ({ name, window: of, bring, shows }: EveryScreen) => {
  const { large, small } = SIZES[of];
  await page.viewport(...large);
  await bring();
  await document.fonts.ready;
  settle();
  const wrong: string[] = [];
  for (const size of [large, small]) {
    await page.viewport(...size);
    for (const language of SPOKEN) {
      speak(language);
      for (const theme of THEMES) {
        applyTheme(theme);
        page.getByTestId(shows).first().element().scrollIntoView({ block: 'nearest' });
        await commands.picture(`${size.join('x')}/${theme}-${language}/${name.replaceAll('/', '-')}`);
        // What does not look at colours sees the same in light and dark.
        const found = [
          ...cutOff(),
          ...(await faultsByAxe({ rules: theme === 'light' ? 'all' : 'contrast', isSpoken: language !== 'pseudo' })),
        ];
        wrong.push(...found.map((what) => `${size.join('x')}, ${theme}, ${language}: ${what}`));
      }
    }
  }
  expect(wrong).toEqual([]);
});
