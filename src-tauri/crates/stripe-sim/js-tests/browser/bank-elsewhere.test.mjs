// The bank's pages on an origin of their own, as a real bank's are: another site to the browser, which knows nothing of Stripe's.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { confirmAsCore, freePort, openBench, paymentMethodOf, startSimulator } from './bench.mjs';

describe('a bank on an origin of its own', () => {
  let bench;
  let bank;
  before(async () => {
    const port = await freePort();
    bank = `http://localhost:${port}`;
    bench = await openBench(startSimulator(port, '--switch', `bank=${bank}`));
  });
  after(() => bench.close());

  for (const [button, status] of [['Complete', 'requires_confirmation'], ['Fail', 'requires_payment_method']]) {
    it(`is asked and answers: ${button}`, async () => {
      const page = await bench.open();
      const { body } = await confirmAsCore(bench.simulator, await paymentMethodOf(page, '4000002760003184'));
      const ended = page.evaluate((secret) => window.stripe.handleCardAction(secret), body.client_secret);
      const dialog = page.frameLocator('iframe[title="Secure 3D Secure challenge"]').frameLocator('#challengeFrame');
      await dialog.getByText('3184').waitFor();
      assert.deepEqual(page.frames().filter((frame) => frame.url().startsWith(`${bank}/acs/`)).length, 1);
      assert.equal(await dialog.locator('body').evaluate(() => self.origin), bank);
      await dialog.getByRole('button', { name: button }).click();
      const { paymentIntent, error } = await ended;
      assert.equal((paymentIntent ?? error.payment_intent).status, status);
      await page.context().close();
    });
  }
});
