// The catalogue: every screen and every state of it that a person can see, of both windows. The pictures are taken of it, and the
// tests of words, of room for them and of what helps who cannot see run over it. `every_screen.browser.test.ts` holds it complete.
import '@fontsource-variable/inter/wght.css';
import '../shared/tokens.css';
import '../shared/base.css';
import { disguiseWords, setLanguage } from '../words/now.svelte';
import { pseudoWords } from './pseudo';
import { books } from './screens/books';
import type { EveryScreen } from './screens/bring';
import { check } from './screens/check';
import { history } from './screens/history';
import { paymentWindow } from './screens/payment';
import { sale } from './screens/sale';
import { settings } from './screens/settings';
import { stages } from './screens/stages';
import { totals } from './screens/totals';

export type { EveryScreen } from './screens/bring';

export const EVERY_SCREEN: readonly EveryScreen[] = [
  ...sale,
  ...stages,
  ...history,
  ...books,
  ...totals,
  ...check,
  ...settings,
  ...paymentWindow,
];

/** On what the windows are shown. The payment window's large one is what the shell gives it where there is room. */
export const SIZES: Readonly<Record<EveryScreen['window'], Readonly<Record<'large' | 'small', readonly [number, number]>>>> = {
  till: { large: [1180, 800], small: [1024, 600] },
  payment: { large: [720, 760], small: [680, 520] },
};

export const SPOKEN = ['en', 'nl', 'pseudo'] as const;
export type Spoken = (typeof SPOKEN)[number];

export const THEMES = ['light', 'dark'] as const;

/** Says all that stands there in this language from now on. */
export function speak(language: Spoken): void {
  setLanguage(language === 'nl' ? 'nl' : 'en');
  disguiseWords(language === 'pseudo' ? pseudoWords : null);
}
