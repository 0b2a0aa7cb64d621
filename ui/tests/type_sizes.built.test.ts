// Ten sizes of type, named in one place: no screen has one of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file: string) => readFileSync(join(ui, file), 'utf8');
const TOKENS = new Set([...read('shared/tokens.css').matchAll(/(--t-[a-z]+):/g)].map((match) => match[1] ?? ''));

interface Declaration {
  property: string;
  value: string;
}

/** The declarations of a component's or a sheet's styles, however deep they stand. */
function declarationsOf(source: string): Declaration[] {
  const found: Declaration[] = [];
  const walk = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) {
      const { type, property, value: said } = value as { type?: unknown; property?: unknown; value?: unknown };
      if (type === 'Declaration') found.push({ property: String(property), value: String(said) });
      else Object.values(value).forEach(walk);
    }
  };
  walk(parse(source, { modern: true }).css?.children);
  // Written at an element.
  for (const [, value] of source.matchAll(/style:font-size=(\S+)/g)) found.push({ property: 'font-size', value: value ?? '' });
  for (const [, value] of source.matchAll(/style="[^"]*font-size:\s*([^;"]+)/g)) found.push({ property: 'font-size', value: value ?? '' });
  return found;
}

/** Whether this is a size of ours, or one that gives way to its place. */
function isToken(value: string): boolean {
  const [, limit, rest = ''] = /^(?:min\()?var\((--t-[a-z]+)\)(.*)$/.exec(value) ?? [];
  if (limit === undefined || !TOKENS.has(limit)) return false;
  return rest === '' ? !value.startsWith('min(') : value.startsWith('min(') && !/\d(?:px|pt|r?em|%)/.test(rest);
}

function wrongSizes(source: string): string[] {
  return declarationsOf(source)
    .filter(({ property, value }) => {
      if (property === 'font-size') return !isToken(value);
      if (property !== 'font' || value === 'inherit') return false;
      // In the shorthand the size stands before the family.
      return !/^(?:\d+ )?var\(--t-[a-z]+\) ?\/ ?[\d.]+ /.test(value) || !TOKENS.has(/var\((--t-[a-z]+)\)/.exec(value)?.[1] ?? '');
    })
    .map(({ property, value }) => `${property}: ${value}`);
}

test.for([
  'font-size: 16px',
  'font-size: 0.9em',
  'font-size: 1rem',
  'font-size: larger',
  'font-size: min(88px, 10vh)',
  'font-size: var(--s4)',
  'font-size: var(--t-none)',
  'font-size: min(var(--t-huge), 40px)',
  'font: 500 15px/1.5 monospace',
  'font: 500 1em/1.5 var(--font)',
])('“%s” is refused', (declaration) => {
  expect(wrongSizes(`<style>@media (max-height: 640px) { p { ${declaration}; } }</style>`)).toEqual([declaration]);
});

test.for([
  'font-size: var(--t-body)',
  'font-size: min(var(--t-huge), 14vh, 100cqi / (var(--chars) * 0.6))',
  'font: inherit',
  'font: 500 var(--t-small)/1.5 monospace',
])('“%s” is taken', (declaration) => {
  expect(wrongSizes(`<style>p { ${declaration}; }</style>`)).toEqual([]);
});

test('a size at an element is found', () => {
  expect(wrongSizes('<p style="color: red; font-size: 12px">1</p>')).toEqual(['font-size: 12px']);
});

test('there are ten sizes, all of them are used, and no others', () => {
  expect(TOKENS.size).toBe(10);
  const files = ['till', 'payment', 'shared']
    .flatMap((room) => readdirSync(join(ui, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)))
    .filter((file) => /\.(?:svelte|css)$/.test(file));
  expect(files.length).toBeGreaterThan(40);
  const sources = files.map((file) => ({ file, source: file.endsWith('.css') ? `<style>${read(file)}</style>` : read(file) }));
  expect(sources.flatMap(({ file, source }) => wrongSizes(source).map((wrong) => `${file}: ${wrong}`))).toEqual([]);
  const all = sources.map(({ source }) => source).join('');
  expect([...TOKENS].filter((token) => !all.includes(`var(${token})`))).toEqual([]);
});
