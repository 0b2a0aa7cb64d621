// A small window.Stripe for tests and development in a plain browser: shapes as in @stripe/stripe-js, one card Element drawn
// in the page itself, and a bank with three buttons. (Training uses the simulator's, which keeps digits in its own frame.)
(() => {
  const secretAnswers = (globalThis.countersignFakeBank ??= new Map());
  const log = (globalThis.countersignStripeLog ??= []);
  const FIELDS = [
    ['number', 'Card number'],
    ['exp', 'MM / YY'],
    ['cvc', 'CVC'],
    ['postal', 'Postcode'],
  ];

  function luhn(number) {
    let sum = 0;
    [...number].reverse().forEach((digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
      sum += value > 9 ? value - 9 : value;
    });
    return number.length >= 12 && sum % 10 === 0;
  }

  class Card {
    constructor() {
      this.heard = {};
      this.inputs = {};
    }
    on(event, handler) {
      (this.heard[event] ??= []).push(handler);
      return this;
    }
    emit(event, data = {}) {
      for (const handler of this.heard[event] ?? []) handler(data);
    }
    mount(node) {
      this.node = node;
      this.row = document.createElement('div');
      this.row.className = 'stand-in';
      this.row.style.cssText = 'display: flex; align-items: center; min-height: 66px;';
      for (const [name, label] of FIELDS) {
        const input = document.createElement('input');
        input.placeholder = label;
        input.setAttribute('aria-label', label);
        input.name = name;
        input.style.cssText = `flex: ${name === 'number' ? 3 : 1} 1 0; min-width: 0; padding: 0 4px; border: 0; outline: 0; background: transparent; font-size: 21px`;
        input.addEventListener('input', () => this.changed());
        input.addEventListener('focus', () => this.emit('focus'));
        input.addEventListener('blur', () => this.emit('blur'));
        input.addEventListener('keydown', (event) => {
          // As from a frame: the page hears of Enter by a submitted form and of Escape by an event, and of no other key.
          event.stopPropagation();
          if (event.key === 'Enter') {
            event.preventDefault();
            this.node.closest('form')?.requestSubmit();
          }
          if (event.key === 'Escape') this.emit('escape');
        });
        this.inputs[name] = input;
        this.row.append(input);
      }
      // As Stripe's: the page's own part of the focus, from which the frame takes it.
      this.hidden = document.createElement('input');
      this.hidden.setAttribute('aria-hidden', 'true');
      Object.assign(this.hidden.style, { position: 'absolute', opacity: '0', height: '1px', pointerEvents: 'none' });
      this.row.append(this.hidden);
      node.replaceChildren(this.row);
      log.push('mount');
      // Its frame cannot be reached: it says so, and is never ready.
      if (globalThis.countersignFieldFails === true) setTimeout(() => this.emit('loaderror', { elementType: 'card' }), 0);
      else setTimeout(() => this.emit('ready'), 0);
    }
    value(name) {
      return this.inputs[name].value.replaceAll(/\s/g, '');
    }
    changed() {
      const empty = FIELDS.every(([name]) => this.value(name) === '');
      const wrong = this.value('number').length >= 16 && !luhn(this.value('number'));
      const error = wrong ? { type: 'validation_error', code: 'invalid_number', message: 'Your card number is invalid.' } : undefined;
      this.emit('change', { elementType: 'card', empty, complete: !wrong && FIELDS.every(([name]) => this.value(name) !== ''), error });
    }
    focus() {
      this.hidden.focus();
      // An engine may refuse, as WebKit does: then the hidden input keeps the focus, and what is typed.
      setTimeout(() => {
        if (globalThis.countersignNoCursor !== true) this.inputs.number.focus();
      }, 0);
    }
    blur() {
      for (const input of Object.values(this.inputs)) input.blur();
    }
    clear() {
      log.push('clear');
      for (const input of Object.values(this.inputs)) input.value = '';
      this.changed();
    }
    update(options) {
      log.push(`update ${JSON.stringify(options)}`);
    }
    destroy() {
      this.row?.remove();
    }
    unmount() {
      this.row?.remove();
    }
    async realFill(card) {
      for (const [name, text] of Object.entries(card)) this.inputs[name].value = text;
      this.changed();
    }
  }

  globalThis.Stripe = (key, options) => {
    log.push(`Stripe ${key} ${options?.locale ?? ''}`);
    // As Stripe's: a hidden frame that stays for as long as the page does.
    const controller = document.createElement('iframe');
    controller.name = `__privateStripeController${String(log.length)}`;
    controller.hidden = true;
    document.body.append(controller);
    return {
      elements: () => ({
        create: (_kind, elementOptions) => {
          log.push(`create ${JSON.stringify(elementOptions)}`);
          const card = new Card();
          // Stripe's own Element has no fillTestCard; training's has.
          if (globalThis.countersignRealStripe !== true) card.fillTestCard = (fill) => card.realFill(fill);
          return card;
        },
      }),
      createPaymentMethod: async ({ card }) => {
        log.push('createPaymentMethod');
        await new Promise((resolve) => setTimeout(resolve, globalThis.countersignStripeDelay ?? 5));
        const number = card.value('number');
        if (number === '')
          return { error: { type: 'validation_error', code: 'incomplete_number', message: 'Your card number is incomplete.' } };
        if (!luhn(number)) return { error: { type: 'validation_error', code: 'invalid_number', message: 'Your card number is invalid.' } };
        return { paymentMethod: { id: `pm_fake_${number}_${crypto.randomUUID().slice(0, 8)}` } };
      },
      handleCardAction: (secret) => {
        log.push('handleCardAction');
        // No page of the bank's comes, and nothing is ever heard again.
        if (globalThis.countersignChallengeHangs === true) return new Promise(() => undefined);
        if (globalThis.countersignChallengeThrows === true) return Promise.reject(new Error('IntegrationError'));
        return new Promise((resolve) => {
          const overlay = document.createElement('div');
          overlay.className = 'stand-in-overlay';
          Object.assign(overlay.style, {
            position: 'fixed',
            inset: '0',
            zIndex: '2147483647',
            display: 'grid',
            placeContent: 'center',
            gap: '12px',
            background: 'rgb(0 0 0 / 60%)',
          });
          for (const [name, answer] of [
            ['Complete', 'passed'],
            ['Fail', 'failed'],
            ['Cancel', 'failed'],
          ]) {
            const button = document.createElement('button');
            button.textContent = name;
            button.addEventListener('click', () => {
              secretAnswers.set(secret, answer);
              overlay.remove();
              resolve(
                answer === 'passed'
                  ? { paymentIntent: { status: 'requires_confirmation' } }
                  : { error: { code: 'payment_intent_authentication_failure' } },
              );
            });
            overlay.append(button);
          }
          // The bank's page is in a frame; here it is empty.
          const frame = document.createElement('iframe');
          frame.title = 'The bank';
          overlay.prepend(frame);
          document.body.append(overlay);
          overlay.querySelector('button').focus();
        });
      },
    };
  };
})();
