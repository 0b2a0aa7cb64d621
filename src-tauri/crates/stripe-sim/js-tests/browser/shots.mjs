// Screenshots for the eye: `node browser/shots.mjs <folder>` leaves the card field and the challenge, light and dark.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { confirmAsCore, createPaymentMethod, mountCard, openBench, typeCard } from './bench.mjs';

const folder = process.argv[2] ?? 'shots';
await mkdir(folder, { recursive: true });
const bench = await openBench();
const look = (colorScheme) => {
  const isDark = colorScheme === 'dark';
  const ink = isDark ? '#eef0f6' : '#1a1f36';
  return { style: {
    base: { fontSize: '22px', color: ink, iconColor: isDark ? '#8e99b3' : '#8792a2', '::placeholder': { color: '#8792a2' } },
    invalid: { color: isDark ? '#ff8f85' : '#b3261e', iconColor: isDark ? '#ff8f85' : '#b3261e' },
  } };
};
for (const colorScheme of ['light', 'dark']) {
  const page = await bench.open({ colorScheme });
  const shoot = (name) => page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`) });
  await mountCard(page, look(colorScheme));
  await shoot('card-empty');
  const fields = page.frameLocator('#card iframe');
  await fields.locator('[name=cardnumber]').fill('4242424242424241');
  await shoot('card-invalid');
  await page.evaluate(() => window.card.clear());
  await typeCard(page, '4000002760003184');
  await shoot('card-filled');
  await page.evaluate(() => document.querySelector('#card').classList.add('narrow'));
  await page.waitForTimeout(300);
  await shoot('card-narrow');
  const { paymentMethod } = await createPaymentMethod(page);
  const { body } = await confirmAsCore(bench.simulator, paymentMethod.id);
  await page.evaluate((secret) => { window.stripe.handleCardAction(secret); }, body.client_secret);
  const bank = page.frameLocator('iframe[title="Secure 3D Secure challenge"]').frameLocator('#challengeFrame');
  await bank.getByText('•••• 3184').waitFor();
  await page.waitForTimeout(300);
  await shoot('challenge');
  await page.setViewportSize({ width: 420, height: 460 });
  await page.waitForTimeout(200);
  await shoot('challenge-small');
}
await bench.close();
