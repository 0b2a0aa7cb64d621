// Finds effects that write state: what follows from state is derived, and what is done is done where it happens. An effect may
// touch the page, and no more.
import { parse, type AST } from 'svelte/compiler';

/** What an effect does that it may not. */
export interface Written {
  what: string;
  line: number;
}

interface Node {
  type: string;
  start?: number;
  [field: string]: unknown;
}

/** Methods of the page's own things: they move the cursor, scroll and listen, and write no state of ours. */
const OF_THE_PAGE = new Set([
  'focus',
  'select',
  'blur',
  'scrollIntoView',
  'querySelector',
  'querySelectorAll',
  'closest',
  'matches',
  'contains',
  'getBoundingClientRect',
  'addEventListener',
  'removeEventListener',
  'setAttribute',
  'removeAttribute',
  'toggleAttribute',
  'setProperty',
  'removeProperty',
  'observe',
  'disconnect',
]);
/** Things of the page whose fields an effect may set. */
const PAGE = new Set(['document', 'window']);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

function children(node: Node): Node[] {
  return Object.entries(node).flatMap(([field, value]) =>
    field === 'parent' || field === 'metadata' ? [] : Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

function* within(node: Node): Generator<Node> {
  yield node;
  for (const child of children(node)) yield* within(child);
}

const isFunction = (node: unknown): node is Node => isNode(node) && /Function/.test(node.type);
const nameOf = (node: unknown): string => (isNode(node) && node.type === 'Identifier' ? String(node['name']) : '');

/** `a` of `a.b.c`. */
function rootOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'MemberExpression') return rootOf(node['object']);
  return node.type === 'TSNonNullExpression' || node.type === 'ChainExpression' ? rootOf(node['expression']) : nameOf(node);
}

/** The names that a pattern brings in. */
const namesIn = (pattern: unknown): string[] => (isNode(pattern) ? [...within(pattern)].map(nameOf).filter((name) => name !== '') : []);

/** The names that a function has for itself. */
function ownNames(node: Node): Set<string> {
  const own = new Set<string>();
  for (const part of within(node)) {
    if (part.type === 'VariableDeclarator') for (const name of namesIn(part['id'])) own.add(name);
    if (isFunction(part)) for (const given of part['params'] as Node[]) for (const name of namesIn(given)) own.add(name);
  }
  return own;
}

/** The functions of a program by name: an effect that calls one does what it does. */
function functionsOf(program: Node): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const node of within(program)) {
    if (node.type === 'FunctionDeclaration') found.set(nameOf(node['id']), node);
    if (node.type === 'VariableDeclarator' && isFunction(node['init'])) found.set(nameOf(node['id']), node['init']);
  }
  return found;
}

const isEffect = (node: Node): boolean => node.type === 'CallExpression' && rootOf(node['callee']) === '$effect';

/** What a function does that an effect may not. `seen` ends a circle of functions that call each other. */
function writes(node: Node, functions: Map<string, Node>, source: string, seen: Set<Node>): Node[] {
  if (seen.has(node)) return [];
  seen.add(node);
  const own = ownNames(node);
  const found: Node[] = [];
  for (const part of within(node)) {
    const target =
      part.type === 'AssignmentExpression'
        ? part['left']
        : part.type === 'UpdateExpression'
          ? part['argument']
          : part.type === 'UnaryExpression' && part['operator'] === 'delete'
            ? part['argument']
            : null;
    if (isNode(target) && !own.has(rootOf(target)) && !(target.type === 'MemberExpression' && PAGE.has(rootOf(target)))) found.push(part);
    // A function may be called, or handed on as in `untrack(take)`.
    if (part.type !== 'CallExpression') continue;
    const { callee } = part;
    for (const called of [callee, ...(part['arguments'] as Node[])]) {
      const known = functions.get(nameOf(called));
      if (known !== undefined) found.push(...writes(known, functions, source, seen));
    }
    if (isNode(callee) && callee.type === 'MemberExpression' && !OF_THE_PAGE.has(nameOf(callee['property'])) && !own.has(rootOf(callee)))
      found.push(part);
  }
  return found;
}

/** The effects of a component that may write state, each with what it does. */
export function writingEffects(source: string): Written[] {
  const root: AST.Root = parse(source, { modern: true });
  // Whatever the types say, a script that is not there is not always null.
  const scripts = [root.instance, root.module] as (AST.Script | null | undefined)[];
  return scripts.flatMap((script) => {
    if (!script) return [];
    const program = script.content as unknown as Node;
    const functions = functionsOf(program);
    return [...within(program)].filter(isEffect).flatMap((effect) => {
      const seen = new Set<Node>();
      const done = (effect['arguments'] as Node[]).flatMap((given) =>
        writes(functions.get(nameOf(given)) ?? given, functions, source, seen),
      );
      return done.map((node) => ({
        what: source.slice(node.start ?? 0, node['end'] as number).split('\n')[0] ?? '',
        line: source.slice(0, node.start ?? 0).split('\n').length,
      }));
    });
  });
}

/** The same of a module. */
export function writingEffectsInModule(source: string): Written[] {
  return writingEffects(`<script lang="ts">${source.replaceAll('</script', '<\\/script')}</script>`);
}
