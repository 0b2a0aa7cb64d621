// The tree of a program or a component, as the tests of the code walk it.

/** A part of it. */
export interface Node {
  type: string;
  start?: number;
  end?: number;
  [field: string]: unknown;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

export function children(node: Node): Node[] {
  return Object.entries(node).flatMap(([field, value]) =>
    field === 'parent' || field === 'metadata' ? [] : Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** The node and all that is in it. */
export function* within(node: Node): Generator<Node> {
  yield node;
  for (const child of children(node)) yield* within(child);
}

/** The name that this is; empty where it is none. */
export const nameOf = (node: unknown): string => (isNode(node) && node.type === 'Identifier' ? String(node['name']) : '');
