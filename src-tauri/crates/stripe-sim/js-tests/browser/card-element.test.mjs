// The card Element as staff and the page meet it: typing, moving on, validation, events, classes, Enter.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { createPaymentMethod, eventually, focusCard, isFocused, lastChange, mountCard, openBench, typeCard } from './bench.mjs';

const inTwoDigits = (year) => String(year % 100).padStart(2, '0');

describe('card Element', () => {
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

  it('moves on by itself and reports when everything is there', async () => {
    const fields = await mountCard(page);
    await focusCard(page);
    await page.keyboard.type('4242424242424242');
    await eventually(() => fields.number.inputValue(), '4242 4242 4242 4242');
    await page.keyboard.type('1234');
    await eventually(() => fields.exp.inputValue(), '12 / 34');
    await page.keyboard.type('123');
    await eventually(() => fields.cvc.inputValue(), '123');
    await page.keyboard.type('12345');
    await eventually(() => fields.postal.inputValue(), '12345');
    await eventually(() => lastChange(page), {
      elementType: 'card', empty: false, complete: true, error: undefined, value: { postalCode: '12345' }, brand: 'visa',
    });
  });

  it('formats American Express in its own groups and wants four digits of its code', async () => {
    const fields = await mountCard(page);
    await focusCard(page);
    await page.keyboard.type('3782822463100050130123');
    await eventually(() => fields.number.inputValue(), '3782 822463 10005');
    await eventually(() => fields.exp.inputValue(), '01 / 30');
    await eventually(async () => (await lastChange(page))?.brand, 'amex');
    await eventually(async () => (await lastChange(page))?.complete, false);
    await page.keyboard.type('4');
    await eventually(() => fields.cvc.inputValue(), '1234');
  });

  for (const [brand, number, formatted] of [
    ['visa', '4222222222222', '4222 2222 2222 2'],
    ['visa', '4000000000000000006', '4000 0000 0000 0000 006'],
    ['mastercard', '2223003122003222', '2223 0031 2200 3222'],
    ['discover', '6011111111111117', '6011 1111 1111 1117'],
    ['diners', '36227206271667', '3622 720627 1667'],
    ['diners', '3056930009020004', '3056 9300 0902 0004'],
    ['jcb', '3566002020360505', '3566 0020 2036 0505'],
    ['unionpay', '6200000000000005', '6200 0000 0000 0005'],
    ['unionpay', '6205500000000000004', '6205 5000 0000 0000 004'],
    ['unknown', '5062210000000009', '5062 2100 0000 0009'],
  ]) {
    it(`takes a ${brand} number of ${number.length} digits`, async () => {
      const fields = await mountCard(page, { hidePostalCode: true });
      await fields.number.fill(number);
      await eventually(() => fields.number.inputValue(), formatted);
      await fields.exp.fill('12/34');
      await fields.cvc.fill('123');
      await page.waitForFunction(() => window.events.some(({ event }) => event.complete));
      await eventually(async () => (await lastChange(page))?.brand, brand);
    });
  }

  it('moves back with Backspace at an empty field', async () => {
    const fields = await mountCard(page);
    await focusCard(page);
    await page.keyboard.type('4242424242424242');
    await eventually(() => isFocused(fields.exp), true);
    await page.keyboard.press('Backspace');
    await eventually(() => isFocused(fields.number), true);
    await page.keyboard.press('Backspace');
    await eventually(() => fields.number.inputValue(), '4242 4242 4242 424');
  });

  it('keeps the cursor where it is when a digit in the middle is mended', async () => {
    const fields = await mountCard(page);
    await focusCard(page);
    await page.keyboard.type('4242524242424242');
    await eventually(async () => (await lastChange(page))?.error?.code, 'invalid_number');
    for (let i = 0; i < 11; i += 1) await page.keyboard.press('ArrowLeft');
    // The gap behind the first group counts as a place: "4242 5242 ...", the wrong digit is the fifth.
    await fields.number.evaluate((input) => input.setSelectionRange(5, 6));
    await page.keyboard.type('4');
    await eventually(() => fields.number.inputValue(), '4242 4242 4242 4242');
    await eventually(async () => (await lastChange(page))?.error, undefined);
  });

  it('takes the slash out of an expiry with one Backspace', async () => {
    const fields = await mountCard(page);
    await fields.exp.focus();
    await page.keyboard.type('12');
    await eventually(() => fields.exp.inputValue(), '12 / ');
    await page.keyboard.press('Backspace');
    await eventually(() => fields.exp.inputValue(), '1');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('5');
    await eventually(() => fields.exp.inputValue(), '05 / ');
  });

  it('takes pasted numbers with spaces and expiries with long years', async () => {
    const fields = await mountCard(page);
    await fields.number.focus();
    await page.keyboard.insertText('4242-4242 4242.4242');
    await eventually(() => fields.number.inputValue(), '4242 4242 4242 4242');
    await page.keyboard.insertText('7/2031');
    await eventually(() => fields.exp.inputValue(), '07 / 31');
    await eventually(() => isFocused(fields.cvc), true);
  });

  const thisYear = new Date().getFullYear();
  const thisMonth = new Date().getMonth() + 1;
  const invalidities = [
    ['number', '4242424242424241', 'invalid_number', 'Your card number is invalid.'],
    ['exp', `12${inTwoDigits(thisYear - 1)}`, 'invalid_expiry_year_past', "Your card's expiration year is in the past."],
    ['exp', `12${inTwoDigits(thisYear + 51)}`, 'invalid_expiry_year', "Your card's expiration year is invalid."],
    ['exp', '0030', 'invalid_expiry_month', "Your card's expiration date is invalid."],
    ['postal', '4242424242424242', 'card_number_in_postal_code_field',
      "Please make sure that the postal code field doesn't contain a card number."],
  ];
  if (thisMonth > 1) {
    invalidities.push(['exp', `${String(thisMonth - 1).padStart(2, '0')}${inTwoDigits(thisYear)}`, 'invalid_expiry_month_past',
      "Your card's expiration date is in the past."]);
  }
  for (const [field, text, code, message] of invalidities) {
    it(`says ${code} at once`, async () => {
      const fields = await mountCard(page);
      await fields[field].focus();
      await page.keyboard.type(text);
      await eventually(async () => (await lastChange(page))?.error, { type: 'validation_error', code, message });
      assert.equal((await lastChange(page)).complete, false);
      assert.match(await page.locator('#card').getAttribute('class'), /StripeElement--invalid/);
      assert.equal(await fields[field].getAttribute('aria-invalid'), 'true');
    });
  }

  for (const [field, text, code, message] of [
    ['number', '4242', 'incomplete_number', 'Your card number is incomplete.'],
    ['exp', '12', 'incomplete_expiry', "Your card's expiration date is incomplete."],
    ['cvc', '12', 'incomplete_cvc', "Your card's security code is incomplete."],
    ['postal', '12', 'incomplete_zip', 'Your postal code is incomplete.'],
  ]) {
    it(`says ${code} when the field is left, not before, and when a payment method is asked for`, async () => {
      const fields = await mountCard(page);
      await fields.number.fill(field === 'number' ? '' : '4242424242424242');
      if (field !== 'exp' && field !== 'number') await fields.exp.fill('12/34');
      if (field === 'postal') await fields.cvc.fill('123');
      await fields[field].focus();
      await page.keyboard.type(text);
      await eventually(async () => (await lastChange(page))?.error, undefined);
      await page.evaluate(() => window.card.blur());
      await page.waitForFunction((wanted) => window.events.findLast(({ name }) => name === 'change')?.event.error?.code === wanted, code);
      const { error, paymentMethod } = await createPaymentMethod(page);
      assert.equal(paymentMethod, undefined);
      assert.deepEqual(error, { type: 'validation_error', code, message });
    });
  }

  it('asks for the first empty field when nothing was typed', async () => {
    await mountCard(page);
    const { error } = await createPaymentMethod(page);
    assert.deepEqual(error, { type: 'validation_error', code: 'incomplete_number', message: 'Your card number is incomplete.' });
  });

  it('submits the enclosing form with Enter', async () => {
    await mountCard(page);
    await focusCard(page);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.submits === 1);
  });

  it('tells of Escape, focus and blur once each, not between its own fields', async () => {
    await mountCard(page);
    await focusCard(page);
    await page.keyboard.type('42424242424242421234');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => window.events.some(({ name }) => name === 'escape'));
    assert.match(await page.locator('#card').getAttribute('class'), /StripeElement--focus/);
    await page.locator('button').focus();
    await page.waitForFunction(() => window.events.some(({ name }) => name === 'blur'));
    const names = await page.evaluate(() => window.events.map(({ name }) => name).filter((name) => name !== 'change'));
    assert.deepEqual(names, ['ready', 'focus', 'escape', 'blur']);
    assert.doesNotMatch(await page.locator('#card').getAttribute('class'), /StripeElement--focus/);
  });

  it('is focused by way of a hidden input of the page, from which the frame takes the focus', async () => {
    const fields = await mountCard(page);
    const first = await page.evaluate(() => {
      window.card.focus();
      const { activeElement: focused } = document;
      return { tag: focused.tagName, hidden: focused.getAttribute('aria-hidden'), inside: Boolean(focused.closest('#card')) };
    });
    assert.deepEqual(first, { tag: 'INPUT', hidden: 'true', inside: true });
    await eventually(() => page.evaluate(() => document.activeElement.tagName), 'IFRAME');
    assert.equal(await isFocused(fields.number), true);
  });

  it('catches no key while none of its fields has the cursor, and says nothing of a focus', async () => {
    const fields = await mountCard(page);
    await page.evaluate(() => document.querySelector('#card iframe').focus());
    await page.keyboard.type('4242');
    await page.waitForTimeout(100);
    assert.equal(await fields.number.inputValue(), '');
    const names = await page.evaluate(() => window.events.map(({ name }) => name));
    assert.ok(!names.includes('focus'), names.join());
    // What the hidden input gets is lost, as with Stripe's.
    await page.evaluate(() => {
      const hidden = document.querySelector('#card input');
      document.querySelector('#card iframe').remove();
      hidden.focus();
    });
    await page.keyboard.type('4242');
    assert.equal(await page.evaluate(() => document.querySelector('#card input').value), '4');
  });

  it('is passed by Tab in both directions, without a stop at the hidden input', async () => {
    const fields = await mountCard(page);
    await fields.postal.focus();
    await page.keyboard.press('Tab');
    await eventually(() => page.evaluate(() => document.activeElement.tagName), 'BUTTON');
    await page.keyboard.press('Shift+Tab');
    await eventually(() => page.evaluate(() => document.activeElement.tagName), 'IFRAME');
    await eventually(() => isFocused(fields.number), true);
  });

  it('takes a click beside its fields as meant for them', async () => {
    const fields = await mountCard(page, { style: { base: { lineHeight: '60px' } } });
    await eventually(async () => (await page.locator('#card iframe').boundingBox()).height, 60);
    const between = await fields.frame.locator('#exp').boundingBox();
    await page.mouse.click(between.x + between.width + 5, between.y + 3);
    await eventually(() => isFocused(fields.number), true);
  });

  it('passes on the keys of the palette, and nothing that is typed', async () => {
    const fields = await mountCard(page);
    await page.evaluate(() => {
      window.keys = [];
      addEventListener('keydown', ({ key, altKey }) => window.keys.push([key, altKey]));
    });
    await focusCard(page);
    await page.keyboard.type('4242');
    await page.keyboard.press('F2');
    await page.keyboard.press('Alt+2');
    await page.waitForFunction(() => window.keys.length === 2);
    assert.deepEqual(await page.evaluate(() => window.keys), [['F2', false], ['2', true]]);
    await eventually(() => fields.number.inputValue(), '4242');
  });

  it('wears its state as classes, also those that the page chose', async () => {
    await mountCard(page, { classes: { complete: 'all-there done' } });
    const classes = () => page.locator('#card').getAttribute('class');
    assert.match(await classes(), /\bStripeElement\b.*StripeElement--empty/);
    await typeCard(page, '4242424242424242');
    assert.match(await classes(), /all-there done/);
    assert.doesNotMatch(await classes(), /StripeElement--empty/);
    await page.evaluate(() => window.card.unmount());
    assert.equal(await classes(), '');
  });

  it('is emptied by clear, filled by the training palette, and takes options later', async () => {
    const fields = await mountCard(page);
    await page.evaluate(() => window.card.fillTestCard({ number: '4000002500003155', exp: '12/34', cvc: '123', postal: '12345' }));
    await eventually(() => fields.number.inputValue(), '4000 0025 0000 3155');
    await eventually(async () => (await lastChange(page))?.complete, true);
    await focusCard(page);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.submits === 1);
    await page.evaluate(() => window.card.clear());
    await page.waitForFunction(() => window.events.findLast(({ name }) => name === 'change').event.empty);
    await eventually(() => fields.cvc.inputValue(), '');
    await page.evaluate(() => window.card.update({ hidePostalCode: true, disabled: true }));
    await fields.postal.waitFor({ state: 'hidden' });
    assert.equal(await fields.number.isDisabled(), true);
    await page.evaluate(() => window.card.update({ hidePostalCode: false, disabled: false, value: { postalCode: '94110' } }));
    await page.waitForFunction(() => window.events.findLast(({ name }) => name === 'change').event.value.postalCode === '94110');
  });

  it('applies the style of each state inside the frame', async () => {
    const fields = await mountCard(page, {
      style: {
        base: { fontSize: '24px', color: 'rgb(1, 2, 3)', iconColor: 'rgb(9, 9, 9)', '::placeholder': { color: 'rgb(4, 5, 6)' } },
        invalid: { color: 'rgb(200, 0, 0)' },
        complete: { color: 'rgb(0, 120, 0)' },
      },
    });
    const look = (name, pseudo) => fields.number.evaluate((input, [property, element]) => getComputedStyle(input, element)[property], [name, pseudo]);
    assert.equal(await look('fontSize'), '24px');
    assert.equal(await look('color'), 'rgb(1, 2, 3)');
    assert.equal(await look('color', '::placeholder'), 'rgb(4, 5, 6)');
    await fields.number.fill('4242424242424241');
    assert.equal(await look('color'), 'rgb(200, 0, 0)');
    await fields.number.fill('4242424242424242');
    assert.equal(await look('color'), 'rgb(0, 120, 0)');
    const height = await page.locator('#card iframe').evaluate((iframe) => iframe.getBoundingClientRect().height);
    assert.ok(height >= 28 && height <= 34, `the frame is as high as a line of 24px, not ${height}px`);
  });

  it('shrinks a finished number to its last digits where room is short', async () => {
    await page.evaluate(() => document.querySelector('#card').classList.add('narrow'));
    const fields = await mountCard(page);
    await focusCard(page);
    await page.keyboard.type('4242424242424242');
    const box = fields.frame.locator('#number');
    await page.waitForTimeout(300);
    assert.ok((await box.boundingBox()).width < 60);
    await page.keyboard.press('Backspace');
    await page.waitForTimeout(300);
    assert.ok((await box.boundingBox()).width > 120);
  });

  it('is focused by a click on its label, and carries no autofill of cards', async () => {
    const fields = await mountCard(page);
    await page.locator('label').click();
    await page.waitForFunction(() => window.events.some(({ name }) => name === 'focus'));
    for (const field of [fields.number, fields.exp, fields.cvc, fields.postal]) {
      assert.equal(await field.getAttribute('autocomplete'), 'off');
    }
  });

  it('lets no card digit out to the page', async () => {
    await mountCard(page);
    await typeCard(page, '4000002760003184', '123498754321');
    const { paymentMethod } = await createPaymentMethod(page);
    assert.match(paymentMethod.id, /^pm_/);
    const heard = await page.evaluate(() => window.heard);
    assert.ok(heard.length > 5, 'the recorder hears the channels');
    assert.ok(heard.some((text) => text.includes('"change"')), 'the recorder hears change events');
    for (const text of heard) {
      const digits = text.replace(/[\s/]/g, '');
      // Six digits in a row of the number, beyond the four that every receipt shows, and the code.
      for (const secret of ['400000', '000276', '276000', '760003', '"987"']) {
        assert.ok(!digits.includes(secret), `${secret} is in a message to the page: ${text}`);
      }
    }
    const storage = await page.evaluate(() => document.documentElement.outerHTML);
    assert.ok(!storage.includes('4000002760003184'));
  });

  it('keeps a card number that was typed into the postal code to itself', async () => {
    const fields = await mountCard(page);
    await fields.postal.focus();
    await page.keyboard.type('4000002760003184');
    await page.waitForFunction(() => window.events.findLast(({ name }) => name === 'change')?.event.error);
    await eventually(async () => (await lastChange(page))?.value.postalCode, '');
    const heard = await page.evaluate(() => window.heard.join(''));
    assert.ok(!heard.includes('4000002760003184'));
  });
});
