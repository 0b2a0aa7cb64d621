// The fake core's books: finds its own sales as the core would, as far as tests and a plain browser need it.
import type { BooksPage } from './bindings/BooksPage';
import type { Facet } from './bindings/Facet';
import type { SaleView } from './bindings/SaleView';
import type { Wanted } from './bindings/Wanted';

/** Sales of a page. */
export const FAKE_PAGE = 50;

const isSo: Readonly<Record<Facet, (sale: SaleView) => boolean>> = {
  paid: ({ stage }) => stage.kind === 'approved',
  held: ({ stage }) => stage.kind === 'held',
  declined: ({ stage, attempts }) => stage.kind === 'declined' || attempts.some(({ outcome }) => outcome.kind === 'declined'),
  cancelled: ({ stage }) => stage.kind === 'cancelled',
  refunded: ({ refunds }) => refunds.some(({ state }) => state === 'refunded' || state === 'pending'),
  disputed: ({ disputes }) => disputes.length > 0,
  in_hand: ({ standing }) => standing === 'in_hand',
  not_known: ({ standing }) => standing === 'left_to_itself',
  set_aside: ({ stage }) => stage.kind === 'set_aside',
  pressing: ({ presses }) => presses !== null,
};

function cardsOf({ attempts, stage }: SaleView): string[] {
  const tried = attempts.flatMap(({ card }) => (card === null ? [] : [card.last4]));
  if (stage.kind !== 'approved' && stage.kind !== 'held') return tried;
  return stage.receipt.card === null ? tried : [...tried, stage.receipt.card.last4];
}

const minor = (text: string): number => Math.round(Number(text.replaceAll(/[^\d.]/g, '')) * 100);

/** An amount that is none bounds nothing, and no sale fits. */
const isRead = (bound: string | null): boolean => bound === null || /^\D{0,4}[\d, ]+(\.\d{1,2})?\D{0,4}$/u.test(bound);

function fits(sale: SaleView, wanted: Wanted): boolean {
  const words = wanted.text.toLowerCase().split(/\s+/u).filter(Boolean);
  const own = `${sale.reference ?? ''} ${sale.note ?? ''}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const means = (word: string): boolean =>
    word === sale.payment_intent?.toLowerCase() ||
    word === String(sale.number) ||
    cardsOf(sale).includes(word) ||
    (/^\D?[\d,]+(\.\d\d)?$/u.test(word) && minor(word) === sale.money.amount_minor) ||
    word
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean)
      .every((piece) => own.some((known) => known.startsWith(piece)));
  return (
    words.every(means) &&
    isRead(wanted.over) &&
    isRead(wanted.under) &&
    (wanted.number === null || wanted.number === sale.number) &&
    wanted.facets.every((facet) => isSo[facet](sale)) &&
    (wanted.from_ms === null || sale.opened_at_ms >= wanted.from_ms) &&
    (wanted.to_ms === null || sale.opened_at_ms < wanted.to_ms) &&
    (wanted.over === null || sale.money.amount_minor > minor(wanted.over)) &&
    (wanted.under === null || sale.money.amount_minor < minor(wanted.under))
  );
}

/** As the books show a sale: what can be done with it, the till says. */
const ofTheBooks = (sale: SaleView): SaleView => ({ ...sale, actions: [], refundable: null });

/** A page of the sales that fit. */
export function fakeFind(sales: readonly SaleView[], wanted: Wanted, past: number | null): BooksPage {
  const order = wanted.oldest_first ? 1 : -1;
  const fitting = sales.filter((sale) => fits(sale, wanted)).sort((a, b) => order * (a.number - b.number));
  const left = fitting.filter(({ number }) => past === null || order * (number - past) > 0);
  const shown = left.slice(0, FAKE_PAGE);
  return {
    sales: shown.map(ofTheBooks),
    pressing: past === null ? fitting.filter(isSo.pressing).map(ofTheBooks) : [],
    unreadable: [],
    next: left.length > FAKE_PAGE ? (shown.at(-1)?.number ?? null) : null,
    count: Math.min(left.length, 101),
  };
}
