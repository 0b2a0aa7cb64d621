// The shape of a catalogue where it speaks about facts of the core: each fact must have its words before anything compiles.

/** How times are written. */
export interface Writing { locale: string }

/** One entry for each name of a plain enum of the core. */
export type ByName<Name extends string, Said> = Readonly<Record<Name, Said>>;

/** One function for each variant of an enum of the core that is told apart by `Tag`. */
export type ByFact<Tag extends string, Fact extends Readonly<Record<Tag, string>>, Said> = {
  readonly [Name in Fact[Tag]]: (fact: Extract<Fact, Readonly<Record<Tag, Name>>>, writing: Writing) => Said;
};

/** What is so, and what to do. */
export interface Told { title: string; body: string }
