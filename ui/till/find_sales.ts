// Finding a sale in the history by what people have in hand: an amount, four digits of a card, a number, a reference.
import type { SaleView } from '../shared/bindings/SaleView';
import { words } from '../words/now.svelte';

/** Keeps what a person would type and the amount shows: digits, separators and blanks between them, without signs. */
function bare(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.,\s]/gu, '')
    .trim()
    .replaceAll(/\s+/g, ' ');
}

/** True when the amount shows this. Its groups may be left out of what is typed; a blank that is typed must be one of its own. */
function shows(amount: string, wanted: string): boolean {
  return amount.includes(wanted) || amount.replaceAll(' ', '').includes(wanted);
}

function cardsOf(sale: SaleView): string[] {
  const tried = sale.attempts.flatMap((attempt) => (attempt.card === null ? [] : [attempt.card.last4]));
  const { stage } = sale;
  if (stage.kind === 'approved' || stage.kind === 'held') return stage.receipt.card === null ? tried : [...tried, stage.receipt.card.last4];
  return tried;
}

/** The reference as it was typed, or as people read it out: without its signs. */
function refersTo(reference: string | null, text: string): boolean {
  if (reference === null) return false;
  return reference.toLowerCase().includes(text.trim().toLowerCase()) || bare(reference).includes(bare(text));
}

/** The sale's number in what is typed, with or without the sign that stands before it. */
function numberIn(wanted: string): string | undefined {
  const { numberSign } = words().history;
  return (wanted.startsWith(numberSign) ? /^\.? ?(\d+)$/.exec(wanted.slice(numberSign.length)) : /^(\d+)$/.exec(wanted))?.[1];
}

/** The sales that a search text fits: by amount, by a card's last four digits, by sale number (`no 12` or `12`), or by reference. */
export function findSales(sales: readonly SaleView[], text: string): SaleView[] {
  const wanted = bare(text);
  if (wanted === '') return [...sales];
  const number = numberIn(wanted);
  return sales.filter(
    (sale) =>
      shows(bare(sale.money.text), wanted) ||
      cardsOf(sale).some((last4) => last4.includes(wanted)) ||
      (number !== undefined && sale.number === Number(number)) ||
      refersTo(sale.reference, text) ||
      sale.payment_intent?.toLowerCase() === text.trim().toLowerCase(),
  );
}
