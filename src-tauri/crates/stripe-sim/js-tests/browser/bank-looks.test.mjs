// The bank's look at the browser before a challenge, in a hidden frame.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { confirmAsCore, control, openBench, PUBLISHABLE_KEY } from './bench.mjs';

/** Its bank looks first. */
const LOOKS = 'pm_card_threeDSecure2Required';
/** Its bank does not. */
const LOOKS_NOT = 'pm_card_authenticationRequired';

describe('the bank’s look at the browser', () => {
  let bench;
  let page;
  /** What the page’s frames asked for, as `METHOD path`, in its order. */
  let asked;
  before(async () => { bench = await openBench(); });
  after(() => bench.close());
  beforeEach(async () => {
    page = await bench.open();
    asked = [];
    page.on('request', (request) => asked.push({ what: `${request.method()} ${new URL(request.url()).pathname}`, body: request.postData(), at: Date.now() }));
  });
  afterEach(async () => {
    assert.deepEqual(page.problems, []);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    await control(bench.simulator, 'faults', { rules: [] });
    await page.context().close();
  });

  async function challenged(method) {
    const { body } = await confirmAsCore(bench.simulator, method);
    assert.equal(body.status, 'requires_action', JSON.stringify(body));
    return body;
  }
  /** Begins the action and watches each frame that comes into the page. */
  const start = (intent) => page.evaluate(([secret, key]) => {
    window.frames_ = [];
    new MutationObserver((changes) => {
      for (const frame of changes.flatMap(({ addedNodes }) => [...addedNodes]).flatMap((node) => node.querySelectorAll ? [...node.querySelectorAll('iframe'), ...(node.matches('iframe') ? [node] : [])] : [])) {
        const { width, height } = frame.getBoundingClientRect();
        window.frames_.push({ title: frame.title, width, height, opacity: getComputedStyle(frame).opacity });
      }
    }).observe(document.documentElement, { childList: true, subtree: true });
    window.stripe = window.Stripe(key);
    window.outcome = window.stripe.handleCardAction(secret);
  }, [intent.client_secret, PUBLISHABLE_KEY]);
  const bank = () => page.frameLocator('iframe[title="Secure 3D Secure challenge"]').frameLocator('#challengeFrame');
  const found = (what) => asked.findIndex((request) => request.what === what);
  const seen = async (intent) => {
    const acs = intent.next_action.use_stripe_sdk.three_ds_method_url.split('acs_trans=')[1];
    return (await (await fetch(`${bench.simulator.url}/acs/transaction?acs_trans=${acs}`)).json()).three_ds_method;
  };
  async function complete() {
    await bank().getByText('•••• 3').waitFor();
    await bank().getByRole('button', { name: 'Complete' }).click();
    return page.evaluate(() => window.outcome);
  }

  it('comes before the challenge, unseen, and is told to Stripe', async () => {
    const intent = await challenged(LOOKS);
    await start(intent);
    await bank().getByText('•••• 3').waitFor();
    const sdk = intent.next_action.use_stripe_sdk;
    const order = ['POST /acs/method', `POST /3d_secure_2/fingerprint/${sdk.merchant}/${sdk.three_d_secure_2_source}`, 'POST /v1/3ds2/authenticate', 'GET /acs/challenge'];
    const places = order.map(found);
    assert.ok(!places.includes(-1), JSON.stringify(asked.map(({ what }) => what)));
    assert.deepEqual(places, [...places].sort((one, other) => one - other));
    const begun = new URLSearchParams(asked[found('POST /v1/3ds2/authenticate')].body);
    const browser = JSON.parse(begun.get('browser'));
    assert.equal(browser.fingerprintAttempted, true);
    assert.equal(browser.threeDSCompInd, 'Y');
    assert.deepEqual(JSON.parse(atob(browser.fingerprintData)), { threeDSServerTransID: sdk.server_transaction_id });
    assert.deepEqual(await seen(intent), { look: 'finished', said: 'Y' });
    const [look] = (await page.evaluate(() => window.frames_)).filter(({ title }) => title === 'Secure 3D Secure fingerprint');
    assert.ok(look.width <= 1 && look.height <= 1 && look.opacity === '0', JSON.stringify(look));
    assert.equal(await page.locator('iframe[title="Secure 3D Secure fingerprint"]').count(), 0, 'it is gone afterwards');
    assert.equal((await complete()).paymentIntent.status, 'requires_confirmation');
  });

  it('is left out where the bank does not ask for it', async () => {
    await start(await challenged(LOOKS_NOT));
    await bank().getByText('•••• 3').waitFor();
    assert.equal(found('POST /acs/method'), -1);
    const browser = JSON.parse(new URLSearchParams(asked[found('POST /v1/3ds2/authenticate')].body).get('browser'));
    assert.deepEqual([browser.fingerprintAttempted, browser.fingerprintData], [false, null]);
    assert.equal((await complete()).paymentIntent.status, 'requires_confirmation');
  });

  for (const [name, path, fault] of [
    ['whose page is not there', '/acs/method', { kind: 'status', status: 500 }],
    ['that takes too long', '/acs/method', { kind: 'delay', ms: 60_000 }],
    ['of whose end nothing is heard', '/3d_secure_2/fingerprint/*', { kind: 'drop' }],
  ]) {
    it(`${name} is waited for no longer than ten seconds, and the challenge comes`, async () => {
      await control(bench.simulator, 'faults', { rules: [{ path, next: 9, fault }] });
      const intent = await challenged(LOOKS);
      await start(intent);
      await bank().getByText('•••• 3').waitFor({ timeout: 20_000 });
      const begun = asked[found('POST /v1/3ds2/authenticate')];
      const waited = begun.at - asked[found('POST /acs/method')].at;
      assert.ok(waited > 9_000 && waited < 12_000, `${waited} ms`);
      const browser = JSON.parse(new URLSearchParams(begun.body).get('browser'));
      assert.deepEqual([browser.fingerprintAttempted, browser.fingerprintData, browser.threeDSCompInd], [true, null, 'N']);
      assert.equal((await seen(intent)).said, 'N');
      assert.equal((await complete()).paymentIntent.status, 'requires_confirmation');
      // What the browser says of a frame that did not load.
      page.problems.length = 0;
    });
  }

  it('has addresses that are absolute, and used as they are', async () => {
    const intent = await challenged(LOOKS);
    await start(intent);
    await bank().getByText('•••• 3').waitFor();
    const src = await page.frameLocator('iframe[title="Secure 3D Secure challenge"]').locator('#challengeFrame').getAttribute('src');
    assert.ok(src.startsWith(`${bench.simulator.url}/acs/challenge?acs_trans=`), src);
    assert.ok(intent.next_action.use_stripe_sdk.three_ds_method_url.startsWith(`${bench.simulator.url}/acs/method?`));
    await complete();
  });
});
