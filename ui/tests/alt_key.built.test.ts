// Alt and a letter works on every keyboard, and in one place.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { altKeyOf } from '../shared/alt_key';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
const pressed = (key: string, code: string, more: Partial<KeyboardEvent> = {}) =>
  altKeyOf({ altKey: true, ctrlKey: false, metaKey: false, key, code, ...more } as KeyboardEvent);

test.for([
  ['as it is written', 'c', 'KeyC', 'C'],
  ['with a capital', 'C', 'KeyC', 'C'],
  ['on a Mac, where it writes another sign', 'ç', 'KeyC', 'C'],
  ['on a Mac, where it waits for a letter', 'Dead', 'KeyN', 'N'],
  ['in Greek', 'κ', 'KeyK', 'K'],
  ['where the letter stands elsewhere', 'r', 'KeyO', 'R'],
  ['a figure in France', '&', 'Digit1', '1'],
  ['a figure of the keypad', '2', 'Numpad2', '2'],
] as const)('%s', ([, key, code, found]) => {
  expect(pressed(key, code)).toBe(found);
});

test('with other keys, or without Alt, it is none', () => {
  expect(pressed('c', 'KeyC', { ctrlKey: true })).toBeNull();
  expect(pressed('c', 'KeyC', { metaKey: true })).toBeNull();
  expect(pressed('c', 'KeyC', { altKey: false })).toBeNull();
  expect(pressed('ArrowLeft', 'ArrowLeft')).toBeNull();
});

test('no window reads Alt and a letter by itself', () => {
  const files = ['till', 'payment']
    .flatMap((room) => readdirSync(join(ui, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)))
    .filter((file) => /\.(?:svelte|ts)$/.test(file));
  const sources = files.map((file) => ({ file, source: readFileSync(join(ui, file), 'utf8') }));
  expect(sources.filter(({ source }) => source.includes('altKeyOf(')).length).toBeGreaterThan(6);
  // That Alt is down may be asked, so that a key does nothing with it.
  const wrong = /event\.code|!event\.altKey|altKey &&|key\.toLowerCase\(\)/;
  expect(sources.filter(({ source }) => wrong.test(source)).map(({ file, source }) => `${file}: ${wrong.exec(source)?.[0] ?? ''}`)).toEqual(
    [],
  );
});
