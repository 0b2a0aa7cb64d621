// Draws every screen and stage, light and dark, into ../target/shots: for eyes, not for a comparison.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer } from 'vite';

const out = fileURLToPath(new URL('../../target/shots/', import.meta.url));
mkdirSync(out, { recursive: true });
const wanted = process.argv[2] ?? '';

const TILL = ['none', 'open', 'submitting', 'needs_authentication', 'authenticated', 'confirming', 'approved', 'held', 'processing', 'declined', 'not_known', 'cancelling', 'cancelled', 'problem', 'amount', 'refused', 'history', 'attention', 'settings', 'settings-test'];
const PAYMENT = ['card', 'declined', 'notice', 'missing', 'palette', 'charging', 'confirming', 'authenticate', 'idle', 'filled'];

const server = await createServer({ root: fileURLToPath(new URL('..', import.meta.url)), configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)), server: { port: 0, host: '127.0.0.1' }, logLevel: 'error' });
await server.listen();
const address = server.resolvedUrls?.local[0] ?? '';
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function shot(name, theme, size, path, act) {
  if (!`${name}-${theme}`.includes(wanted)) return;
  const page = await browser.newPage({ viewport: size });
  await page.goto(`${address}${path}&theme=${theme}`);
  await page.waitForTimeout(name.startsWith('till-') ? 1400 : 450);
  await act(page);
  await page.waitForTimeout(250);
  await page.screenshot({ path: `${out}${name}-${theme}.png` });
  await page.close();
}

for (const theme of ['light', 'dark']) {
  for (const name of TILL) {
    const scene = { attention: 'history', 'settings-test': 'none' }[name] ?? name;
    const mode = { 'settings-test': 'test', authenticated: 'test', cancelled: 'live' }[name] ?? 'training';
    await shot(`till-${name}`, theme, { width: 1180, height: 780 }, `till/index.html?scene=${scene}&mode=${mode}`, async (page) => {
      if (name === 'amount') await page.getByTestId('amount').fill('1234.5');
      if (name === 'refused') await page.getByTestId('amount').fill('12.345');
      if (name === 'history') await page.getByTestId('screen-history').click();
      if (name.startsWith('settings')) await page.getByTestId('screen-settings').click();
    });
  }
  for (const name of PAYMENT) {
    const scene = name === 'filled' ? 'card' : name;
    await shot(`payment-${name}`, theme, { width: 760, height: 640 }, `payment/payment.html?scene=${scene}`, async (page) => {
      if (name === 'palette') { await page.getByTestId('palette').click(); await page.waitForTimeout(250); }
      if (name === 'filled') await page.keyboard.press('Shift+Tab').then(() => page.keyboard.press('Alt+1'));
    });
  }
}
await browser.close();
await server.close();
