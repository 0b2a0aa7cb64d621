// A page of another origin calls the API, as Stripe.js does from its frames on js.stripe.com.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { openBench, PUBLISHABLE_KEY } from './bench.mjs';

describe('a page of another origin', () => {
  let bench;
  before(async () => { bench = await openBench(); });
  after(() => bench.close());

  it('calls the API with the publishable key and any header, and reads answers, refusals and their headers', async () => {
    const site = createServer((request, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><p>a shop'));
    await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
    const page = await bench.open();
    await page.goto(`http://127.0.0.1:${site.address().port}/`);
    const calls = await page.evaluate(async ([base, key]) => {
      const call = async (path, init) => {
        const answer = await fetch(`${base}${path}`, init).catch((error) => String(error));
        if (typeof answer === 'string') return answer;
        return { status: answer.status, type: (await answer.json()).object, request: answer.headers.get('request-id') };
      };
      const form = 'type=card&card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=34&card[cvc]=123';
      const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-www-form-urlencoded', 'Stripe-Version': '2026-05-27.dahlia', 'Idempotency-Key': 'k', 'X-Stripe-Client-User-Agent': 'a page' };
      return {
        made: await call('/v1/payment_methods', { method: 'POST', headers, body: form }),
        cookies: await call('/v1/payment_methods', { method: 'POST', credentials: 'include', headers, body: form }),
        refused: await call('/v1/balance', { headers }),
        unknown: await call('/v1/no_such_thing', { method: 'DELETE', headers }),
        recent: await call('/_sim/recent', {}),
        ledger: await call('/_sim/ledger', {}),
        reset: await call('/_sim/reset', { method: 'POST', headers: { 'Content-Type': 'application/json' } }),
      };
    }, [bench.simulator.url, PUBLISHABLE_KEY]);
    for (const name of ['made', 'cookies']) {
      assert.deepEqual([calls[name].status, calls[name].type], [200, 'payment_method'], name);
      assert.match(calls[name].request, /^req_/);
    }
    assert.equal(calls.refused.status, 401);
    assert.equal(calls.unknown.status, 404);
    for (const name of ['recent', 'ledger', 'reset']) assert.match(String(calls[name]), /Failed to fetch/, name);
    site.closeAllConnections();
    site.close();
    await page.context().close();
  });
});
