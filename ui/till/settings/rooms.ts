// The rooms of the settings, and the search for a word in any of them.
import type { SetupView } from '../../shared/bindings/SetupView';
import { languageNames } from '../../words/language_names';
import type { Words } from '../../words/now.svelte';

/** In the order in which they are listed. */
export const ROOMS = ['shop', 'money', 'look', 'stripe', 'copies', 'check'] as const;

/** One page of the settings. */
export type Room = (typeof ROOMS)[number];

/** A room that is listed, with the text in which what is looked for was found; null where it is the name, or nothing is looked for. */
export interface Listed {
  room: Room;
  found: string | null;
}

/** All texts below this: what is said with parameters is not known before they are. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

/** What can be read in a room. */
function textsIn(room: Room, { settings, modes, copies, check }: Words, setup: SetupView | null): string[] {
  switch (room) {
    case 'shop':
      return textsOf(settings.shop);
    case 'money': {
      const { currencyOf, localeOf, ...texts } = settings.money;
      return [...textsOf(texts), ...(setup?.currencies.map(currencyOf) ?? []), ...(setup?.locales.map(localeOf) ?? [])];
    }
    case 'look':
      return [...textsOf(settings.look), ...textsOf(languageNames)];
    case 'stripe':
      return textsOf([
        settings.accounts,
        settings.keysForm,
        settings.mode,
        Object.values(modes).map((mode) => (typeof mode === 'string' ? [] : [mode.name, mode.meaning])),
      ]);
    case 'copies':
      return textsOf(copies);
    case 'check':
      return textsOf([check.means, check.groups, check.item]);
  }
}

/** As it is compared: without the marks for what is drawn in another way, accents and capitals. */
const plain = (text: string) => text.replaceAll('|', '').normalize('NFD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase();

/** A text from the word on in which the first that is looked for stands: the list is narrow. */
function around(text: string, part: string): string {
  const at = plain(text).indexOf(part);
  const begin = text.lastIndexOf(' ', at) + 1;
  return begin > 12 ? `… ${text.slice(begin)}` : text;
}

/** The rooms in which every word that is looked for stands in one text. With nothing to look for, all. */
export function findRooms(wanted: string, words: Words, setup: SetupView | null): Listed[] {
  const parts = plain(wanted)
    .split(/\s+/)
    .filter((part) => part !== '');
  const fits = (text: string) => parts.every((part) => plain(text).includes(part));
  return ROOMS.flatMap((room): Listed[] => {
    if (fits(words.settings.rooms[room])) return [{ room, found: null }];
    const found = textsIn(room, words, setup).find(fits);
    return found === undefined ? [] : [{ room, found: around(found.replaceAll('|', ''), parts[0] ?? '') }];
  });
}
