// A card over three Elements: number, expiry and code in frames of their own, which together make one card.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { PUBLISHABLE_KEY, callAsCore, eventually, isFocused, openBench } from './bench.mjs';

const TITLES = {
  cardNumber: 'Secure card number input frame',
  cardExpiry: 'Secure expiration date input frame',
  cardCvc: 'Secure CVC input frame',
};

/** Puts the named Elements on the page, ready, with their events in `window.heardOf[type]`; gives their inputs. */
async function mountSplit(page, types = Object.keys(TITLES), options = {}) {
  await page.evaluate(async ([key, wanted, optionsOf]) => {
    window.stripe = window.Stripe(key);
    window.elements = window.stripe.elements();
    window.split = {};
    window.heardOf = {};
    const form = document.querySelector('form');
    document.querySelector('#card').remove();
    const ready = wanted.map((type) => {
      const node = document.createElement('div');
      node.id = type;
      form.prepend(node);
      const element = window.elements.create(type, optionsOf[type]);
      window.split[type] = element;
      window.heardOf[type] = [];
      for (const name of ['change', 'focus', 'blur', 'escape']) {
        element.on(name, (event) => window.heardOf[type].push({ name, event }));
      }
      element.mount(node);
      return new Promise((resolve) => element.on('ready', resolve));
    });
    await Promise.all(ready);
  }, [PUBLISHABLE_KEY, types, options]);
  const input = (type, name) => page.frameLocator(`#${type} iframe`).locator(`[name=${name}]`);
  return { number: input('cardNumber', 'cardnumber'), exp: input('cardExpiry', 'exp-date'), cvc: input('cardCvc', 'cvc') };
}

const lastOf = (page, type) => page.evaluate((name) => window.heardOf[name].findLast((heard) => heard.name === 'change')?.event, type);
const createFrom = (page, type, more = {}) =>
  page.evaluate(([name, rest]) => window.stripe.createPaymentMethod({ type: 'card', card: window.split[name], ...rest }), [type, more]);

async function fill(fields, number = '4242424242424242', exp = '1234', cvc = '123') {
  await fields.number.fill(number);
  await fields.exp.fill(exp);
  if (cvc) await fields.cvc.fill(cvc);
}

describe('split card fields', () => {
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

  it('gives each field a frame of its own, with one input in sight and Stripe’s title', async () => {
    const fields = await mountSplit(page);
    for (const [type, title] of Object.entries(TITLES)) {
      assert.equal(await page.locator(`#${type} iframe`).getAttribute('title'), title);
      const shown = page.frameLocator(`#${type} iframe`).locator('input:visible');
      assert.equal(await shown.count(), 1);
    }
    assert.equal(await fields.number.getAttribute('placeholder'), '1234 1234 1234 1234');
    assert.equal(await fields.exp.getAttribute('placeholder'), 'MM / YY');
    assert.equal(await fields.cvc.getAttribute('placeholder'), 'CVC');
  });

  it('tells of each field what belongs to it, and stays where the typing began', async () => {
    const fields = await mountSplit(page);
    await fields.number.focus();
    await page.keyboard.type('5555555555554444');
    await eventually(() => lastOf(page, 'cardNumber'), {
      elementType: 'cardNumber', empty: false, complete: true, error: undefined, brand: 'mastercard',
    });
    assert.equal(await isFocused(fields.number), true, 'a finished number does not move the focus to another frame');
    await fields.exp.focus();
    await page.keyboard.type('234');
    await eventually(() => fields.exp.inputValue(), '02 / 34');
    await eventually(() => lastOf(page, 'cardExpiry'), { elementType: 'cardExpiry', empty: false, complete: true, error: undefined });
    await fields.cvc.focus();
    await page.keyboard.type('12');
    await eventually(() => lastOf(page, 'cardCvc'), { elementType: 'cardCvc', empty: false, complete: false, error: undefined });
    await page.locator('button').focus();
    await eventually(async () => (await lastOf(page, 'cardCvc')).error?.code, 'incomplete_cvc');
    assert.match(await page.locator('#cardCvc').getAttribute('class'), /StripeElement--invalid/);
    assert.match(await page.locator('#cardNumber').getAttribute('class'), /StripeElement--complete/);
    const names = await page.evaluate(() => window.heardOf.cardCvc.map(({ name }) => name).filter((name) => name !== 'change'));
    assert.deepEqual(names, ['focus', 'blur']);
  });

  for (const type of Object.keys(TITLES)) {
    it(`makes one payment method of the three when ${type} is handed over`, async () => {
      await fill(await mountSplit(page), '4000056655665556', '0931', '321');
      const billing = { billing_details: { name: 'Ada', address: { postal_code: '90210' } } };
      const { paymentMethod, error } = await createFrom(page, type, billing);
      assert.equal(error, undefined);
      assert.equal(paymentMethod.card.last4, '5556');
      assert.deepEqual([paymentMethod.card.exp_month, paymentMethod.card.exp_year], [9, 2031]);
      assert.equal(paymentMethod.billing_details.address.postal_code, '90210', 'the postal code is the page’s own');
      assert.equal(paymentMethod.card.checks.cvc_check, 'unchecked');
    });
  }

  it('lets no digit of number or code out to the page', async () => {
    await fill(await mountSplit(page), '4000002760003184', '1234', '987');
    const { paymentMethod } = await createFrom(page, 'cardNumber');
    assert.match(paymentMethod.id, /^pm_/);
    const heard = await page.evaluate(() => window.heard);
    assert.ok(heard.length > 5);
    for (const text of heard) {
      for (const secret of ['400000', '000276', '760003', '987']) {
        assert.ok(!text.replace(/[\s/]/g, '').replace(/pm_\w+|"created":\d+/g, '').includes(secret), `${secret} is in a message to the page: ${text}`);
      }
    }
  });

  it('wants four digits of an American Express code, typed before or after the number', async () => {
    const fields = await mountSplit(page);
    await fields.cvc.fill('1234');
    await fields.number.fill('378282246310005');
    await eventually(async () => (await lastOf(page, 'cardCvc')).complete, true);
    await fields.cvc.fill('123');
    await eventually(async () => (await lastOf(page, 'cardCvc')).complete, false);
    await fields.number.fill('4242424242424242');
    await eventually(async () => (await lastOf(page, 'cardCvc')).complete, true);
    await fields.cvc.fill('12345');
    await eventually(() => fields.cvc.inputValue(), '123');
  });

  it('names the first field that is not complete, and marks it', async () => {
    const fields = await mountSplit(page);
    const codeOf = async () => (await createFrom(page, 'cardNumber')).error?.code;
    assert.equal(await codeOf(), 'incomplete_number');
    await fields.number.fill('4242424242424242');
    assert.equal(await codeOf(), 'incomplete_expiry');
    await fields.exp.fill('12');
    assert.equal(await codeOf(), 'incomplete_expiry');
    await page.locator('#cardExpiry.StripeElement--invalid').waitFor();
    await fields.exp.fill('1234');
    assert.deepEqual((await createFrom(page, 'cardNumber')).error, {
      type: 'validation_error', code: 'incomplete_cvc', message: "Your card's security code is incomplete.",
    });
    await fields.cvc.fill('123');
    assert.equal(await codeOf(), undefined);
  });

  it('goes without a code where the page has none, and not without an expiry', async () => {
    const fields = await mountSplit(page, ['cardNumber', 'cardExpiry']);
    await fill(fields, '4242424242424242', '1234', null);
    const { paymentMethod } = await createFrom(page, 'cardNumber');
    const { body } = await callAsCore(bench.simulator, 'GET', `/v1/payment_methods/${paymentMethod.id}`);
    assert.equal(body.card.checks.cvc_check, null, 'nothing was there to be checked');
    await page.evaluate(() => window.split.cardExpiry.unmount());
    assert.equal((await createFrom(page, 'cardNumber')).error.code, 'incomplete_expiry');
  });

  it('finds a field that was taken off the page and put back', async () => {
    const fields = await mountSplit(page);
    await fill(fields);
    await page.evaluate(async () => {
      const ready = new Promise((resolve) => window.split.cardExpiry.once('ready', resolve));
      window.split.cardExpiry.unmount();
      window.split.cardExpiry.mount('#cardExpiry');
      await ready;
    });
    assert.equal((await createFrom(page, 'cardNumber')).error.code, 'incomplete_expiry', 'what was typed there is gone');
    await fields.exp.fill('0233');
    assert.equal((await createFrom(page, 'cardNumber')).paymentMethod.card.exp_year, 2033);
    await page.evaluate(() => window.split.cardNumber.unmount());
    const rejected = await page.evaluate(() =>
      window.stripe.createPaymentMethod({ type: 'card', card: window.split.cardCvc }).catch(({ name, message }) => ({ name, message })));
    assert.equal(rejected.name, 'IntegrationError');
    assert.match(rejected.message, /still mounted/);
  });

  it('takes placeholders, an icon, styles and locks, now and later', async () => {
    const style = { base: { color: 'rgb(1, 2, 3)', fontSize: '20px' }, invalid: { color: 'rgb(200, 0, 0)' } };
    const fields = await mountSplit(page, Object.keys(TITLES), {
      cardNumber: { placeholder: 'Card', showIcon: true, style }, cardExpiry: { placeholder: 'Until' }, cardCvc: { disabled: true },
    });
    assert.equal(await fields.number.getAttribute('placeholder'), 'Card');
    assert.equal(await fields.exp.getAttribute('placeholder'), 'Until');
    assert.equal(await fields.cvc.isDisabled(), true);
    const icon = page.frameLocator('#cardNumber iframe').locator('#icon');
    await icon.waitFor({ state: 'visible' });
    assert.equal(await page.frameLocator('#cardExpiry iframe').locator('#icon').isVisible(), false);
    await fields.number.fill('4242424242424241');
    assert.equal(await fields.number.evaluate((input) => getComputedStyle(input).color), 'rgb(200, 0, 0)');
    await page.evaluate(() => {
      window.split.cardNumber.update({ showIcon: false, placeholder: 'Number' });
      window.split.cardCvc.update({ disabled: false });
    });
    await icon.waitFor({ state: 'hidden' });
    await eventually(() => fields.cvc.isDisabled(), false);
    await page.evaluate(() => window.split.cardNumber.clear());
    await eventually(() => fields.number.inputValue(), '');
    await fields.number.waitFor();
    assert.equal(await fields.number.getAttribute('placeholder'), 'Number');
  });

  it('submits the form with Enter from each field', async () => {
    const fields = await mountSplit(page);
    let submits = 0;
    for (const field of Object.values(fields)) {
      await field.focus();
      await page.keyboard.press('Enter');
      submits += 1;
      await page.waitForFunction((count) => window.submits === count, submits);
    }
  });

  it('knows its Elements by name, once each, and not beside the whole card', async () => {
    await mountSplit(page);
    const found = await page.evaluate(() => {
      const refused = (type) => {
        try {
          window.elements.create(type);
          return null;
        } catch ({ name, message }) {
          return `${name}: ${message}`;
        }
      };
      const { elements, split } = window;
      const same = Object.keys(split).every((type) => elements.getElement(type) === split[type]);
      const refusals = [refused('cardNumber'), refused('card'), refused('iban'), refused('nonsense')];
      split.cardCvc.destroy();
      return { same, refusals, gone: elements.getElement('cardCvc'), again: refused('cardCvc') };
    });
    assert.equal(found.same, true);
    assert.match(found.refusals[0], /^IntegrationError: Can only create one Element of type cardNumber/);
    assert.match(found.refusals[1], /^IntegrationError: Cannot create an Element of type card after/);
    assert.match(found.refusals[2], /^IntegrationError: The simulator has no Element of type iban/);
    assert.match(found.refusals[3], /^IntegrationError: A valid Element name must be provided/);
    assert.equal(found.gone, null);
    assert.equal(found.again, null, 'a destroyed Element makes room for a new one');
  });
});
