// What staff have begun is over when that which it was about is another.

/** For a `$derived` that is written to: `value` again whenever `about` changes, whatever was written meanwhile. */
export const anewWith = <Value>(_about: unknown, value: Value): Value => value;
