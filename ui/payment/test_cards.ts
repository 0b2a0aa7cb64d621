// The palette's cards: what is filled in, what a search finds, and the three with a key of their own.
import type { TestCardView } from '../shared/bindings/TestCardView';
import { words } from '../words/now.svelte';
import type { TestCardFill } from './stripe_types';

/** What is filled in for a test card. Amex prints four digits on the front. */
export function fillFor(card: TestCardView): TestCardFill {
  const amex = /^3[47]/.test(card.number);
  return { number: card.number, exp: '12/34', cvc: amex ? '1234' : '123', postal: '12345' };
}

/** The first three cards of the list are under Alt+1, Alt+2 and Alt+3. */
export function quickCards(cards: readonly TestCardView[]): TestCardView[] {
  return cards.slice(0, 3);
}

/** A number in groups, as it is printed. */
export function spaced(number: string): string {
  return /^3[47]/.test(number) ? number.replace(/^(.{4})(.{6})(.*)$/, '$1 $2 $3') : number.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** Cards that fit a search, under their headings. The quick ones lead when nothing is searched for. */
export function grouped(cards: readonly TestCardView[], wanted: string): { heading: string; cards: TestCardView[] }[] {
  const { group, does, mostUsed } = words().payment.testCards;
  const sought = wanted
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const digits = wanted.replaceAll(/\s/g, '');
  const fits = (card: TestCardView) =>
    (/^\d+$/.test(digits) && card.number.includes(digits)) ||
    sought.every((word) => `${card.brand} ${group(card)} ${does(card)} ${card.number}`.toLowerCase().includes(word));
  const groups: { heading: string; cards: TestCardView[] }[] = [];
  const quick = sought.length === 0 ? quickCards(cards) : [];
  if (quick.length > 0) groups.push({ heading: mostUsed, cards: quick });
  for (const card of cards) {
    if (quick.includes(card) || !fits(card)) continue;
    const known = groups.find(({ heading }) => heading === group(card));
    if (known === undefined) groups.push({ heading: group(card), cards: [card] });
    else known.cards.push(card);
  }
  return groups;
}
