// Finds texts for people in a component or a module: they belong into `words/`, where every language has them.
import { parse, type AST } from 'svelte/compiler';
import { children, isNode, type Node } from './program';

/** A text that stands where it should not. */
export interface Found {
  text: string;
  line: number;
}

/** Attributes that are read or heard. */
const SAID = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'aria-placeholder',
  'title',
  'placeholder',
  'alt',
  'label',
]);
/** Calls whose texts are for the page or for us: selectors, names, faults in the program. */
const NOT_SAID = new Set(['closest', 'querySelector', 'querySelectorAll', 'matches', 'Error', 'matchMedia', 'createElement']);
const COMPARES = new Set(['===', '!==', '==', '!=', 'in', 'instanceof', '<', '>', '<=', '>=']);

const LETTER = /\p{L}/u;
/** A sentence, or a word as a label begins: of what code may hold otherwise, names, little is written so. */
const LIKE_A_SENTENCE = /^[\p{Lu}“‘][\p{Ll}’]|\p{L}[,.:;!?…’]? \p{L}/u;

/** The name of what is called: `querySelector` in `a.b.querySelector()`. */
function calledName(callee: unknown): string {
  if (!isNode(callee)) return '';
  if (callee.type === 'Identifier') return String(callee['name']);
  return callee.type === 'MemberExpression' ? calledName(callee['property']) : '';
}

/** Whether this is the words themselves, as in `words().keyNames.alt`. */
function isOfWords(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === 'MemberExpression') return isOfWords(callee['object']);
  return callee.type === 'CallExpression' && calledName(callee['callee']) === 'words';
}

/** The parts of an expression that can come out of it as a text. */
function mayComeOut(node: Node): Node[] {
  switch (node.type) {
    case 'ConditionalExpression':
      return [node['consequent'], node['alternate']].filter(isNode);
    case 'LogicalExpression':
      return [node['right'], ...(node['operator'] === '&&' ? [] : [node['left']])].filter(isNode);
    case 'BinaryExpression':
      return COMPARES.has(String(node['operator'])) ? [] : children(node);
    case 'MemberExpression':
      return [node['object']].filter(isNode);
    case 'CallExpression':
    case 'NewExpression':
      return isOfWords(node['callee']) || NOT_SAID.has(calledName(node['callee'])) ? [] : children(node);
    case 'Property':
      return [node['value']].filter(isNode);
    case 'SwitchCase':
      return (node['consequent'] as unknown[]).filter(isNode);
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return [];
    case 'ExportNamedDeclaration':
      return [node['declaration']].filter(isNode);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return [node['expression']].filter(isNode);
    default:
      return node.type.startsWith('TS') ? [] : children(node);
  }
}

function textOf(node: Node): string | null {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : null;
  if (node.type === 'TemplateElement') return (node['value'] as { raw: string }).raw;
  return null;
}

/** Collects the texts in an expression or a program that `isWrong` says are for people. */
function inCode(node: Node, isWrong: (text: string) => boolean, tell: (node: Node, text: string) => void): void {
  const text = textOf(node);
  if (text !== null && isWrong(text)) tell(node, text);
  for (const part of mayComeOut(node)) inCode(part, isWrong, tell);
}

const hasLetters = (text: string) => LETTER.test(text);
const isLikeASentence = (text: string) => LIKE_A_SENTENCE.test(text);

function inMarkup(node: Node, tell: (node: Node, text: string) => void): void {
  switch (node.type) {
    case 'Text': {
      if (hasLetters(String(node['data']))) tell(node, String(node['data']));
      return;
    }
    case 'ExpressionTag':
    case 'HtmlTag':
    case 'RenderTag': {
      inCode(node['expression'] as Node, hasLetters, tell);
      return;
    }
    case 'ConstTag': {
      inCode(node['declaration'] as Node, isLikeASentence, tell);
      return;
    }
    case 'Attribute': {
      inAttribute(node, SAID.has(String(node['name'])) ? hasLetters : () => false, tell);
      return;
    }
    case 'Component': {
      // A component may show whatever it is given.
      for (const attribute of node['attributes'] as Node[])
        if (attribute.type === 'Attribute') inAttribute(attribute, isLikeASentence, tell);
      inMarkup(node['fragment'] as Node, tell);
      return;
    }
    // What decides and what is gone through is no text.
    case 'IfBlock':
    case 'EachBlock':
    case 'KeyBlock':
    case 'SnippetBlock':
    case 'AwaitBlock': {
      for (const part of ['consequent', 'alternate', 'body', 'fallback', 'fragment', 'pending', 'then', 'catch'])
        if (isNode(node[part])) inMarkup(node[part], tell);
      return;
    }
    case 'Fragment':
    case 'RegularElement':
    case 'SvelteElement':
    case 'SvelteWindow':
    case 'SvelteHead':
    case 'TitleElement':
    case 'SvelteBody':
    case 'SvelteDocument':
    case 'SlotElement':
    case 'SvelteBoundary': {
      for (const child of children(node)) inMarkup(child, tell);
      return;
    }
    default:
  }
}

function inAttribute(attribute: Node, isWrong: (text: string) => boolean, tell: (node: Node, text: string) => void): void {
  const { value } = attribute;
  if (value === true) return;
  for (const part of Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []) {
    if (part.type === 'Text') {
      if (isWrong(String(part['data']))) tell(part, String(part['data']));
    } else if (isNode(part['expression'])) inCode(part['expression'], isWrong, tell);
  }
}

function collect(source: string, look: (tell: (node: Node, text: string) => void) => void): Found[] {
  const found: Found[] = [];
  look((node, text) => {
    found.push({ text: text.trim(), line: source.slice(0, node.start ?? 0).split('\n').length });
  });
  return found;
}

/** The texts for people in a component's markup and script. */
export function textsInComponent(source: string): Found[] {
  const root: AST.Root = parse(source, { modern: true });
  return collect(source, (tell) => {
    inMarkup(root.fragment as unknown as Node, tell);
    // Whatever the types say, a script that is not there is not always null.
    for (const script of [root.instance, root.module] as (AST.Script | null | undefined)[])
      if (script) inCode(script.content as unknown as Node, isLikeASentence, tell);
  });
}

/** The texts for people in a module. */
export function textsInModule(source: string): Found[] {
  const before = '<script lang="ts">';
  return textsInComponent(`${before}${source.replaceAll('</script', '<\\/script')}</script>`);
}
