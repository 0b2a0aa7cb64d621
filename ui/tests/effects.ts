// Finds effects that write state: what follows from state is derived, and what is done is done where it happens. An effect may
// touch the page, and no more. An attachment is an effect, too.
import { parse, type AST } from 'svelte/compiler';
import { isNode, nameOf, within, type Node } from './program';

/** What an effect does that it may not. */
export interface Written {
  what: string;
  line: number;
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
  'append',
  'disconnect',
]);
/** Things of the page whose fields an effect may set. */
const PAGE = new Set(['document', 'window']);

const isFunction = (node: unknown): node is Node => isNode(node) && /Function/.test(node.type);

/** `a` of `a.b.c`, and of what a call of it gives. */
function rootOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'MemberExpression') return rootOf(node['object']);
  if (node.type === 'CallExpression') return rootOf(node['callee']);
  if (node.type === 'LogicalExpression') return rootOf(node['left']);
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

const isIn = (inner: Node, outer: Node): boolean => (inner.start ?? 0) >= (outer.start ?? 0) && (inner.end ?? 0) <= (outer.end ?? 0);

/** What a function does that an effect may not. `around`: names of what it stands in. `seen` ends a circle of functions that call each other. */
function writes(node: Node, functions: Map<string, Node>, seen: Set<Node>, around: ReadonlySet<string> = new Set()): Node[] {
  if (seen.has(node)) return [];
  seen.add(node);
  const own = new Set([...around, ...ownNames(node)]);
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
      if (known !== undefined) found.push(...writes(known, functions, seen, isIn(known, node) ? own : undefined));
    }
    if (isNode(callee) && callee.type === 'MemberExpression' && !OF_THE_PAGE.has(nameOf(callee['property'])) && !own.has(rootOf(callee)))
      found.push(part);
  }
  return found;
}

const called = (type: unknown): boolean => isNode(type) && [...within(type)].some((part) => nameOf(part) === 'Attachment');

/** A function of a module that is an attachment, or makes one: elements that have it know nothing of what it does. */
const isAttachment = (node: Node): boolean =>
  (isFunction(node) && called(node['returnType'])) ||
  (node.type === 'VariableDeclarator' && isNode(node['id']) && called(node['id']['typeAnnotation']));

/** What runs as an effect: what `$effect` is given, what is attached, and attachments that are made for others. */
function* effectsIn(root: Node): Generator<Node> {
  for (const node of within(root)) {
    if (isEffect(node)) yield* node['arguments'] as Node[];
    else if (node.type === 'AttachTag') yield node['expression'] as Node;
    else if (isAttachment(node)) yield node;
  }
}

/** The effects of a component that may write state, each with what it does. */
export function writingEffects(source: string): Written[] {
  const root = parse(source, { modern: true });
  // Whatever the types say, a script that is not there is not always null.
  const scripts = [root.instance, root.module] as (AST.Script | null | undefined)[];
  const programs = scripts.flatMap((script) => (script ? [script.content as unknown as Node] : []));
  const functions = new Map(programs.flatMap((program) => [...functionsOf(program)]));
  const done = [...programs, root.fragment as unknown as Node].flatMap((part) =>
    [...effectsIn(part)].flatMap((effect) => writes(functions.get(nameOf(effect)) ?? effect, functions, new Set())),
  );
  // An attachment may be met twice: where it is made, and where it is attached.
  return [...new Set(done)].map((node) => ({
    what: source.slice(node.start ?? 0, node.end).split('\n')[0] ?? '',
    line: source.slice(0, node.start ?? 0).split('\n').length,
  }));
}

/** The same of a module. */
export function writingEffectsInModule(source: string): Written[] {
  return writingEffects(`<script lang="ts">${source.replaceAll('</script', '<\\/script')}</script>`);
}
