/** Marks a switch as complete: a kind that nobody handles does not compile. */
export function unreachable(value: never): never {
  throw new Error(`not handled: ${JSON.stringify(value)}`);
}
