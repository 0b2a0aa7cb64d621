// How the list of sales is read: what comes between two answers, what fails, and what is said while one is on its way.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { BooksPage } from '../shared/bindings/BooksPage';
import type { TillFact } from '../shared/bindings/TillFact';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { putSaleIn, stages } from './scenes';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});
afterEach(() => {
  vi.restoreAllMocks();
  delete document.documentElement.dataset['theme'];
});

const OVERTAKEN: TillFact = { fact: 'books_not_read', why: 'overtaken' };
const NONE_FITS = 'No sale fits this search.';
const rows = () => [...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-testid'));
const numbered = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => `sale-${String(from - at)}`);
const search = () => page.getByTestId('search');
const isListed = (expected: string[]) =>
  vi.waitFor(() => {
    expect(rows()).toEqual(expected);
  });

async function open(count: number) {
  for (let at = 1; at <= count; at += 1) putSaleIn(core, 'approved', 100 * at);
  render(App, { core });
  await userEvent.keyboard('{Alt>}2{/Alt}');
  await expect.element(page.getByTestId(`sale-${String(count)}`)).toBeVisible();
}

/** The books answer as they stand when they are asked, but each answer waits until it is let go. */
function heldBack() {
  const held: (() => void)[] = [];
  const ask = core.findSales.bind(core);
  const spy = vi.spyOn(core, 'findSales').mockImplementation((wanted, past) => {
    const answer = ask(wanted, past);
    return new Promise<BooksPage>((resolve, reject) => {
      held.push(() => {
        answer.then(resolve, reject);
      });
    });
  });
  return {
    asked: (times: number) =>
      vi.waitFor(() => {
        expect(spy).toHaveBeenCalledTimes(times);
      }),
    letGo: (which: 'first' | 'last') => {
      (which === 'first' ? held.shift() : held.pop())?.();
    },
    /** Lets go whatever is asked, in this order, until nothing has been asked for a while. */
    letAllGo: async (which: 'first' | 'last') => {
      for (let quiet = 0; quiet < 12; quiet += 1) {
        if (held.length > 0) quiet = 0;
        (which === 'first' ? held.shift() : held.pop())?.();
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
      }
    },
  };
}

const scrollDown = () => {
  const found = page.getByTestId('found').element();
  found.scrollTo(0, found.scrollHeight);
};

test.each(['first', 'last'] as const)(
  'a sale that stops fitting while the next page is read leaves no sale out and none twice, %s',
  async (which) => {
    await open(60);
    await search().fill('paid');
    await isListed(numbered(60, 11));
    const [newest] = await core.recentSales();
    const books = heldBack();
    // It is of the first page: another one comes up onto that in its place.
    if (newest !== undefined) core.put({ ...newest, stage: stages(Date.now()).cancelled });
    await books.asked(1);
    scrollDown();
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    await books.letAllGo(which);
    await isListed(numbered(59, 1));
  },
);

test.each(['first', 'last'] as const)(
  'a new sale that comes while the next page is read stands in the list, with every other one, %s',
  async (which) => {
    await open(60);
    const books = heldBack();
    scrollDown();
    await books.asked(1);
    putSaleIn(core, 'approved', 9900);
    await new Promise((resolve) => {
      setTimeout(resolve, 400);
    });
    await books.letAllGo(which);
    await isListed(numbered(61, 1));
  },
);

test('more new sales than a page has leave no gap between them and what was read before', async () => {
  await open(60);
  scrollDown();
  await isListed(numbered(60, 1));
  for (let at = 0; at < 60; at += 1) putSaleIn(core, 'approved', 5000);
  // As much can be scrolled through as before, and on from there.
  await isListed(numbered(120, 21));
  scrollDown();
  await isListed(numbered(120, 1));
});

test('a sale that changes while a search is on its way is read after it', async () => {
  await open(2);
  const books = heldBack();
  await search().fill('today');
  await books.asked(1);
  putSaleIn(core, 'approved', 9900);
  await new Promise((resolve) => {
    setTimeout(resolve, 400);
  });
  await books.letAllGo('first');
  await isListed(numbered(3, 1));
});

test('sales that follow each other closely do not put off the list', async () => {
  await open(1);
  const before = Date.now();
  const putting = setInterval(() => putSaleIn(core, 'approved', 9900), 100);
  await vi.waitFor(() => {
    expect(rows().length).toBeGreaterThan(2);
  });
  clearInterval(putting);
  expect(Date.now() - before).toBeLessThan(1500);
});

test('a search that was overtaken although it is the latest is asked again, three times at most', async () => {
  await open(2);
  const ask = core.findSales.bind(core);
  const refused = vi.spyOn(core, 'findSales');
  for (let times = 0; times < 3; times += 1) refused.mockRejectedValueOnce(OVERTAKEN);
  refused.mockImplementation(ask);
  await search().fill('no 1');
  await isListed(['sale-1']);
  await expect.element(page.getByTestId('history-refusal')).not.toBeInTheDocument();
  refused.mockReset();
  refused.mockRejectedValue(OVERTAKEN);
  await search().fill('no 2');
  await expect.element(page.getByTestId('history-refusal')).toBeVisible();
  expect(refused).toHaveBeenCalledTimes(4);
});

test('where a search has no answer nothing of the one before stands under it, and it is tried again when a sale changes', async () => {
  await open(60);
  core.refuseNext.set('find_sales', { fact: 'books_not_read', why: 'too_long' });
  await search().fill('no 60');
  await expect.element(page.getByTestId('history-refusal')).toBeVisible();
  expect(rows()).toEqual([]);
  await expect.element(page.getByTestId('sale-detail')).toHaveTextContent(/^$/u);
  await expect.element(page.getByTestId('count')).toHaveTextContent(/^$/u);
  await expect.element(page.getByText(NONE_FITS)).not.toBeInTheDocument();
  await userEvent.keyboard('{Alt>}r{/Alt}');
  await expect.element(page.getByTestId('refund-panel')).not.toBeInTheDocument();
  putSaleIn(core, 'approved', 9900);
  await isListed(['sale-60']);
  await expect.element(page.getByTestId('history-refusal')).not.toBeInTheDocument();
});

test('a next page that could not be read is said, and no more once it is read', async () => {
  await open(60);
  core.refuseNext.set('find_sales', 'silence');
  scrollDown();
  await expect.element(page.getByTestId('history-refusal')).toBeVisible();
  expect(rows()).toHaveLength(50);
  page.getByTestId('found').element().scrollTo(0, 0);
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  scrollDown();
  await isListed(numbered(60, 1));
  await expect.element(page.getByTestId('history-refusal')).not.toBeInTheDocument();
});

test('while the books are made again a sale that is not found may yet be, and it is found by itself', async () => {
  const making = (filed: number) => ({ books: { filed, of: 9, after_damage: false } });
  await open(1);
  core.putStatus(making(1));
  await search().fill('77.00');
  await expect.element(page.getByText('Not among the sales listed so far.')).toBeVisible();
  core.tellsOfSales = false;
  putSaleIn(core, 'approved', 7700);
  core.putStatus(making(2));
  await isListed(['sale-2']);
  putSaleIn(core, 'approved', 7700);
  core.putStatus({ books: null });
  await isListed(['sale-3', 'sale-2']);
  await search().fill('78.00');
  await expect.element(page.getByText(NONE_FITS)).toBeVisible();
});

test('where nothing fits and the amount is none, it is said why, alone and as a bound', async () => {
  core = new FakeCore({ preferences: { locale: 'nl-NL', currency: 'EUR' } });
  await open(1);
  const why = page.getByTestId('wrong-amount');
  for (const text of ['12,5,5', '1,255', '€ 1,255', 'over 1,255', 'boven 1,255']) {
    await search().fill(text);
    await expect.element(page.getByText(NONE_FITS)).toBeVisible();
    if (text.startsWith('boven')) await expect.element(why).not.toBeInTheDocument();
    else await expect.element(why).toBeVisible();
  }
  await search().fill('1,255');
  await expect.element(why).toHaveTextContent('EUR has 2 decimals. Type no more than that.');
  for (const text of ['anna 1,255', '12345678', '0,00', '99,00', '"1,255"']) {
    await search().fill(text);
    await expect.element(page.getByText(NONE_FITS)).toBeVisible();
    await expect.element(why).not.toBeInTheDocument();
  }
});

test('the count is said once nothing more is typed, and stands there at once', async () => {
  putSaleIn(core, 'cancelled', 5000);
  await open(2);
  const said = page.getByTestId('count-said');
  await expect.element(said).toHaveTextContent('3 sales');
  await search().fill('p');
  await expect.element(page.getByTestId('count')).toHaveTextContent('0 sales');
  await search().fill('paid');
  await expect.element(page.getByTestId('count')).toHaveTextContent('2 sales');
  await expect.element(said).toHaveTextContent('3 sales');
  await expect.element(said).toHaveTextContent('2 sales');
  await expect.element(said).toHaveAttribute('role', 'status');
  await expect.element(page.getByTestId('count')).not.toHaveAttribute('role');
});

test('an answer that takes long is said to be on its way', async () => {
  await open(2);
  const books = heldBack();
  await search().fill('paid');
  await expect.element(page.getByTestId('count')).toHaveTextContent('2 sales');
  await expect.element(page.getByTestId('count')).toHaveTextContent('Looking…');
  await books.letAllGo('first');
  await expect.element(page.getByTestId('count')).toHaveTextContent('2 sales');
});

test('a filter that goes with being taken off leaves the focus in the search', async () => {
  await open(1);
  await search().fill('this week paid');
  await page.getByTestId('filter-this_week').click();
  await expect.element(search()).toHaveValue('paid');
  await expect.element(search()).toHaveFocus();
  // One that stays keeps it.
  await page.getByTestId('filter-paid').click();
  await expect.element(page.getByTestId('filter-paid')).toHaveFocus();
  // On a low screen those past the fifth are shown while they are on.
  await page.viewport(1024, 600);
  await search().fill('disputed');
  await page.getByTestId('filter-disputed').click();
  await expect.element(search()).toHaveValue('');
  await expect.element(search()).toHaveFocus();
});

test('under what needs attention stand the others, and their filter is called as their heading', async () => {
  putSaleIn(core, 'not_known', 5000);
  await open(1);
  const headings = () => [...document.querySelectorAll('[data-testid=found] h2')].map((heading) => heading.textContent);
  expect(headings()).toEqual(['Needs attention', 'Other sales']);
  await search().fill('needs attention');
  await isListed(['sale-1']);
  await expect.element(page.getByTestId('filter-pressing')).toHaveTextContent('needs attention');
});
