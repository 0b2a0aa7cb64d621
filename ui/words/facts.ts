// How a fact that crosses from the core becomes a sentence: one function for each of its kinds. A kind that is new in Rust
// does not compile until it has its words.

/** Words for every kind of a fact; `With` is what a sentence needs besides the fact. */
export type WordsFor<Fact extends { kind: string }, With = void> = {
  readonly [Kind in Fact['kind']]: (fact: Extract<Fact, { kind: Kind }>, given: With) => string;
};

/** The sentence for a fact. */
export function say<Fact extends { kind: string }, With>(words: WordsFor<Fact, With>, fact: Fact, given: With): string {
  const sentence = words[fact.kind as Fact['kind']] as (fact: Fact, given: With) => string;
  return sentence(fact, given);
}

/** The till's clock, for sentences that run with it. */
export interface Clock {
  /** The till's time now, milliseconds since 1970. */
  now_ms: number;
  /** A time of day as the shop's locale writes it, with its seconds where they matter. */
  at: (at_ms: number) => string;
  /** Minutes and seconds that are left, as in `01:40`. */
  left: (left_ms: number) => string;
}
