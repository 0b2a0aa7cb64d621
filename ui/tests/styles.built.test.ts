// Nothing is styled twice over: a second rule for the same thing takes back what the first says, and nobody meant it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, type AST } from 'svelte/compiler';
import { expect, test } from 'vitest';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));

interface Rule {
  /** Under which conditions it holds, as `@media (max-height: 600px)`. */
  when: string;
  selectors: string[];
  properties: string[];
}

/** The rules of a component's styles, each with what stands round it. */
function rulesOf(source: string): Rule[] {
  const found: Rule[] = [];
  const text = (node: { start: number; end: number }) => source.slice(node.start, node.end).replaceAll(/\s+/g, ' ');
  const walk = (nodes: readonly (AST.CSS.Rule | AST.CSS.Atrule | AST.CSS.Declaration)[], when: string) => {
    for (const node of nodes) {
      if (node.type === 'Atrule') walk(node.block?.children ?? [], `${when} @${node.name} ${node.prelude}`.trim());
      if (node.type !== 'Rule') continue;
      const selectors = node.prelude.children.map(text);
      const { children } = node.block;
      const properties = children.flatMap((child) => (child.type === 'Declaration' ? [child.property] : []));
      found.push({ when, selectors, properties });
      walk(children, `${when} ${selectors.join(', ')}`.trim());
    }
  };
  walk(parse(source, { modern: true }).css?.children ?? [], '');
  return found;
}

/** What is said twice for the same thing. One of several that were styled together may differ from the others. */
function saidTwice(source: string): string[] {
  const rules = rulesOf(source);
  return rules.flatMap((later, at) =>
    rules
      .slice(0, at)
      .flatMap((earlier) =>
        later.when === earlier.when && later.selectors.length >= earlier.selectors.length
          ? earlier.selectors
              .filter((selector) => later.selectors.includes(selector))
              .flatMap((selector) =>
                earlier.properties
                  .filter((property) => later.properties.includes(property))
                  .map((property) => `${later.when} ${selector} ${property}`.trim()),
              )
          : [],
      ),
  );
}

test.for([
  ['in two rules', 'h1 { color: red } p { color: red } h1 { color: blue }', ['h1 color']],
  ['beside others', 'h1 { color: red } p, h1 { color: blue }', ['h1 color']],
  [
    'on a low screen',
    '@media (max-height: 1px) { h1 { color: red } } @media (max-height: 1px) { h1 { color: blue } }',
    ['@media (max-height: 1px) h1 color'],
  ],
  ['in a rule within', '.a { h1 { color: red } h1 { color: blue } }', ['.a h1 color']],
] as const)('what is said twice is found: %s', ([, css, found]) => {
  expect(saidTwice(`<style>${css}</style>`)).toEqual(found);
});

test.for([
  ['another property', 'h1 { color: red } h1 { margin: 0 }'],
  ['another thing', 'h1 { color: red } .tried h1 { color: blue }'],
  ['another condition', 'h1 { color: red } @media (max-height: 1px) { h1 { color: blue } }'],
  ['one of several', 'h1, h2 { color: red } h2 { color: blue }'],
] as const)('%s is let be', ([, css]) => {
  expect(saidTwice(`<style>${css}</style>`)).toEqual([]);
});

test('no component and no sheet says a thing twice', () => {
  const files = ['till', 'payment', 'shared']
    .flatMap((room) => readdirSync(join(ui, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)))
    .filter((file) => /\.(?:svelte|css)$/.test(file));
  expect(files.length).toBeGreaterThan(40);
  const found = files.flatMap((file) => {
    const source = readFileSync(join(ui, file), 'utf8');
    return saidTwice(file.endsWith('.css') ? `<style>${source}</style>` : source).map((twice) => `${file}: ${twice}`);
  });
  expect(found).toEqual([]);
});
