// The ids (`data-testid`) that the tests of the real windows name, held against those that the components give: an id that was
// renamed is found here, and not after the windows have waited for it for half a minute.
import { parse, type AST } from 'svelte/compiler';

interface Node {
  type: string;
  [field: string]: unknown;
}

/** The windows; a component in `shared` may stand in both. */
export type Room = 'till' | 'payment' | 'shared';

/** A component: where it stands, what it is called, its source. */
export interface Component {
  room: Room;
  name: string;
  source: string;
}

/** An id as a component gives it. Of `sale-${number}` the beginning is known. */
export interface Given {
  room: Room;
  id: string;
  goesOn: boolean;
}

/** An id that a test names, and in which window; null where it does not say. */
export interface Named {
  window: Exclude<Room, 'shared'> | null;
  id: string;
  line: number;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

function* within(node: Node): Generator<Node> {
  yield node;
  for (const [field, value] of Object.entries(node)) {
    if (field === 'parent' || field === 'metadata') continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* within(child);
  }
}

/** A text that an attribute may have: whole, its beginning, or what the component is given under a name. */
type Value = { text: string; goesOn: boolean } | { prop: string };

function valuesOf(node: unknown): Value[] {
  if (Array.isArray(node)) return node.flatMap(valuesOf);
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Text':
      return [{ text: String(node['data']), goesOn: false }];
    case 'Literal':
      return typeof node['value'] === 'string' ? [{ text: node['value'], goesOn: false }] : [];
    case 'TemplateLiteral': {
      const [first, ...rest] = node['quasis'] as { value: { cooked: string } }[];
      return [{ text: first?.value.cooked ?? '', goesOn: rest.length > 0 }];
    }
    case 'ConditionalExpression':
      return [...valuesOf(node['consequent']), ...valuesOf(node['alternate'])];
    case 'ExpressionTag':
      return valuesOf(node['expression']);
    case 'Identifier':
      return [{ prop: String(node['name']) }];
    default:
      return [];
  }
}

interface Read {
  component: Component;
  /** Each attribute of each element and component: of whom, its name, what it may be. */
  attributes: { of: Node; name: string; values: Value[] }[];
  /** What the component takes where it is not given one, by its name. */
  defaults: Map<string, Value[]>;
}

function reading(component: Component): Read {
  const root: AST.Root = parse(component.source, { modern: true });
  const script = (root.instance as AST.Script | null | undefined)?.content as unknown;
  const defaults = [...(isNode(script) ? within(script) : [])]
    .filter(({ type }) => type === 'AssignmentPattern')
    .map((pattern): [string, Value[]] => [String((pattern['left'] as Node)['name']), valuesOf(pattern['right'])]);
  const attributes = [...within(root.fragment as unknown as Node)].flatMap((of) =>
    ((of['attributes'] ?? []) as Node[])
      .filter(({ type }) => type === 'Attribute')
      .map((attribute) => ({ of, name: String(attribute['name']), values: valuesOf(attribute['value']) })),
  );
  return { component, attributes, defaults: new Map(defaults) };
}

/** The ids that these components give, also by what one gives to another. */
export function idsGiven(components: Component[]): Given[] {
  const all = components.map(reading);
  const given: Given[] = [];
  const add = (room: Room, values: Value[]) => {
    for (const value of values) if ('text' in value) given.push({ room, id: value.text, goesOn: value.goesOn });
  };
  /** `TypedAmount testid`: the component makes an id of what it is given so. */
  const props = new Set<string>();
  for (const { component, attributes, defaults } of all)
    for (const { values } of attributes.filter(({ name }) => name === 'data-testid')) {
      add(component.room, values);
      for (const value of values) {
        if (!('prop' in value)) continue;
        props.add(`${component.name} ${value.prop}`);
        add(component.room, defaults.get(value.prop) ?? []);
      }
    }
  for (const { component, attributes } of all)
    for (const { of, name, values } of attributes)
      if (of.type === 'Component' && props.has(`${String(of['name'])} ${name}`)) add(component.room, values);
  return given;
}

/** What takes an id after the window, and what takes it alone. Whatever else names one does it by a selector. */
const AFTER_A_WINDOW = /\b(?:element|press|shows|reads)\(\s*(?:Window::(Main|Payment)|\w+),\s*/g;
const IN_A_LIST = /\bin_sight\([^,]+,\s*Window::(Main|Payment),\s*&\[([^\]]*)\]/g;
const ALONE = /\b(?:(?:fill_in|paste)\(\s*desk,|by_test_id\(|dataset\.testid\s*=)\s*/g;
const IN_A_SELECTOR = /data-testid[\^]?=["'\\]*([\w-]+(?:\$?\{[^}]*\})?)/g;
const A_TEXT = /^(?:&format!\(\s*)?(?:"([^"]*)"|'([^']*)')/;

const windowOf = (name: string | undefined): Named['window'] => (name === undefined ? null : name === 'Main' ? 'till' : 'payment');

/** The ids that a source of the windows' tests names, those that it gives itself, and where it names one that cannot be read. */
export function idsNamed(source: string): { named: Named[]; own: string[]; unread: number[] } {
  const named: Named[] = [];
  const own: string[] = [];
  const unread: number[] = [];
  const lineAt = (at: number) => source.slice(0, at).split('\n').length;
  const take = (at: number, length: number, window: Named['window']) => {
    const after = source.slice(at + length);
    const [, double, single] = A_TEXT.exec(after) ?? [];
    const id = double ?? single;
    if (id !== undefined) named.push({ window, id, line: lineAt(at) });
    // A function that is given the id hands it on, and whoever calls it is read.
    else if (!/^test_ids?\b/.test(after)) unread.push(lineAt(at));
    return id;
  };
  for (const { 0: begins, 1: window, index } of source.matchAll(AFTER_A_WINDOW)) take(index, begins.length, windowOf(window));
  for (const { 0: begins, index } of source.matchAll(ALONE)) {
    const id = take(index, begins.length, null);
    if (id !== undefined && begins.startsWith('dataset')) own.push(id);
  }
  for (const { 1: window, 2: list, index } of source.matchAll(IN_A_LIST))
    for (const [, id] of (list ?? '').matchAll(/"([^"]*)"/g)) named.push({ window: windowOf(window), id: id ?? '', line: lineAt(index) });
  for (const { 1: id, index } of source.matchAll(IN_A_SELECTOR)) named.push({ window: null, id: id ?? '', line: lineAt(index) });
  return { named, own, unread };
}

/**
 * Whether a component gives this id. What stands in the place of a hole is a number, or a word that the screens know: of
 * `room-${room}` there is `room-check` only while `check` is one of their words.
 */
export function isGiven({ window, id }: Named, given: Given[], knows: (word: string) => boolean): boolean {
  const [text = '', ...holes] = id.split(/\$?\{/);
  return given
    .filter(({ room }) => window === null || room === 'shared' || room === window)
    .some((known) => {
      if (!known.goesOn) return holes.length > 0 ? known.id.startsWith(text) : known.id === text;
      // A selector may name the beginning alone.
      if (!text.startsWith(known.id)) return false;
      const rest = text.slice(known.id.length);
      return rest === '' || /^\d+$/.test(rest) || knows(rest);
    });
}
