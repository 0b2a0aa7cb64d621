// English: what is typed for an amount, and why it is none.
import type { AmountRefused } from '../../shared/bindings/AmountRefused';
import { say, type WordsFor } from '../facts';

const refused: WordsFor<AmountRefused, void, 'why'> = {
  empty: () => 'Type the amount to charge.',
  not_a_number: ({ example }) => `Type the amount in figures, like ${example}.`,
  two_ways: ({ example }) => `This amount can be read in two ways. Write it like ${example}.`,
  too_many_decimals: ({ code, decimals }) =>
    decimals === 0
      ? `${code} has no smaller unit. Type whole ${code} only.`
      : `${code} has ${String(decimals)} decimals. Type no more than that.`,
  not_a_multiple: ({ code }) => `Cards are charged in steps of 0.010 ${code}. The last decimal must be 0.`,
  zero: () => 'The amount is zero. Type what the customer pays.',
  nothing_back: () => 'The amount is zero. Type what the customer gets back.',
  nothing_left: () => 'Nothing of this payment can be given back now.',
  more_than_left: ({ left }) => `No more than ${left} of this payment can be given back.`,
  too_small: ({ minimum }) => `Cards cannot be charged less than ${minimum}.`,
  too_large: ({ maximum }) => `One charge cannot be more than ${maximum}. Check the amount.`,
};

export const amounts = {
  refused: (told: AmountRefused): string => say(refused, told, undefined, 'why'),
};
