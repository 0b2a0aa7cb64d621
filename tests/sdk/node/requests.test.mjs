// Every request that the till's client can make, as Stripe's own SDK takes it. The requests come out of the client
// (`client-requests`); each is written as a call of the SDK, and then
//   - compiled as the parameter types of the SDK that pins the client's API version: nothing may be wrong;
//   - made by that SDK, without a network: it must send the same path and the same parameters;
//   - compiled as the types of the newest SDK here: what those refuse is known beforehand (`next-version-refuses.json`), so
//     that what a newer version will cost is seen before it is pinned.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import Newest from 'stripe';
import Pinned from 'stripe-pinned';
import { findings } from './compiled.mjs';

const program = process.env.CLIENT_REQUESTS_BIN;
if (!program) throw new Error('CLIENT_REQUESTS_BIN must name the program that writes the requests of the client.');
const { version, idempotency_key, requests } = JSON.parse(execFileSync(program, { encoding: 'utf8' }));

/** The SDK's call for each operation of the schema. Ids in the path come first. */
const CALLS = {
  'POST /v1/payment_intents': 'paymentIntents.create',
  'POST /v1/payment_intents/{intent}/confirm': 'paymentIntents.confirm',
  'POST /v1/payment_intents/{intent}/cancel': 'paymentIntents.cancel',
  'POST /v1/refunds': 'refunds.create',
  'GET /v1/charges': 'charges.list',
  'GET /v1/payment_intents': 'paymentIntents.list',
  'GET /v1/payment_intents/{intent}': 'paymentIntents.retrieve',
  'GET /v1/payment_intents/search': 'paymentIntents.search',
  'GET /v1/refunds': 'refunds.list',
  'GET /v1/disputes': 'disputes.list',
  'GET /v1/account': 'accounts.retrieveCurrent',
};

const made = requests.map(({ operation, method, path, encoded, parameters }) => {
  const call = CALLS[operation];
  assert.ok(call, `${operation} has no call of the SDK in CALLS yet`);
  const template = operation.split(' ')[1].split('/');
  const ids = path.split('/').filter((_, place) => template[place].startsWith('{'));
  const options = method === 'POST' ? [{ idempotencyKey: idempotency_key }] : [];
  return { operation, method, path, encoded, call, leading: ids, parameters, options };
});

/** Name and value of each parameter, in no order; an SDK numbers the elements of a list. */
const pairs = (encoded) =>
  [...new URLSearchParams(encoded)].map(([name, value]) => [name.replace(/\[\d+\]/g, '[]'), value].join('=')).sort();

/** What the SDK sends for a call. */
async function sentBy(Sdk, { call, leading, parameters, options }) {
  const sent = [];
  const fetchFn = async (url, { method, headers, body }) => {
    sent.push({ url: new URL(url), method, headers: new Headers(headers), body });
    return new Response('{"object":"list","data":[]}', { status: 200, headers: { 'content-type': 'application/json' } });
  };
  const stripe = new Sdk('sk_test_requests', { httpClient: Sdk.createFetchHttpClient(fetchFn), telemetry: false });
  const [resource, name] = call.split('.');
  await stripe[resource][name](...leading, parameters, ...options);
  assert.equal(sent.length, 1, call);
  return sent[0];
}

/** Several requests of one operation may show the same. */
const once = (found) => [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];

describe('every request of the client', () => {
  it('is of the version that the pinned SDK pins', () => {
    assert.equal(Pinned.API_VERSION, version);
    assert.equal(new Pinned('sk_test_requests').getApiField('version'), version);
    assert.ok(requests.length >= 14, `${requests.length} requests`);
  });

  it('compiles as the parameter types of the pinned SDK', () => {
    assert.deepEqual(findings('stripe-pinned', made), []);
  });

  it('is sent by the pinned SDK as the client sends it', async () => {
    for (const request of made) {
      const sent = await sentBy(Pinned, request);
      assert.deepEqual([sent.method, sent.url.pathname], [request.method, request.path]);
      assert.deepEqual(pairs(sent.body || sent.url.search), pairs(request.encoded), request.operation);
      assert.equal(sent.headers.get('stripe-version'), version);
      if (request.method === 'POST') assert.equal(sent.headers.get('idempotency-key'), idempotency_key);
    }
  });

  it('compiles as the types of the newest SDK but for what is known', async () => {
    const known = JSON.parse(await readFile(new URL('next-version-refuses.json', import.meta.url), 'utf8'));
    assert.equal(known.version, Newest.API_VERSION, 'the list is of the SDK that is installed');
    assert.deepEqual(once(findings('stripe', made)), known.refuses);
  });
});

describe('the compiler', () => {
  const create = made.find(({ operation }) => operation === 'POST /v1/payment_intents');
  const found = (change) => findings('stripe-pinned', [{ ...create, parameters: { ...create.parameters, ...change } }]);
  const named = (change) => found(change).map(({ operation, parameter }) => [operation, parameter]);

  it('finds what the SDK does not take, all of it', () => {
    assert.deepEqual(named({ colour: 'red', confirmation_methods: 'manual' }), [
      ['POST /v1/payment_intents', 'colour'], ['POST /v1/payment_intents', 'confirmation_methods'],
    ]);
    assert.deepEqual(named({ amount: '2500' }), [['POST /v1/payment_intents', 'amount']]);
    assert.deepEqual(named({ confirmation_method: 'by_hand' }), [['POST /v1/payment_intents', 'confirmation_method']]);
    assert.deepEqual(named({ payment_method_options: { card: { colour: 'red' } } }), [
      ['POST /v1/payment_intents', 'payment_method_options.card.colour'],
    ]);
  });

  it('takes what Stripe documents outside its schema', () => {
    assert.deepEqual(found({ payment_method_options: { card: { moto: true } } }), []);
  });

  it('misses what must be there', () => {
    const { currency, ...rest } = create.parameters;
    assert.equal(currency, 'gbp');
    const [{ parameter, says }] = findings('stripe-pinned', [{ ...create, parameters: rest }]);
    assert.deepEqual([parameter, /'currency' is missing/.test(says)], [null, true]);
  });
});
