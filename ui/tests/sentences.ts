// Everything that a language can say, one sentence a line, each behind the place in the words where it stands.
import { SAMPLES } from './sentence_samples';
function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function* linesOf(said: unknown, samples: unknown, at: string): Generator<string> {
  if (typeof said === 'string') {
    yield `${at}: ${said}`;
    return;
  }
  if (typeof said === 'function') {
    if (!Array.isArray(samples)) throw new Error(`no samples for ${at}`);
    for (const given of samples as unknown[][]) yield* linesOf((said as (...given: unknown[]) => unknown)(...given), undefined, at);
    return;
  }
  if (!isTable(said)) return;
  for (const [name, part] of Object.entries(said))
    yield* linesOf(part, isTable(samples) ? samples[name] : undefined, at === '' ? name : `${at}.${name}`);
}

/** All sentences of a language, in the order of the words. */
export function sentencesOf(words: Record<string, unknown>): string[] {
  return [...linesOf(words, SAMPLES, '')].map((line) => line.replaceAll('\n', '\\n'));
}

/** The places of all texts and functions. */
export function placesOf(said: unknown, at = ''): string[] {
  if (!isTable(said)) return [at];
  return Object.entries(said).flatMap(([name, part]) => placesOf(part, at === '' ? name : `${at}.${name}`));
}
