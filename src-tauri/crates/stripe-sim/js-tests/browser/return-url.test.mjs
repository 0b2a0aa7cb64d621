// A challenge that has the whole window, and the way back to the shop afterwards (`return_url`).
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { callAsCore, confirmAsCore, openBench } from './bench.mjs';

const ASKS = 'pm_card_threeDSecure2Required';

describe('a challenge in the whole window', () => {
  let bench;
  let shop;
  before(async () => {
    bench = await openBench();
    const server = createServer((request, response) => response.end('You can close this page.'));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    shop = { url: `http://127.0.0.1:${server.address().port}`, server };
  });
  after(async () => {
    shop.server.closeAllConnections();
    shop.server.close();
    await bench.close();
  });

  for (const [button, status] of [['Complete', 'requires_confirmation'], ['Fail', 'requires_payment_method']]) {
    it(`goes back to the shop with the payment in the address: ${button}`, async () => {
      const page = await bench.open();
      const back = `${shop.url}/back?sale=7#done`;
      const { body: intent } = await confirmAsCore(bench.simulator, ASKS, { use_stripe_sdk: undefined, return_url: back });
      await page.goto(intent.next_action.redirect_to_url.url);
      await page.getByText('•••• 3220').waitFor();
      await page.getByRole('button', { name: button }).click();
      await page.getByText('You can close this page.').waitFor();
      assert.equal(
        page.url(),
        `${shop.url}/back?sale=7&payment_intent=${intent.id}&payment_intent_client_secret=${intent.client_secret}#done`,
      );
      assert.equal((await callAsCore(bench.simulator, 'GET', `/v1/payment_intents/${intent.id}`)).body.status, status);
      await page.context().close();
    });
  }

  it('goes back to an app by the app’s own scheme', async () => {
    const page = await bench.open();
    const extra = { use_stripe_sdk: undefined, return_url: 'my-till://back' };
    const { body: intent } = await confirmAsCore(bench.simulator, ASKS, extra);
    await page.goto(intent.next_action.redirect_to_url.url);
    await page.getByText('•••• 3220').waitFor();
    // No request tells of an address that the browser cannot open; the frame's wish does.
    const frame = await page.context().newCDPSession(page);
    const left = new Promise((resolve) => frame.on('Page.frameRequestedNavigation', ({ url }) => resolve(url)));
    await frame.send('Page.enable');
    await page.getByRole('button', { name: 'Complete' }).click();
    const wanted = `my-till://back?payment_intent=${intent.id}&payment_intent_client_secret=${intent.client_secret}`;
    assert.equal(await left, wanted);
    await page.context().close();
  });
});
