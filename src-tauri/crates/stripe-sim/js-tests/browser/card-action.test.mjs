// handleCardAction and handleNextAction with the bank's challenge: every way it can end, and what is rejected.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { callAsCore, confirmAsCore, control, eventually, focusCard, mountCard, openBench, paymentMethodOf, rejectionOf } from './bench.mjs';

const CHALLENGED = '4000002760003184';
const AUTH_FAILURE =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

describe('card actions', () => {
  let bench;
  let page;
  before(async () => { bench = await openBench(); });
  after(() => bench.close());
  beforeEach(async () => { page = await bench.open(); });
  afterEach(async () => {
    assert.deepEqual(page.problems, []);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    await page.context().close();
  });

  /** A payment that waits for the bank. */
  async function challenged(extra, number = CHALLENGED) {
    const { status, body } = await confirmAsCore(bench.simulator, await paymentMethodOf(page, number), extra);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.status, 'requires_action');
    return body;
  }

  /** Starts an action whose outcome is read later with `outcome()`. */
  const start = (method, argument) =>
    page.evaluate(([name, value]) => {
      window.outcome = window.stripe[name](value).catch(({ name: kind, message }) => ({ rejected: kind, message }));
    }, [method, argument]);
  const outcome = () => page.evaluate(() => Promise.race([
    window.outcome,
    new Promise((_, reject) => setTimeout(() => reject(new Error('The action did not end in 8 s.')), 8000)),
  ]));

  const dialog = () => page.frameLocator('iframe[title="Secure 3D Secure challenge"]');
  const bank = () => dialog().frameLocator('#challengeFrame');
  const openChallenge = async (intent) => {
    await start('handleCardAction', intent.client_secret);
    await bank().getByText('3184').waitFor();
  };
  const overlays = () => page.locator('[role=dialog]').count();

  it('completes: the PaymentIntent waits for the second confirm', async () => {
    const intent = await challenged();
    await openChallenge(intent);
    assert.equal(await bank().locator('#amount').textContent(), '$25.00');
    await bank().getByRole('button', { name: 'Complete' }).click();
    const { paymentIntent, error } = await outcome();
    assert.equal(error, undefined);
    assert.equal(paymentIntent.id, intent.id);
    assert.equal(paymentIntent.status, 'requires_confirmation');
    assert.equal(await overlays(), 0);
    const confirmed = await callAsCore(bench.simulator, 'POST', `/v1/payment_intents/${intent.id}/confirm`);
    assert.equal(confirmed.body.status, 'succeeded');
  });

  it('is completed from the keyboard, and gives the focus back', async () => {
    const intent = await challenged();
    await focusCard(page);
    await openChallenge(intent);
    await eventually(() => bank().locator('#test-source-authorize-3ds').evaluate((button) => document.activeElement === button), true);
    await page.keyboard.press('Enter');
    assert.equal((await outcome()).paymentIntent.status, 'requires_confirmation');
    assert.equal(await page.evaluate(() => document.activeElement.title), 'Secure card payment input frame');
    assert.equal(await page.evaluate(() => document.querySelector('form').inert), false);
  });

  it('keeps Tab inside the dialog', async () => {
    await openChallenge(await challenged());
    for (let i = 0; i < 9; i += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => document.activeElement.title ?? '');
      assert.equal(focused, 'Secure 3D Secure challenge');
    }
  });

  it('fails: the error of the PaymentIntent, in the words of Stripe.js, with the PaymentIntent in it', async () => {
    const intent = await challenged();
    await openChallenge(intent);
    await bank().getByRole('button', { name: 'Fail' }).click();
    const { error, paymentIntent } = await outcome();
    assert.equal(paymentIntent, undefined);
    assert.equal(error.type, 'invalid_request_error');
    assert.equal(error.code, 'payment_intent_authentication_failure');
    assert.equal(error.message, AUTH_FAILURE);
    assert.equal(error.payment_intent.id, intent.id);
    assert.equal(error.payment_intent.status, 'requires_payment_method');
    assert.match(error.payment_method.id, /^pm_/);
  });

  it('is cancelled by the dialog’s own button, with the same error', async () => {
    await openChallenge(await challenged());
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    const { error } = await outcome();
    assert.equal(error.code, 'payment_intent_authentication_failure');
    assert.equal(error.message, AUTH_FAILURE);
    assert.equal(await overlays(), 0);
  });

  it('handles the redirect kind in the same dialog', async () => {
    const intent = await challenged({ use_stripe_sdk: undefined });
    assert.equal(intent.next_action.use_stripe_sdk.type, 'three_d_secure_redirect');
    await openChallenge(intent);
    await bank().getByRole('button', { name: 'Complete' }).click();
    assert.equal((await outcome()).paymentIntent.status, 'requires_confirmation');
  });

  it('cancels the redirect kind too', async () => {
    await openChallenge(await challenged({ use_stripe_sdk: undefined }));
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await outcome()).error.code, 'payment_intent_authentication_failure');
  });

  it('notices when the shop cancels the payment meanwhile', async () => {
    const intent = await challenged();
    await openChallenge(intent);
    await callAsCore(bench.simulator, 'POST', `/v1/payment_intents/${intent.id}/cancel`);
    const { error } = await outcome();
    assert.equal(error.code, 'payment_intent_unexpected_state');
    assert.equal(error.message, 'A processing error occurred.');
    assert.equal(error.payment_intent.status, 'canceled');
    assert.equal(await overlays(), 0);
  });

  for (const [decision, code] of [['complete', undefined], ['fail', 'payment_intent_authentication_failure']]) {
    it(`notices when the challenge is decided elsewhere: ${decision}`, async () => {
      const intent = await challenged();
      await openChallenge(intent);
      await control(bench.simulator, `challenges/${intent.id}`, { outcome: decision });
      const { paymentIntent, error } = await outcome();
      assert.equal(error?.code, code);
      assert.equal(paymentIntent?.status, code ? undefined : 'requires_confirmation');
      assert.equal(await overlays(), 0);
    });
  }

  it('closes when the hour has passed', async () => {
    const intent = await challenged();
    await openChallenge(intent);
    await control(bench.simulator, 'clock', { advance_s: 3601 });
    const { error } = await outcome();
    assert.equal(error.payment_intent.status, 'requires_payment_method');
    assert.equal(await overlays(), 0);
  });

  it('keeps the dialog while the simulator is gone, and goes on when it is back', async () => {
    await openChallenge(await challenged());
    await control(bench.simulator, 'faults', { gone: true });
    await bank().getByRole('button', { name: 'Complete' }).click();
    await bank().getByText('The bank did not answer').waitFor();
    assert.equal(await overlays(), 1);
    await control(bench.simulator, 'faults', { gone: false });
    await bank().getByRole('button', { name: 'Complete' }).click();
    assert.equal((await outcome()).paymentIntent.status, 'requires_confirmation');
  });

  it('shows nothing and does not settle when its frame cannot be loaded', async () => {
    const intent = await challenged();
    // A browser asks again by itself where a connection that was used before breaks.
    const rules = [{ path: '/v3/three-ds-2-challenge.html', next: 9, fault: { kind: 'drop' } }];
    await control(bench.simulator, 'faults', { rules });
    await start('handleCardAction', intent.client_secret);
    const settled = await page.evaluate(() => Promise.race([
      window.outcome.then(() => true),
      // Longer than any frame is waited for.
      new Promise((resolve) => setTimeout(() => resolve(false), 22_000)),
    ]));
    assert.equal(settled, false);
    assert.equal(await page.locator('[role=dialog]').isVisible(), false);
    // What the browser says of the frame that did not load.
    page.problems.length = 0;
    await control(bench.simulator, 'faults', { rules: [] });
    await control(bench.simulator, `challenges/${intent.id}`, { outcome: 'complete' });
    assert.equal((await outcome()).paymentIntent.status, 'requires_confirmation');
  });

  it('opens one dialog for one payment however often it is called, and none for another', async () => {
    const intent = await challenged();
    await openChallenge(intent);
    const second = page.evaluate((secret) => window.stripe.handleCardAction(secret), intent.client_secret);
    const other = await rejectionOf(page, 'handleCardAction', 'pi_other_secret_abc');
    assert.equal(other.name, 'IntegrationError');
    assert.match(other.message, /in progress/);
    assert.equal(await overlays(), 1);
    await bank().getByRole('button', { name: 'Complete' }).click();
    assert.deepEqual(await second, await outcome());
    assert.equal((await rejectionOf(page, 'handleCardAction', intent.client_secret)).name, 'IntegrationError');
  });

  it('is open for the next payment after one has ended', async () => {
    for (const button of ['Fail', 'Complete']) {
      const intent = await challenged();
      await openChallenge(intent);
      await bank().getByRole('button', { name: button }).click();
      assert.equal(Boolean((await outcome()).paymentIntent), button === 'Complete');
      await page.reload();
    }
  });

  it('rejects what needs no action, in the words of Stripe.js', async () => {
    const { body: paid } = await confirmAsCore(bench.simulator, await paymentMethodOf(page, '4242424242424242'));
    assert.equal(paid.status, 'succeeded');
    assert.deepEqual(await rejectionOf(page, 'handleCardAction', paid.client_secret), {
      name: 'IntegrationError',
      message: 'handleCardAction: The PaymentIntent supplied is not in the requires_action state.',
    });
    assert.deepEqual(await rejectionOf(page, 'handleNextAction', { clientSecret: paid.client_secret }), {
      name: 'IntegrationError',
      message: 'handleNextAction: The PaymentIntent supplied is not in the requires_action state.',
    });
  });

  it('rejects a malformed client secret without repeating it', async () => {
    await mountCard(page);
    for (const secret of ['nonsense-value', '', 'pi_1_secret_', null]) {
      const { name, message } = await rejectionOf(page, 'handleCardAction', secret);
      assert.equal(name, 'IntegrationError');
      assert.ok(!message.includes('nonsense-value'));
    }
  });

  it('answers {error} for a client secret that does not fit', async () => {
    const intent = await challenged();
    const { resolved } = await rejectionOf(page, 'handleCardAction', `${intent.id}_secret_wrongwrongwrong`);
    assert.equal(resolved.error.type, 'invalid_request_error');
    assert.equal(await overlays(), 0);
  });

  it('handles automatic confirmation through handleNextAction only', async () => {
    const intent = await challenged({ confirmation_method: 'automatic' });
    const rejected = await rejectionOf(page, 'handleCardAction', intent.client_secret);
    assert.equal(rejected.name, 'IntegrationError');
    assert.match(rejected.message, /does not require manual server-side confirmation/);
    await start('handleNextAction', { clientSecret: intent.client_secret });
    await bank().getByRole('button', { name: 'Complete' }).click();
    assert.equal((await outcome()).paymentIntent.status, 'succeeded');
  });

  it('answers a decline that follows the challenge with the fields of a card error', async () => {
    const intent = await challenged({ confirmation_method: 'automatic' }, '4000008260003178');
    await start('handleNextAction', { clientSecret: intent.client_secret });
    await bank().getByRole('button', { name: 'Complete' }).click();
    const { error, paymentIntent } = await outcome();
    assert.equal(paymentIntent, undefined);
    assert.equal(error.type, 'card_error');
    assert.equal(error.code, 'card_declined');
    assert.equal(error.decline_code, 'insufficient_funds');
    assert.equal(error.message, 'Your card has insufficient funds.');
    assert.equal(error.payment_intent.status, 'requires_payment_method');
    assert.match(error.payment_method.id, /^pm_/);
  });

  it('shows the check for a human in the same dialog', async () => {
    const intent = await challenged({}, '4000000000001208');
    assert.equal(intent.next_action.use_stripe_sdk.type, 'intent_confirmation_challenge');
    await start('handleCardAction', intent.client_secret);
    await bank().getByText('1208').waitFor();
    await bank().getByRole('button', { name: 'Complete' }).click();
    assert.equal((await outcome()).paymentIntent.status, 'requires_confirmation');
  });

  it('reports the end of a challenge again when the line drops just then', async () => {
    await openChallenge(await challenged());
    let dropped = 0;
    await page.context().route('**/v1/3ds2/challenge_complete', (route) => {
      dropped += 1;
      return dropped < 3 ? route.abort() : route.continue();
    });
    await bank().getByRole('button', { name: 'Complete' }).click();
    assert.equal((await outcome()).paymentIntent.status, 'requires_confirmation');
    assert.equal(dropped, 3);
  });

  it('does not leave the page for a return_url', async () => {
    const intent = await challenged({ use_stripe_sdk: undefined, return_url: 'https://shop.example/back' });
    const { resolved } = await rejectionOf(page, 'handleCardAction', intent.client_secret);
    assert.equal(resolved.error.code, 'redirect_error');
    assert.match(page.url(), /\/pay$/);
  });

  it('reads a PaymentIntent with the publishable key', async () => {
    const intent = await challenged();
    const { resolved } = await rejectionOf(page, 'retrievePaymentIntent', intent.client_secret);
    assert.equal(resolved.paymentIntent.id, intent.id);
    assert.equal(resolved.paymentIntent.status, 'requires_action');
  });
});
