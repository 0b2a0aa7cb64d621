// What is shipped, as it is shipped: both windows are built and opened in Chromium under the policies they run with.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashSource, POLICY_PLACEHOLDER } from '../build/one_page';
import type { PaymentScene } from '../shared/bindings/PaymentScene';
import type { TillStatus } from '../shared/bindings/TillStatus';
import { CHROMIUM, CHROMIUM_ARGS } from './chromium';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
const STAND_IN = readFileSync(join(ui, 'tests/stripe_stand_in.js'), 'utf8');
const PAYMENT = 'https://countersign.localhost/pay';
const TILL = 'https://till.localhost/';

let out: string;
let browser: Browser;
let html: string;
let hashes: { script: string[]; style: string[] };

beforeAll(async () => {
  // The test runner says `test`, and Svelte would then build its development form.
  process.env['NODE_ENV'] = 'production';
  out = mkdtempSync(join(tmpdir(), 'countersign-ui-'));
  for (const window of ['till', 'payment']) {
    await build({
      configFile: join(ui, `vite.${window}.config.ts`),
      logLevel: 'error',
      mode: 'production',
      build: { outDir: join(out, window) },
    });
  }
  html = readFileSync(join(out, 'payment/payment.html'), 'utf8');
  hashes = JSON.parse(readFileSync(join(out, 'payment/csp.json'), 'utf8')) as typeof hashes;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
});
afterAll(async () => {
  await browser.close();
  rmSync(out, { recursive: true });
});

/** The policy that the main window is shipped with. */
function mainWindowPolicy(): string {
  const file = readFileSync(join(dirname(ui), 'src-tauri/tauri.conf.json'), 'utf8');
  const { app } = JSON.parse(file) as { app: { security: { csp: string } } };
  return app.security.csp;
}

/** Collects what the page's policy refused, and errors. */
async function openPage(answers: Record<string, unknown>): Promise<{ page: Page; wrong: string[] }> {
  const page = await browser.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  await page.addInitScript((given) => {
    const calls: string[] = [];
    Object.assign(window, {
      calls,
      __TAURI_EVENT_PLUGIN_INTERNALS__: { unregisterListener: () => undefined },
      __TAURI_INTERNALS__: {
        transformCallback: () => 1,
        invoke: (command: string, args: Record<string, unknown>) => {
          calls.push(`${command} ${JSON.stringify(args)}`);
          if (command === 'watch_payment' && args['seen'] !== 0) return new Promise(() => undefined);
          return command in given ? Promise.resolve(given[command]) : Promise.reject(new Error('not granted'));
        },
      },
    });
  }, answers);
  return { page, wrong };
}

const callsOf = (page: Page) => page.evaluate(() => (window as unknown as { calls: string[] }).calls);

const SCENE: PaymentScene = {
  revision: 7,
  mode: 'test',
  theme: 'light',
  publishable_key: 'pk_test_x',
  stripe_js: 'https://js.stripe.com/dahlia/stripe.js',
  locale: 'en-GB',
  language: 'nl',
  test_cards: [],
  view: {
    kind: 'card',
    sale_id: 's1',
    attempt_id: 'a1',
    money: { amount_minor: 2500, currency: 'GBP', text: '£25.00' },
    decline: null,
    notice: null,
  },
};

describe('the payment page', () => {
  test('is one file whose inline parts have the hashes that are written down', () => {
    expect(readdirSync(join(out, 'payment')).sort()).toEqual(['csp.json', 'payment.html']);
    const inline = (tag: string) =>
      [...html.matchAll(new RegExp(`<${tag}[^>]*>([\\s\\S]*?)</${tag}>`, 'g'))].map((found) => hashSource(found[1] ?? ''));
    expect(inline('script')).toEqual(hashes.script);
    expect(inline('style')).toEqual(hashes.style);
    expect(html).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)=/);
    expect(html.split(POLICY_PLACEHOLDER)).toHaveLength(2);
    expect(html.indexOf(POLICY_PLACEHOLDER)).toBeLessThan(html.indexOf('<meta charset'));
  });

  test('takes a card under its policy, and the policy refuses nothing of it', async () => {
    const { page, wrong } = await openPage({ watch_payment: SCENE, submit_card: null });
    const quoted = (list: string[]) => list.map((hash) => `'${hash}'`).join(' ');
    const policy = `default-src 'none'; script-src ${quoted(hashes.script)} https://js.stripe.com; style-src ${quoted(hashes.style)}; frame-src https://js.stripe.com; connect-src ipc: http://ipc.localhost; font-src data:; base-uri 'none'; form-action 'none'`;
    await page.route('**/*', (route) => {
      const address = route.request().url();
      if (address === PAYMENT) return route.fulfill({ contentType: 'text/html', body: html.replace(POLICY_PLACEHOLDER, policy) });
      if (address === SCENE.stripe_js) return route.fulfill({ contentType: 'text/javascript', body: STAND_IN });
      return route.abort();
    });
    await page.goto(PAYMENT);
    await page.getByLabel('Card number').fill('4242424242424242');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => (window as unknown as { calls: string[] }).calls.some((call) => call.startsWith('submit_card')));
    const calls = await callsOf(page);
    expect(calls[0]).toBe('watch_payment {"seen":0}');
    expect(calls.filter((call) => call.startsWith('submit_card'))).toEqual([
      expect.stringMatching(/^submit_card \{"saleId":"s1","attemptId":"a1","paymentMethod":"pm_fake_4242424242424242_\w+"\}$/),
    ]);
    expect(wrong).toEqual([]);
    // In the house's font, which is in the file: nothing was fetched for it.
    const fonts = await page.evaluate(() => [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family));
    expect(fonts.join()).toContain('Inter Variable');
    expect(await page.getByTestId('charge').evaluate((button) => getComputedStyle(button).fontFamily)).toContain('Inter Variable');
    await page.close();
  });
});

describe('the main window', () => {
  const STATUS: TillStatus = {
    mode: 'live',
    now_ms: 0,
    problems: [],
    can_sell: true,
    payment_window: 'nothing',
    books: null,
    preferences: { shop_name: 'Quay', currency: 'GBP', locale: 'en-GB', theme: 'dark', language: 'nl' },
  };

  test('is allowed no host of Stripe’s, nor any other', () => {
    const policy = mainWindowPolicy();
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/stripe/i);
    expect(policy).not.toContain('*');
    // Tauri's own channel is the one address in it.
    expect(policy.match(/\w+:\/\/[^\s;]*/g)).toEqual(['http://ipc.localhost']);
  });

  test('starts under its policy with its font, and the policy refuses nothing of it', async () => {
    const { page, wrong } = await openPage({
      till_status: STATUS,
      recent_sales: [],
      reconciliation: null,
      comparing: null,
      price: { kind: 'empty', zero: '0.00' },
      'plugin:event|listen': 1,
    });
    const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' };
    const policy = mainWindowPolicy();
    await page.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/favicon.ico') return route.fulfill({ status: 204 });
      const file = pathname === '/' ? '/index.html' : pathname;
      return route.fulfill({
        contentType: types[extname(file)] ?? 'text/plain',
        headers: { 'content-security-policy': policy },
        body: readFileSync(join(out, 'till', file)),
      });
    });
    await page.goto(TILL);
    await page.getByTestId('amount').waitFor();
    await page.evaluate(() => document.fonts.ready);
    expect(await page.evaluate(() => document.fonts.check('20px "Inter Variable"'))).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('amount');
    expect(wrong).toEqual([]);
    await page.close();
  });
});

test('neither window contains the fake core', () => {
  const shipped = [
    html,
    ...readdirSync(join(out, 'till/assets'))
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(join(out, 'till/assets', file), 'utf8')),
  ];
  for (const code of shipped) {
    for (const trace of ['pi_3Fake', 'Harbour Books', 'countersignCore']) expect(code.includes(trace), trace).toBe(false);
  }
});
