// The calls of a page that confirms by itself: tokens, confirmCardPayment, confirmCardSetup; and that every call of the
// official types is there, if only to say that it is not played.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { callAsCore, confirmAsCore, mountCard, openBench, typeCard } from './bench.mjs';

const CHALLENGED = '4000002760003184';

/** The names of all calls that the official types give Stripe. */
function officialCalls() {
  const file = fileURLToPath(new URL('../node_modules/@stripe/stripe-js/dist/stripe-js/stripe.d.ts', import.meta.url));
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const stripe = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === 'Stripe');
  return [...new Set(stripe.members.map((member) => member.name.getText(source)))];
}

describe('calls of a page that confirms', () => {
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

  const core = (method, path, fields) => callAsCore(bench.simulator, method, path, fields);
  const newIntent = async (extra = {}) =>
    (await core('POST', '/v1/payment_intents', { amount: '2500', currency: 'usd', 'payment_method_types[]': 'card', ...extra })).body;
  const newSetup = async () => (await core('POST', '/v1/setup_intents', { 'payment_method_types[]': 'card' })).body;

  /** Calls `stripe[name](secret, data, options)` with `card` as the card Element where the data says 'card'. */
  const call = (name, secret, data, options) =>
    page.evaluate(([method, clientSecret, given, more]) => {
      const withCard = given?.payment_method?.card === 'card' ? { ...given, payment_method: { ...given.payment_method, card: window.card } } : given;
      return window.stripe[method](clientSecret, withCard, more).catch(({ name: kind, message }) => ({ rejected: kind, message }));
    }, [name, secret, data, options]);
  const start = (...given) => {
    const outcome = call(...given);
    return () => outcome;
  };
  const bank = () => page.frameLocator('iframe[title="Secure 3D Secure challenge"]').frameLocator('#challengeFrame');
  const decide = (name) => bank().getByRole('button', { name }).click();
  const keyCard = async (number) => {
    await mountCard(page);
    await typeCard(page, number);
  };

  it('makes a token of the card, once usable, with what was keyed and nothing more', async () => {
    await keyCard('4242424242424242');
    const { token, error } = await page.evaluate(() => window.stripe.createToken(window.card, { name: 'Ada', address_line1: '1 Main St' }));
    assert.equal(error, undefined);
    assert.match(token.id, /^tok_/);
    assert.deepEqual([token.object, token.type, token.used, token.card.last4], ['token', 'card', false, '4242']);
    assert.ok(!('fingerprint' in token.card));
    const paid = await confirmAsCore(bench.simulator, undefined, {
      'payment_method_data[type]': 'card', 'payment_method_data[card][token]': token.id,
    });
    assert.equal(paid.body.status, 'succeeded', JSON.stringify(paid.body));
    const byToken = await page.evaluate((id) => window.stripe.createPaymentMethod({ type: 'card', card: { token: id } }), token.id);
    assert.equal(byToken.error.code, 'token_already_used');
  });

  it('refuses tokens of anything else, and of an unfinished card', async () => {
    await mountCard(page);
    const refused = await page.evaluate(() => window.stripe.createToken('pii', { personal_id_number: '1' }).catch(({ name }) => name));
    assert.equal(refused, 'IntegrationError');
    const { error } = await page.evaluate(() => window.stripe.createToken(window.card));
    assert.equal(error.code, 'incomplete_number');
  });

  it('pays at once, with the details that come along', async () => {
    await keyCard('4242424242424242');
    const intent = await newIntent();
    const { paymentIntent, error } = await call('confirmCardPayment', intent.client_secret, {
      payment_method: { card: 'card', billing_details: { name: 'Ada' } },
      receipt_email: 'ada@example.com',
      shipping: { name: 'Ada', address: { line1: '1 Main St', country: 'US' } },
    });
    assert.equal(error, undefined);
    assert.equal(paymentIntent.status, 'succeeded');
    assert.equal(paymentIntent.receipt_email, 'ada@example.com');
    assert.equal(paymentIntent.shipping.address.line1, '1 Main St');
    const { body: method } = await core('GET', `/v1/payment_methods/${paymentIntent.payment_method}`);
    assert.equal(method.billing_details.name, 'Ada');
    assert.equal(method.billing_details.address.postal_code, '12345');
  });

  it('pays with a payment method, with a token, and with the one that is there', async () => {
    await mountCard(page);
    const of = async (data, extra) => (await call('confirmCardPayment', (await newIntent(extra)).client_secret, data)).paymentIntent?.status;
    assert.equal(await of({ payment_method: 'pm_card_visa' }), 'succeeded');
    assert.equal(await of({ payment_method: { card: { token: 'tok_visa' } } }), 'succeeded');
    assert.equal(await of(undefined, { payment_method: 'pm_card_visa' }), 'succeeded');
    assert.equal(await of({ payment_method: 'pm_card_visa' }, { capture_method: 'manual' }), 'requires_capture');
  });

  it('answers a decline with the card error and the PaymentIntent', async () => {
    await keyCard('4000000000009995');
    const intent = await newIntent();
    const { error, paymentIntent } = await call('confirmCardPayment', intent.client_secret, { payment_method: { card: 'card' } });
    assert.equal(paymentIntent, undefined);
    assert.deepEqual([error.type, error.code, error.decline_code], ['card_error', 'card_declined', 'insufficient_funds']);
    assert.equal(error.payment_intent.id, intent.id);
    assert.equal(error.payment_intent.status, 'requires_payment_method');
  });

  it('does not confirm while the card is unfinished', async () => {
    await mountCard(page);
    const intent = await newIntent();
    const { error } = await call('confirmCardPayment', intent.client_secret, { payment_method: { card: 'card' } });
    assert.equal(error.type, 'validation_error');
    assert.equal((await core('GET', `/v1/payment_intents/${intent.id}`)).body.status, 'requires_payment_method');
  });

  for (const [button, status, code] of [
    ['Complete', 'succeeded', undefined],
    ['Fail', undefined, 'payment_intent_authentication_failure'],
  ]) {
    it(`takes the customer through the bank’s challenge: ${button}`, async () => {
      await keyCard(CHALLENGED);
      const intent = await newIntent();
      const outcome = start('confirmCardPayment', intent.client_secret, { payment_method: { card: 'card' } });
      await decide(button);
      const { paymentIntent, error } = await outcome();
      assert.equal(paymentIntent?.status, status);
      assert.equal(error?.code, code);
      assert.equal(await page.locator('[role=dialog]').count(), 0);
    });
  }

  it('leaves the challenge to the page that asks for it', async () => {
    await keyCard(CHALLENGED);
    const intent = await newIntent();
    const { paymentIntent } = await call('confirmCardPayment', intent.client_secret, { payment_method: { card: 'card' } }, { handleActions: false });
    assert.equal(paymentIntent.status, 'requires_action');
    assert.equal(await page.locator('[role=dialog]').count(), 0);
    const later = page.evaluate((clientSecret) => window.stripe.handleNextAction({ clientSecret }), intent.client_secret);
    await decide('Complete');
    assert.equal((await later).paymentIntent.status, 'succeeded');
  });

  it('answers that manual confirmation is for the server', async () => {
    await keyCard('4242424242424242');
    const intent = await newIntent({ confirmation_method: 'manual' });
    const { error } = await call('confirmCardPayment', intent.client_secret, { payment_method: { card: 'card' } });
    assert.equal(error.type, 'invalid_request_error');
    assert.match(error.message, /cannot be confirmed using your publishable key/);
  });

  it('opens one dialog for two calls of one payment, and pays once', async () => {
    await keyCard(CHALLENGED);
    const intent = await newIntent();
    const data = { payment_method: { card: 'card' } };
    const [first, second] = [start('confirmCardPayment', intent.client_secret, data), start('confirmCardPayment', intent.client_secret, data)];
    await bank().getByText('3184').waitFor();
    assert.equal(await page.locator('[role=dialog]').count(), 1);
    await decide('Complete');
    assert.deepEqual(await first(), await second());
    const { body } = await core('GET', '/v1/charges', { payment_intent: intent.id });
    assert.equal(body.data.length, 1);
  });

  it('saves a card, with and without a challenge, and reads the SetupIntent', async () => {
    await keyCard('4242424242424242');
    const plain = await newSetup();
    const { setupIntent } = await call('confirmCardSetup', plain.client_secret, { payment_method: { card: 'card' } });
    assert.equal(setupIntent.status, 'succeeded');
    assert.match(setupIntent.payment_method, /^pm_/);
    const read = await call('retrieveSetupIntent', plain.client_secret);
    assert.equal(read.setupIntent.status, 'succeeded');

    const asked = await newSetup();
    const outcome = start('confirmCardSetup', asked.client_secret, { payment_method: 'pm_card_authenticationRequired' });
    await decide('Complete');
    assert.equal((await outcome()).setupIntent.status, 'succeeded');
  });

  it('answers a failed challenge of a SetupIntent, and a declined card, with their errors', async () => {
    await mountCard(page);
    const asked = await newSetup();
    const waiting = await call('confirmCardSetup', asked.client_secret, { payment_method: 'pm_card_authenticationRequired' }, { handleActions: false });
    assert.equal(waiting.setupIntent.status, 'requires_action');
    const outcome = page.evaluate((clientSecret) => window.stripe.handleNextAction({ clientSecret }), asked.client_secret);
    await decide('Fail');
    const { error } = await outcome;
    assert.equal(error.code, 'setup_intent_authentication_failure');
    assert.equal(error.setup_intent.id, asked.id);
    assert.equal(error.setup_intent.status, 'requires_payment_method');
    const declined = await call('confirmCardSetup', (await newSetup()).client_secret, { payment_method: 'pm_card_visa_chargeDeclined' });
    assert.equal(declined.error.code, 'card_declined');
  });

  it('refuses a secret of the other kind, and names neither', async () => {
    await mountCard(page);
    for (const [name, secret] of [
      ['confirmCardPayment', 'seti_1_secret_mysterious'], ['confirmCardSetup', 'pi_1_secret_mysterious'],
      ['retrieveSetupIntent', 'pi_1_secret_mysterious'], ['retrievePaymentIntent', 'seti_1_secret_mysterious'],
    ]) {
      const refused = await call(name, secret);
      assert.equal(refused.rejected, 'IntegrationError', name);
      assert.ok(!refused.message.includes('mysterious'));
    }
  });

  it('has every call of the official types, played or refused in a sentence', async () => {
    await mountCard(page);
    const names = officialCalls();
    assert.ok(names.length > 60, names.join());
    const missing = await page.evaluate((all) => all.filter((name) => typeof window.stripe[name] !== 'function'), names);
    assert.deepEqual(missing, []);
    const said = await page.evaluate(() => window.stripe.confirmPayment({}).catch(({ name, message }) => `${name}: ${message}`));
    assert.match(said, /^IntegrationError: stripe.confirmPayment is not in the simulator/);
    const thrown = await page.evaluate(() => {
      try {
        return window.stripe.paymentRequest({});
      } catch ({ name }) {
        return name;
      }
    });
    assert.equal(thrown, 'IntegrationError');
  });
});
