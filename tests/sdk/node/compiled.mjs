// Calls of an SDK, compiled by tsc without being written to the disk, and what is wrong with them.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = path.dirname(fileURLToPath(import.meta.url));
const file = path.join(here, 'requests.ts');
const options = {
  strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler, types: ['node'],
};
/** The SDK's types and the language's, parsed once. */
const parsed = new Map();

/** One call a line, so that a position tells which call it is of. */
function sourceOf(sdk, calls) {
  const lines = calls.map(({ call, leading, parameters, options: more }) => {
    const given = [...leading, parameters, ...more].map((value) => JSON.stringify(value)).join(', ');
    return `void stripe.${call}(${given});`;
  });
  return [`import Stripe from '${sdk}'; declare const stripe: Stripe;`, ...lines, ''].join('\n');
}

function programOf(source) {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.fileExists = (name) => name === file || ts.sys.fileExists(name);
  host.readFile = (name) => (name === file ? source : ts.sys.readFile(name));
  host.getSourceFile = (name, version) => {
    if (name === file) return ts.createSourceFile(name, source, version, true);
    if (!parsed.has(name)) parsed.set(name, getSourceFile.call(host, name, version));
    return parsed.get(name);
  };
  return ts.createProgram([file], options, host);
}

/** The parameter at a position, as `a.b`; null when the position is not within one. */
function parameterAt(source, position) {
  const names = [];
  const walk = (node) => {
    if (position < node.getStart(source) || position >= node.getEnd()) return;
    if (ts.isPropertyAssignment(node)) names.push(node.name.text);
    ts.forEachChild(node, walk);
  };
  walk(source);
  return names.length ? names.join('.') : null;
}

function without(parameters, [first, ...rest]) {
  const copy = { ...parameters };
  if (rest.length) copy[first] = without(copy[first], rest);
  else delete copy[first];
  return copy;
}

/**
 * What is wrong with these calls, as `{operation, parameter, says}`. The compiler tells of one unknown parameter an object, so
 * what it told is taken out and the rest compiled again, until nothing is wrong any more.
 */
export function findings(sdk, calls) {
  const all = [];
  let left = calls;
  while (left.length) {
    const program = programOf(sourceOf(sdk, left));
    const source = program.getSourceFile(file);
    const told = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    if (!told.length) break;
    const wrong = new Map();
    for (const { start, messageText } of told) {
      const place = source.getLineAndCharacterOfPosition(start).line - 1;
      // Before the first call: the SDK itself was not found.
      if (place < 0) throw new Error(ts.flattenDiagnosticMessageText(messageText, ' '));
      const parameter = parameterAt(source, start);
      // The innermost line of the message says it; those before it say where.
      const says = ts.flattenDiagnosticMessageText(messageText, '\n').split('\n').at(-1).trim();
      // Something that must be there was taken out by us.
      if (parameter === null && left[place].isReduced) continue;
      all.push({ operation: left[place].operation, parameter, says });
      wrong.set(place, parameter);
    }
    left = left.flatMap((call, place) => {
      if (!wrong.has(place)) return [];
      const parameter = wrong.get(place);
      // A call with something missing, or with a wrong id, has no more to tell.
      if (parameter === null) return [];
      return [{ ...call, isReduced: true, parameters: without(call.parameters, parameter.split('.')) }];
    });
  }
  return all;
}
