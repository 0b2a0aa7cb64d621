// People's own words: the longest of them pushes nothing out of the window, and one that is written from right to left turns
// nothing round but itself.
import '../shared/tokens.css';
import '../shared/base.css';
import { beforeEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { putSaleIn, stages } from './scenes';

const NAMES = {
  'sixty wide letters': 'W'.repeat(60),
  Arabic: 'متجر الزاوية للخبز والحلويات والقهوة والشاي في وسط المدينة',
  Hebrew: `בית${'ק'.repeat(57)}`,
  'turned round, and never turned back': '\u202eThe Corner Shop',
};

let core: FakeCore;
beforeEach(() => {
  core = new FakeCore();
});

/** Where each character of an element's text stands. */
function lefts(element: Element): { character: string; left: number; top: number }[] {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const text = node.textContent ?? '';
    for (let at = 0; at < text.length; at += 1) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { left, top } = range.getBoundingClientRect();
      found.push({ character: text.charAt(at), left, top });
    }
  }
  return found;
}

/** Fails unless these words stand in the element from left to right. */
function standsFromLeftToRight(element: Element, words: string) {
  const all = lefts(element);
  const from = all
    .map(({ character }) => character)
    .join('')
    .indexOf(words);
  expect(from, words).toBeGreaterThanOrEqual(0);
  const [first, second] = [all[from], all[from + 1]];
  expect(second?.top === first?.top && (second?.left ?? 0) > (first?.left ?? 0), words).toBe(true);
}

describe.each(Object.entries(NAMES))('a shop’s name: %s', (_kind, shop_name) => {
  test.each([1024, 1180])('leaves the menu in its place at %i', async (width) => {
    await page.viewport(width, 700);
    core = new FakeCore({ preferences: { shop_name } });
    render(App, { core });
    await expect.element(page.getByTestId('shop')).toHaveTextContent(shop_name);
    const tabs = ['sale', 'history', 'settings'].map((screen) => page.getByTestId(`screen-${screen}`).element().getBoundingClientRect());
    expect(tabs.map(({ left }) => left)).toEqual(tabs.map(({ left }) => left).sort((a, b) => a - b));
    expect(tabs.at(-1)?.right).toBeLessThanOrEqual(width);
    const shop = page.getByTestId('shop').element().getBoundingClientRect();
    expect(shop.right).toBeLessThanOrEqual(tabs[0]?.left ?? 0);
    expect(document.documentElement.scrollWidth).toBe(width);
  });

  test('stays in the receipt', async () => {
    await page.viewport(1024, 700);
    core = new FakeCore({ preferences: { shop_name } });
    core.put({ ...putSaleIn(core, 'not_known'), stage: stages(Date.now()).approved });
    render(App, { core });
    await page.getByTestId('screen-history').click();
    const receipt = page.getByTestId('receipt').element();
    expect(receipt.scrollWidth).toBeLessThanOrEqual(receipt.clientWidth);
    standsFromLeftToRight(page.getByTestId('receipt-number').element(), 'No.');
    expect(page.getByTestId('receipt-number').element().getBoundingClientRect().left).toBeLessThan(
      page.getByTestId('receipt-date').element().getBoundingClientRect().left,
    );
  });

  test('in a sentence leaves the sentence as it is, and in the window', async () => {
    await page.viewport(1024, 700);
    render(App, { core });
    core.putStatus({ problems: [{ fact: 'copy_failed', folder: `/media/${shop_name}`, failure: { why: 'no_folder' } }] });
    const problem = page.getByTestId('problem');
    await expect.element(problem).toHaveTextContent('Selling goes on');
    standsFromLeftToRight(problem.element(), 'The folder is not');
    standsFromLeftToRight(problem.element(), 'Is the stick');
    expect(problem.element().scrollWidth).toBeLessThanOrEqual(1024);
  });
});

test('a word without an end in what the core says breaks, and pushes no button out', async () => {
  await page.viewport(1024, 700);
  const endless = `pi_${'3Q'.repeat(120)}`;
  const sale = putSaleIn(core, 'not_known');
  core.put({
    ...sale,
    stage: { kind: 'declined', decline: { why: { kind: 'not_taken', why: { kind: 'refused', status: 400, code: endless } }, card: null } },
  });
  core.refuseNext.set('take_card', { fact: 'refused', refusal: { code: 'journal', said: endless } });
  render(App, { core });
  await page.getByTestId('action-take_card').click();
  await expect.element(page.getByTestId('refusal')).toHaveTextContent(endless);
  for (const shown of ['refusal', 'attempts', 'action-cancel']) {
    expect(page.getByTestId(shown).element().getBoundingClientRect().right, shown).toBeLessThanOrEqual(1024);
  }
  const detail = document.querySelector('.detail');
  expect(detail?.scrollWidth).toBe(detail?.clientWidth);
});
