// What staff have begun is over when that which it was about is another.

/**
 * For a `$derived` that is written to: `value` again whenever `about` changes, whatever was written meanwhile. `about` is a `$derived`
 * of its own: read from a sale or a status where it is asked for, it would change each time that one is told anew.
 */
export const anewWith = <Value>(_about: string | boolean, value: Value): Value => value;
