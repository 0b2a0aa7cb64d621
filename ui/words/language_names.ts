// What each language calls itself: whoever cannot read the one in force finds their own.
import type { Language } from '../shared/bindings/Language';
import type { ByName } from './facts';

export const languageNames: ByName<Language, string> = { en: 'English', nl: 'Nederlands' };
