// The simulator's own page: what it shows of payments and requests, in both themes, and that it holds no secret.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callAsCore, confirmAsCore, eventually, openBench } from './bench.mjs';

/** The contrast of two CSS colours, by the WCAG's formula. */
function contrast(left, right) {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(left), light(right)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

describe('the page of the simulator', () => {
  let bench;
  before(async () => { bench = await openBench(); });
  after(() => bench.close());

  const openHome = async (context) => {
    const page = await bench.open(context);
    await page.goto(`${bench.simulator.url}/`);
    await page.getByText('Running').waitFor();
    return page;
  };
  const rows = (page, id) => page.locator(`#${id} tbody tr`);

  it('says how to begin when nothing has happened', async () => {
    const page = await openHome();
    await page.getByText('No payment yet').waitFor();
    const { host } = new URL(bench.simulator.url);
    assert.match(await page.locator('.how').innerText(), new RegExp(`curl http://${host}/v1/payment_intents`));
    assert.deepEqual(page.problems, []);
  });

  it('shows payments and requests as they come, without a secret', async () => {
    const page = await openHome();
    const paid = await confirmAsCore(bench.simulator, 'pm_card_visa', { description: 'for Ada Lovelace' });
    await confirmAsCore(bench.simulator, 'pm_card_visa_chargeDeclinedInsufficientFunds');
    await confirmAsCore(bench.simulator, 'pm_card_authenticationRequired', { amount: '420', currency: 'jpy' });
    await callAsCore(bench.simulator, 'POST', '/v1/refunds', { payment_intent: paid.body.id, amount: '500' });
    await rows(page, 'payments').nth(2).waitFor();
    await eventually(() => rows(page, 'payments').allInnerTexts().then((all) => all.map((text) => text.split(/\s*[\t\n]\s*/).slice(1, 3))), [
      ['¥420', 'Waits for the bank'], ['$25.00', 'Declined'], ['$25.00', '$5.00 back'],
    ]);
    assert.match(await rows(page, 'payments').nth(2).innerText(), /Partly refunded[\s\S]*4242/);
    assert.match(await rows(page, 'payments').nth(1).innerText(), /insufficient funds/);
    assert.equal(await rows(page, 'requests').count(), 4);
    assert.match(await rows(page, 'requests').nth(2).innerText(), /POST[\s\S]*\/v1\/payment_intents[\s\S]*402[\s\S]*card declined/);
    assert.match(await page.locator('#news').textContent(), /Declined|Waits|Partly/);
    const whole = await page.content();
    for (const secret of ['_secret_', 'TrainingShop', 'Ada Lovelace']) assert.ok(!whole.includes(secret), secret);
    assert.deepEqual(page.problems, []);
  });

  it('calls a payment disputed that is, however it was paid', async () => {
    const page = await openHome();
    const { body } = await confirmAsCore(bench.simulator, 'pm_card_createDispute');
    await rows(page, 'payments').filter({ hasText: body.id }).getByText('Disputed', { exact: true }).waitFor();
    assert.ok(!(await rows(page, 'payments').filter({ hasText: body.id }).innerText()).includes('Paid'));
  });

  for (const width of [1440, 1330, 1280, 1100, 390]) {
    it(`shows every request's whole path, and cuts nothing off, at ${width} px`, async () => {
      const { body } = await confirmAsCore(bench.simulator, 'pm_card_authenticationRequired', { amount: '99999999' });
      await callAsCore(bench.simulator, 'POST', `/v1/payment_intents/${body.id}/confirm`);
      const page = await openHome({ viewport: { width, height: 900 } });
      const path = rows(page, 'requests').first().locator('.path');
      await path.getByText(`/v1/payment_intents/${body.id}/confirm`).waitFor();
      // Where the last letters of the text are drawn, against the box that shows the table.
      const tail = await path.evaluate((cell) => {
        const range = document.createRange();
        range.setStart(cell.firstChild, cell.textContent.length - 7);
        range.setEnd(cell.firstChild, cell.textContent.length);
        const drawn = [...range.getClientRects()].at(-1);
        const shown = cell.closest('.rows').getBoundingClientRect();
        const own = cell.getBoundingClientRect();
        return { drawn: drawn.right, shown: Math.min(shown.right, innerWidth, own.right), cut: getComputedStyle(cell).textOverflow };
      });
      assert.ok(tail.drawn <= tail.shown + 0.5, JSON.stringify(tail));
      const widths = await page.locator('.rows').evaluateAll((all) => all.map((box) => [box.scrollWidth, box.clientWidth]));
      for (const [whole, shown] of widths) assert.ok(whole <= shown, `${whole} of ${shown}`);
    });
  }

  it('is reached by the keyboard, and says when the simulator is gone', async () => {
    const page = await openHome();
    const reached = [];
    for (let i = 0; i < 5; i += 1) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
    }
    assert.deepEqual(reached.slice(0, 2), ['payments', 'requests']);
    await page.context().route('**/_sim/recent', (route) => route.abort());
    await page.getByText('Not answering').waitFor();
  });

  for (const colorScheme of ['light', 'dark']) {
    it(`is readable in the ${colorScheme} theme, also on a narrow screen`, async () => {
      const page = await openHome({ colorScheme, viewport: { width: 420, height: 800 } });
      await rows(page, 'payments').first().waitFor();
      const pairs = await page.evaluate(() => {
        const groundOf = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (colour !== 'rgba(0, 0, 0, 0)') return colour;
          }
          return 'rgb(255, 255, 255)';
        };
        return [...document.querySelectorAll('main *, header *')]
          .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
          .map((element) => [getComputedStyle(element).color, groundOf(element), element.textContent.trim().slice(0, 30)]);
      });
      assert.ok(pairs.length > 30);
      for (const [ink, ground, text] of pairs) {
        assert.ok(contrast(ink, ground) >= 4.5, `${text}: ${ink} on ${ground}`);
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out');
    });
  }
});
