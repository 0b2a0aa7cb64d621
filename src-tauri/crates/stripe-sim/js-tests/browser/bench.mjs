// What every browser test stands on: the running simulator, a page of ours on another origin under the till's strict
// policy, and a browser that opens it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { chromium } from 'playwright-core';

const here = path.dirname(fileURLToPath(import.meta.url));
const workspace = path.resolve(here, '../../../../..');

/** One account of the simulator: keys with the same tail belong together. */
export const SECRET_KEY = 'sk_test_51TrainingShop0000000000';
export const PUBLISHABLE_KEY = 'pk_test_51TrainingShop0000000000';

const CHROMIUM_FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** The built simulator: `STRIPE_SIM_BIN`, or where cargo leaves it. */
function simulatorBinary() {
  const target = process.env.CARGO_TARGET_DIR ?? path.join(workspace, 'target');
  const binary = process.env.STRIPE_SIM_BIN ?? path.join(target, 'debug', 'stripe-sim');
  if (!existsSync(binary)) throw new Error(`${binary} is missing. Build it with: cargo build -p stripe-sim`);
  return binary;
}

/** A port that nothing listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the simulator on a port (0: a free one) and resolves to its address and a way to stop it. */
export async function startSimulator(port = 0, ...more) {
  const child = spawn(simulatorBinary(), ['--port', String(port), '--control', ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`The simulator named no address in 15 s. It said: ${said}`)), 15_000);
    const listen = (chunk) => {
      said += chunk;
      const found = /https?:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`The simulator ended with code ${code}. It said: ${said}`)));
  });
  const stop = () => new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', resolve);
    child.kill();
  });
  return { url, stop };
}

/** What the till's core does: a call with the secret key. Returns `{status, body}`. */
export async function callAsCore(simulator, method, apiPath, fields = {}) {
  const form = new URLSearchParams(fields).toString();
  const isGet = method === 'GET';
  const answer = await fetch(`${simulator.url}${apiPath}${isGet && form ? `?${form}` : ''}`, {
    method,
    headers: { Authorization: `Bearer ${SECRET_KEY}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: isGet ? undefined : form,
  });
  return { status: answer.status, body: await answer.json() };
}

/** A call of the simulator's own control routes: its clock, its faults, a decision without a page. */
export async function control(simulator, what, body) {
  const answer = await fetch(`${simulator.url}/_sim/${what}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
}

/** The one call with which the till starts a payment. `extra` overrides or, with `undefined`, removes a field. */
export async function confirmAsCore(simulator, paymentMethod, extra = {}) {
  const fields = {
    amount: '2500', currency: 'usd', payment_method: paymentMethod, confirmation_method: 'manual', confirm: 'true',
    'payment_method_types[]': 'card', use_stripe_sdk: 'true', ...extra,
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return callAsCore(simulator, 'POST', '/v1/payment_intents', Object.fromEntries(given));
}

const PAGE_STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0; padding: 32px; font: 18px/1.4 system-ui, sans-serif; background: #f6f7fa; color: #1a1f36; }
  form { max-width: 640px; margin: 0 auto; padding: 28px; border-radius: 16px; background: #fff; }
  label { display: block; margin-bottom: 8px; font-weight: 600; }
  #card { padding: 18px; border: 2px solid #cfd5e1; border-radius: 12px; background: #fff; }
  #card.StripeElement--focus { border-color: #2f6fed; }
  #card.StripeElement--invalid { border-color: #b3261e; }
  #card.narrow { width: 250px; }
  button { margin-top: 20px; min-height: 56px; width: 100%; font: inherit; }
  @media (prefers-color-scheme: dark) {
    body { background: #10131b; color: #eef0f6; }
    form, #card { background: #1a1f2b; }
    #card { border-color: #39425a; }
  }`;

const PAGE_SCRIPT = `
  window.submits = 0;
  document.querySelector('form').addEventListener('submit', (event) => { event.preventDefault(); window.submits += 1; });`;

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Serves the test page, under the till's policy, on a port of its own. */
export async function servePage(simulator) {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(PAGE_SCRIPT)} ${simulator.url}`,
    `style-src ${hashOf(PAGE_STYLE)}`,
    `frame-src ${simulator.url}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Payment</title><style>${PAGE_STYLE}</style>
    <body><form><label for="card">Card</label><div id="card"></div><button>Charge</button></form>
    <script>${PAGE_SCRIPT}</script><script src="${simulator.url}/dahlia/stripe.js"></script></body></html>`;
  const server = createServer((request, response) => {
    if (request.url !== '/pay') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy }).end(html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/pay`,
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}

/** Records, in our page only, every message that any window or channel delivers to it. Runs before the page's scripts. */
function recordMessages() {
  if (window !== window.top) return;
  window.heard = [];
  const record = (event) => window.heard.push(JSON.stringify(event.data));
  window.addEventListener('message', record, true);
  const port = MessagePort.prototype;
  const { set, get } = Object.getOwnPropertyDescriptor(port, 'onmessage');
  Object.defineProperty(port, 'onmessage', {
    get,
    set(handler) {
      set.call(this, (event) => {
        record(event);
        handler.call(this, event);
      });
    },
  });
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
}

/** The whole bench. `open()` gives a fresh page with Stripe.js loaded; `close()` ends everything. */
export async function openBench(simulatorStarted = startSimulator()) {
  const simulator = await simulatorStarted;
  const site = await servePage(simulator);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: CHROMIUM_FLAGS,
  });
  const pages = [];
  return {
    simulator,
    async open(context = {}) {
      const page = await (await browser.newContext({ viewport: { width: 820, height: 760 }, ...context })).newPage();
      page.setDefaultTimeout(10_000);
      page.problems = [];
      page.warnings = [];
      page.on('pageerror', (error) => page.problems.push(String(error)));
      page.on('console', (entry) => {
        if (entry.type() === 'warning') page.warnings.push(entry.text());
      });
      await page.addInitScript(recordMessages);
      await page.goto(site.url);
      pages.push(page);
      return page;
    },
    async close() {
      await browser.close();
      await site.stop();
      await simulator.stop();
    },
  };
}

/** Creates `window.stripe` and a mounted `window.card` that records its events in `window.events`; waits for ready. */
export async function mountCard(page, options = {}, key = PUBLISHABLE_KEY) {
  await page.evaluate(async ([publishableKey, cardOptions]) => {
    window.stripe = window.Stripe(publishableKey);
    window.events = [];
    window.card = window.stripe.elements().create('card', cardOptions);
    const ready = new Promise((resolve) => window.card.on('ready', resolve));
    for (const name of ['change', 'ready', 'focus', 'blur', 'escape', 'loaderror']) {
      window.card.on(name, (event) => window.events.push({ name, event }));
    }
    window.card.mount('#card');
    await ready;
  }, [key, options]);
  const frame = page.frameLocator('#card iframe');
  return {
    number: frame.locator('[name=cardnumber]'),
    exp: frame.locator('[name=exp-date]'),
    cvc: frame.locator('[name=cvc]'),
    postal: frame.locator('[name=postal]'),
    frame,
  };
}

/** Focuses the card Element and waits until it has the focus: keys that come sooner would go to the page. */
export async function focusCard(page) {
  await page.evaluate(() => window.card.focus());
  await page.waitForFunction(() => window.events.findLast(({ name }) => ['focus', 'blur'].includes(name))?.name === 'focus');
}

/** Types a whole card as staff do: one stream of keys, from the number on. */
export async function typeCard(page, number, rest = '123412312345') {
  await focusCard(page);
  await page.keyboard.type(`${number}${rest}`, { delay: 4 });
  await page.waitForFunction(() => window.events.findLast(({ name }) => name === 'change')?.event.complete);
}

/** Reads until the value is the expected one: keys and messages cross processes on their way to the page. */
export async function eventually(read, expected, waitMs = 4000) {
  const until = Date.now() + waitMs;
  for (;;) {
    const value = await read();
    if (isDeepStrictEqual(value, expected)) return;
    if (Date.now() > until) assert.deepEqual(value, expected);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const isFocused = (field) => field.evaluate((input) => document.activeElement === input);

export const lastChange = (page) => page.evaluate(() => window.events.findLast(({ name }) => name === 'change')?.event);

export const createPaymentMethod = (page, data = {}) =>
  page.evaluate((more) => window.stripe.createPaymentMethod({ type: 'card', card: window.card, ...more }), data);

/** Mounts, types and makes a payment method; returns its id. */
export async function paymentMethodOf(page, number) {
  await mountCard(page);
  await typeCard(page, number);
  const { paymentMethod } = await createPaymentMethod(page);
  return paymentMethod.id;
}

/** Rejections as data: `{name, message}`, or what the call resolved to under `resolved`. */
export const rejectionOf = (page, call, argument) =>
  page.evaluate(
    ([source, value]) =>
      Promise.race([
        Promise.resolve().then(() => window.stripe[source](value)),
        new Promise((resolve) => setTimeout(resolve, 8000, 'no answer in 8 s')),
      ]).then((resolved) => ({ resolved }), (error) => ({ name: error.name, message: error.message })),
    [call, argument],
  );
