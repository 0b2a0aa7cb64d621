// A stand-in for Stripe.js, for training and tests.
//
// What it is for: the payment page calls the same names as in Stripe.js (`Stripe`, `elements`, the `card` Element,
// `createPaymentMethod`, `handleCardAction`, `handleNextAction`, `retrievePaymentIntent`) and gets the same shapes back,
// with no account and no network. Everything that touches a card or the API happens in frames on the simulator's own
// origin; this script runs in the page and does no fetch, writes no style text and never sees a card digit.
//
// Deliberately not here: every other payment method and Element, confirmCardPayment and its kin (the till confirms
// from its core), tokens, wallets, Link, and languages other than English.
(() => {
  'use strict';

  if (window.Stripe) {
    console.warn('Stripe.js is already on this page. The second script is ignored.');
    return;
  }

  const scriptUrl = document.currentScript?.src ?? '';
  // Cut from the address by hand: for a custom scheme `new URL(...).origin` is the word "null" in some engines.
  const base = scriptUrl.replace(/\/[^/]+\/(stripe\.js)?([?#].*)?$/, '');
  if (!scriptUrl || base === scriptUrl) {
    throw new Error('stripe.js must be loaded by a script element from the simulator.');
  }

  const isWebOrigin = /^https?:/.test(base);
  /** What `event.origin` may be in a message from our frames. A custom scheme is serialised in full or as "null". */
  const frameOrigins = isWebOrigin ? [new URL(base).origin] : [base, 'null'];
  const frameTarget = isWebOrigin ? frameOrigins[0] : '*';

  /** How long a frame may take to say hello before it counts as unreachable. */
  const FRAME_TIMEOUT_MS = 20_000;
  /** How often an open challenge looks whether it was decided elsewhere. */
  const POLL_MS = 1_000;
  /** How often, and how many times, the PaymentIntent is read again after the bank has answered. */
  const SETTLE_MS = 400;
  const SETTLE_READS = 10;
  /** How many times the end of a challenge is reported while nobody answers. */
  const CLOSING_CALLS = 5;

  const CLIENT_SECRET = /^((seti|pi)_[^_]+)_secret_[^-]+$/;

  const MESSAGES = {
    api_connection_error:
      'We are experiencing issues connecting to our payments provider. You have not been charged. ' +
      'Please check your internet connection and try again.',
    payment_intent_authentication_failure:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    payment_intent_unexpected_state: 'A processing error occurred.',
    redirect_error: 'This payment asks to leave the page, and the page may not be left.',
  };

  const connectionError = () => ({ type: 'api_connection_error', message: MESSAGES.api_connection_error });

  /** A mistake in the calling code, as opposed to an `{error}` that a customer or a bank caused. */
  class IntegrationError extends Error {
    constructor(message) {
      super(message);
      this.name = 'IntegrationError';
    }
  }

  function warnUnknownKeys(call, given, known) {
    for (const key of Object.keys(given)) {
      if (!known.includes(key)) {
        console.warn(`Unrecognized ${call} parameter: ${key} is not a recognized parameter.`);
      }
    }
  }

  function optionsObject(call, value) {
    if (value === undefined) return {};
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw new IntegrationError(`Invalid value for ${call}: options should be an object.`);
    }
    return value;
  }

  // --- Frames -------------------------------------------------------------------------------------------------

  let framesMade = 0;

  /**
   * One frame on the simulator's origin and the private channel to it.
   *
   * The frame says hello to its parent; the hello is believed only from that frame's window and the simulator's origin,
   * and is answered with one end of a MessageChannel. Everything after that goes through the channel.
   */
  class Frame {
    #channel = new MessageChannel();
    #onWindowMessage = (event) => this.#hello(event);
    #connected = false;
    #closed = false;
    #failed = false;
    #waiting = [];
    #pending = new Map();
    #nextId = 1;
    #timer;

    constructor(path, title, onEvent, onFailure = () => {}) {
      this.onEvent = onEvent;
      this.onFailure = onFailure;
      framesMade += 1;
      const iframe = document.createElement('iframe');
      iframe.name = `__privateStripeFrame${framesMade}`;
      iframe.title = title;
      // The frame checks that the channel comes from this origin.
      iframe.src = `${base}${path}#${new URLSearchParams({ page: self.origin })}`;
      iframe.style.border = '0';
      this.iframe = iframe;
      this.#channel.port1.onmessage = (event) => this.#receive(event.data);
      window.addEventListener('message', this.#onWindowMessage);
      this.#timer = setTimeout(() => this.#fail(), FRAME_TIMEOUT_MS);
    }

    /** Sends a message, now or as soon as the frame is there. */
    send(message) {
      if (this.#connected) this.#channel.port1.postMessage(message);
      else this.#waiting.push(message);
    }

    /** Asks the frame and resolves to its answer: `{value}` or `{error}`. */
    ask(op, params = {}) {
      if (this.#failed) return Promise.resolve({ error: connectionError() });
      if (this.#closed) return Promise.reject(new IntegrationError(`${op}: the Element is no longer on the page.`));
      const id = this.#nextId++;
      return new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        this.send({ id, op, params });
      });
    }

    close() {
      this.#closed = true;
      this.#stopListening();
      this.#channel.port1.close();
      this.iframe.remove();
      for (const { reject } of this.#pending.values()) {
        reject(new IntegrationError('The Element was removed from the page before it answered.'));
      }
      this.#pending.clear();
    }

    #hello(event) {
      if (event.source !== this.iframe.contentWindow || !frameOrigins.includes(event.origin)) return;
      if (event.data?.stripeSim !== 'hello') return;
      this.#stopListening();
      // The handshake carries the channel and no secret, so '*' (a custom scheme has no usable target) gives nothing away.
      event.source.postMessage({ stripeSim: 'channel' }, frameTarget, [this.#channel.port2]);
      this.#connected = true;
      for (const message of this.#waiting.splice(0)) this.#channel.port1.postMessage(message);
    }

    #receive(message) {
      if (message.event) {
        this.onEvent?.(message.event, message.data ?? {});
        return;
      }
      const waiting = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      waiting?.resolve(message.error ? { error: message.error } : { value: message.value });
    }

    #fail() {
      this.#failed = true;
      this.#stopListening();
      for (const { resolve } of this.#pending.values()) resolve({ error: connectionError() });
      this.#pending.clear();
      this.onFailure();
    }

    #stopListening() {
      clearTimeout(this.#timer);
      window.removeEventListener('message', this.#onWindowMessage);
    }
  }

  function whenBodyExists(run) {
    if (document.body) run();
    else document.addEventListener('DOMContentLoaded', run, { once: true });
  }

  /** The invisible frame that calls the API. */
  function openController() {
    const frame = new Frame('/v3/controller.html', 'Secure connection to the simulator');
    const { iframe } = frame;
    iframe.setAttribute('aria-hidden', 'true');
    iframe.tabIndex = -1;
    // Not `display: none`: an engine may leave such a frame unloaded.
    Object.assign(iframe.style, { position: 'absolute', width: '1px', height: '1px', opacity: '0', pointerEvents: 'none' });
    whenBodyExists(() => document.body.append(iframe));
    return frame;
  }

  // --- The card Element ---------------------------------------------------------------------------------------

  const CARD_EVENTS = ['change', 'ready', 'focus', 'blur', 'escape', 'networkschange', 'loaderror'];
  const CARD_OPTIONS = [
    'classes', 'style', 'value', 'hidePostalCode', 'iconStyle', 'hideIcon', 'disabled', 'disableLink', 'preferredNetwork',
  ];
  const DEFAULT_CLASSES = {
    base: 'StripeElement',
    complete: 'StripeElement--complete',
    empty: 'StripeElement--empty',
    focus: 'StripeElement--focus',
    invalid: 'StripeElement--invalid',
    webkitAutofill: 'StripeElement--webkit-autofill',
  };

  class CardElement {
    #options;
    #listeners = new Map();
    #node = null;
    #frame = null;
    #labels = [];
    #destroyed = false;
    #states = { empty: true, complete: false, focus: false, invalid: false, webkitAutofill: false };
    #onDestroy;

    constructor(options, onDestroy) {
      warnUnknownKeys('create()', options, CARD_OPTIONS);
      this.#options = { ...options };
      this.#onDestroy = onDestroy;
    }

    mount(target) {
      this.#refuseDestroyed();
      const node = typeof target === 'string' ? document.querySelector(target) : target;
      if (!(node instanceof Element)) {
        throw new IntegrationError(
          'Missing or unknown argument. Make sure to call mount() with a valid DOM element or selector that is on the page.',
        );
      }
      if (node === this.#node) return;
      this.unmount();
      if (node.childNodes.length > 0) {
        console.warn('This Element will be mounted to a DOM element that contains child nodes. They are removed.');
      }
      const frame = new Frame(
        '/v3/elements-card.html',
        'Secure card payment input frame',
        (event, data) => this.#onFrameEvent(event, data),
        () => this.#emit('loaderror', { elementType: 'card', error: connectionError() }),
      );
      Object.assign(frame.iframe.style, {
        display: 'block', width: '100%', height: '1.2em', overflow: 'hidden', background: 'transparent',
        // A frame is see-through only while its colour scheme equals that of the document in it.
        colorScheme: 'light',
      });
      this.#node = node;
      this.#frame = frame;
      frame.send({ op: 'configure', params: this.#frameOptions() });
      node.replaceChildren(frame.iframe);
      this.#showStates();
      this.#listenToLabels();
    }

    unmount() {
      if (!this.#frame) return;
      this.#states = { empty: true, complete: false, focus: false, invalid: false, webkitAutofill: false };
      for (const name of Object.keys(DEFAULT_CLASSES)) this.#node.classList.remove(...this.#classNames(name));
      for (const label of this.#labels) label.removeEventListener('click', this.#onLabelClick);
      this.#labels = [];
      this.#frame.close();
      this.#frame = null;
      this.#node = null;
    }

    destroy() {
      this.#refuseDestroyed();
      this.unmount();
      this.#destroyed = true;
      this.#listeners.clear();
      this.#onDestroy();
    }

    update(options) {
      this.#refuseDestroyed();
      const changes = optionsObject('update()', options);
      warnUnknownKeys('update()', changes, CARD_OPTIONS);
      if (changes.classes && this.#node) {
        for (const name of Object.keys(DEFAULT_CLASSES)) this.#node.classList.remove(...this.#classNames(name));
      }
      this.#options = { ...this.#options, ...changes };
      this.#showStates();
      this.#frame?.send({ op: 'configure', params: this.#frameOptions(changes) });
    }

    focus() {
      this.#refuseDestroyed();
      this.#frame?.iframe.focus();
      this.#frame?.send({ op: 'focus' });
    }

    blur() {
      this.#refuseDestroyed();
      this.#frame?.send({ op: 'blur' });
      if (this.#frame && document.activeElement === this.#frame.iframe) this.#frame.iframe.blur();
    }

    clear() {
      this.#refuseDestroyed();
      this.#frame?.send({ op: 'clear' });
    }

    /**
     * Training only; Stripe.js has no such method. Fills the fields with a published test card, as if typed.
     * `card` is `{number, exp: 'MM/YY', cvc, postal}`. Resolves when the fields are filled.
     */
    async fillTestCard(card) {
      const frame = this._mountedFrame();
      frame.iframe.focus();
      await frame.ask('fill_test_card', card);
    }

    on(event, handler) {
      return this.#listen(event, handler, false);
    }

    once(event, handler) {
      return this.#listen(event, handler, true);
    }

    off(event, handler) {
      const kept = handler ? (this.#listeners.get(event) ?? []).filter((entry) => entry.handler !== handler) : [];
      this.#listeners.set(event, kept);
      return this;
    }

    /** The frame that holds the digits. Throws what Stripe.js throws when the Element is not on the page. */
    _mountedFrame() {
      if (!this.#frame || !this.#frame.iframe.isConnected) {
        throw new IntegrationError(
          'We could not retrieve data from the specified Element. ' +
            'Please make sure the Element you are attempting to use is still mounted.',
        );
      }
      return this.#frame;
    }

    #frameOptions(options = this.#options) {
      const { classes, preferredNetwork, disableLink, ...rest } = options;
      // A structured clone refuses functions and proxies; options are plain data.
      return JSON.parse(JSON.stringify(rest));
    }

    #refuseDestroyed() {
      if (this.#destroyed) {
        throw new IntegrationError('This Element has already been destroyed. Please create a new one.');
      }
    }

    #listen(event, handler, once) {
      if (!CARD_EVENTS.includes(event)) {
        throw new IntegrationError(`Invalid event name for on(): ${event}. Events are ${CARD_EVENTS.join(', ')}.`);
      }
      if (typeof handler !== 'function') {
        throw new IntegrationError(`Invalid value for on(): the handler of "${event}" should be a function.`);
      }
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), { handler, once }]);
      return this;
    }

    #emit(event, data) {
      const entries = this.#listeners.get(event) ?? [];
      this.#listeners.set(event, entries.filter((entry) => !entry.once));
      for (const { handler } of entries) handler(data);
    }

    #onFrameEvent(event, data) {
      switch (event) {
        case 'height':
          this.#frame.iframe.style.height = `${data.px}px`;
          break;
        case 'change':
          Object.assign(this.#states, { empty: data.empty, complete: data.complete, invalid: Boolean(data.error) });
          this.#showStates();
          this.#emit('change', { elementType: 'card', ...data, error: data.error ?? undefined });
          break;
        case 'focus':
        case 'blur':
          this.#states.focus = event === 'focus';
          this.#showStates();
          this.#emit(event, { elementType: 'card' });
          break;
        case 'ready':
        case 'escape':
          this.#emit(event, { elementType: 'card' });
          break;
        case 'autofill':
          this.#states.webkitAutofill = data.filled;
          this.#showStates();
          break;
        case 'shortcut':
          // Not in Stripe's: a key of the training page's own, pressed while the cursor is in this frame.
          this.#node.dispatchEvent(new KeyboardEvent('keydown', { key: data.key, altKey: data.altKey, bubbles: true, cancelable: true }));
          break;
        case 'submit':
          this.#node.closest('form')?.requestSubmit();
          break;
      }
    }

    #classNames(name) {
      const names = this.#options.classes?.[name] ?? DEFAULT_CLASSES[name];
      return names.split(/\s+/).filter(Boolean);
    }

    #showStates() {
      if (!this.#node) return;
      this.#node.classList.add(...this.#classNames('base'));
      for (const [name, isOn] of Object.entries(this.#states)) {
        for (const className of this.#classNames(name)) this.#node.classList.toggle(className, isOn);
      }
    }

    #onLabelClick = (event) => {
      event.preventDefault();
      this.focus();
    };

    /** A click on the label of the mount node focuses the Element, as for a native field. */
    #listenToLabels() {
      const { id } = this.#node;
      const labels = [...document.querySelectorAll('label')];
      this.#labels = labels.filter((label) => (id && label.htmlFor === id) || label.contains(this.#node));
      for (const label of this.#labels) label.addEventListener('click', this.#onLabelClick);
    }
  }

  class Elements {
    #card = null;

    create(type, options) {
      if (type !== 'card') {
        throw new IntegrationError(`A valid Element name must be provided. The simulator has: card; you passed: ${type}.`);
      }
      if (this.#card) {
        throw new IntegrationError('Can only create one Element of type card.');
      }
      this.#card = new CardElement(optionsObject('create()', options), () => {
        this.#card = null;
      });
      return this.#card;
    }

    getElement(type) {
      return type === 'card' || type === CardElement ? this.#card : null;
    }

    async update(options) {
      optionsObject('elements.update()', options);
    }
  }

  // --- The bank's challenge -----------------------------------------------------------------------------------

  /**
   * The dialog over the whole page with the bank's page in it. While it is open nothing else on the page can be
   * focused; closing it gives the focus back.
   */
  class Challenge {
    #overlay = document.createElement('div');
    #frame;
    #madeInert = [];
    #focusBefore = document.activeElement;

    /** `onEnd` is called with 'decided', 'cancelled' or 'unreachable'. */
    constructor(bankPage, onEnd) {
      this.#frame = new Frame(
        '/v3/three-ds-2-challenge.html',
        'Secure 3D Secure challenge',
        (event) => onEnd(event),
        () => onEnd('unreachable'),
      );
      const { iframe } = this.#frame;
      this.#overlay.setAttribute('role', 'dialog');
      this.#overlay.setAttribute('aria-modal', 'true');
      this.#overlay.setAttribute('aria-label', 'Authentication by the bank');
      Object.assign(this.#overlay.style, {
        position: 'fixed', inset: '0', zIndex: '2147483647', display: 'grid', placeItems: 'center', background: 'rgba(12, 16, 26, 0.55)',
      });
      Object.assign(iframe.style, {
        width: 'min(500px, calc(100vw - 24px))', height: 'min(600px, calc(100vh - 24px))',
        borderRadius: '14px', background: 'Canvas', boxShadow: '0 18px 60px rgba(0, 0, 0, 0.35)',
      });
      for (const element of document.body.children) {
        if (element.inert) continue;
        element.inert = true;
        this.#madeInert.push(element);
      }
      this.#overlay.append(iframe);
      document.body.append(this.#overlay);
      this.#frame.send({ op: 'show', params: { bankPage } });
      iframe.focus();
    }

    close() {
      this.#frame.close();
      this.#overlay.remove();
      for (const element of this.#madeInert) element.inert = false;
      if (this.#focusBefore instanceof HTMLElement && this.#focusBefore.isConnected) this.#focusBefore.focus();
    }
  }

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** What a PaymentIntent asks for: its source, and how the bank's page is reached. `null` for any other action. */
  function nextStep(intent) {
    const sdk = intent.next_action?.use_stripe_sdk;
    switch (sdk?.type) {
      case 'stripe_3ds2_fingerprint':
        return { kind: 'fingerprint', source: sdk.three_d_secure_2_source };
      case 'three_d_secure_redirect':
        return { kind: 'redirect', source: sdk.source, bankPage: sdk.stripe_js };
      // The check that a human is there, which Radar may ask for. Its page ends it by itself, as with a redirect.
      case 'intent_confirmation_challenge':
        return { kind: 'redirect', source: sdk.stripe_js.source, bankPage: sdk.stripe_js.challenge_url };
      default:
        return null;
    }
  }

  /** The result of an action, from the state that the PaymentIntent is in afterwards. */
  function resultOf(intent) {
    if (['requires_confirmation', 'requires_capture', 'succeeded'].includes(intent.status)) {
      return { paymentIntent: intent };
    }
    const cause = intent.status === 'canceled' ? null : intent.last_payment_error;
    if (!cause) {
      const code = 'payment_intent_unexpected_state';
      return { error: { type: 'invalid_request_error', code, message: MESSAGES[code], payment_intent: intent } };
    }
    const message = cause.code === 'payment_intent_authentication_failure' ? MESSAGES[cause.code] : cause.message;
    return { error: { ...cause, message, payment_intent: intent } };
  }

  // --- Stripe -------------------------------------------------------------------------------------------------

  class StripeInstance {
    #key;
    #controller;
    /** The one action that may be open: `{secret, outcome}`. */
    #action = null;

    constructor(key) {
      this.#key = key;
      this.#controller = openController();
    }

    elements(options) {
      warnUnknownKeys('elements()', optionsObject('elements()', options), [
        'fonts', 'locale', 'clientSecret', 'appearance', 'loader', 'mode', 'currency', 'amount', 'paymentMethodTypes',
        'paymentMethodCreation', 'setupFutureUsage', 'captureMethod', 'onBehalfOf', 'customerSessionClientSecret',
      ]);
      return new Elements();
    }

    async createPaymentMethod(first, second, third) {
      const data = typeof first === 'string' ? { ...third, type: first, card: second } : first;
      if (data === null || typeof data !== 'object') {
        throw new IntegrationError('Invalid value for createPaymentMethod: paymentMethodData should be an object.');
      }
      const { type = 'card', card, element, elements, params, ...rest } = data;
      if (type !== 'card') {
        throw new IntegrationError(`Invalid value for createPaymentMethod: the simulator has type card, not ${type}.`);
      }
      const source = card ?? element ?? elements?.getElement('card');
      const fields = JSON.parse(JSON.stringify({ ...rest, ...params }));
      let answer;
      if (source instanceof CardElement) {
        answer = await source._mountedFrame().ask('create_payment_method', { key: this.#key, fields });
      } else if (typeof source?.token === 'string') {
        answer = await this.#api('create_payment_method', { fields: { ...fields, type, card: { token: source.token } } });
      } else {
        throw new IntegrationError('Invalid value for createPaymentMethod: card should be an object or element.');
      }
      return answer.error ? { error: answer.error } : { paymentMethod: answer.value };
    }

    async retrievePaymentIntent(clientSecret) {
      const answer = await this.#retrieve('retrievePaymentIntent', clientSecret);
      return answer.error ? { error: answer.error } : { paymentIntent: answer.value };
    }

    async handleCardAction(clientSecret) {
      return this.#handleAction('handleCardAction', clientSecret, true);
    }

    async handleNextAction(options) {
      return this.#handleAction('handleNextAction', options?.clientSecret, false);
    }

    /** The npm loader tells the real script its version through this. */
    _registerWrapper() {}

    #api(op, params) {
      return this.#controller.ask(op, { key: this.#key, ...params });
    }

    async #retrieve(method, clientSecret) {
      const match = typeof clientSecret === 'string' ? CLIENT_SECRET.exec(clientSecret) : null;
      if (!match || match[2] !== 'pi') {
        // Stripe.js repeats the value here; a client secret has no business in an error.
        throw new IntegrationError(
          `Invalid value for stripe.${method} intent secret: ` +
            'value should be a client_secret string of the form ${id}_secret_${secret}.',
        );
      }
      return this.#api('retrieve_payment_intent', { intent: match[1], clientSecret });
    }

    #handleAction(method, clientSecret, manualOnly) {
      if (this.#action?.secret === clientSecret && this.#action) return this.#action.outcome;
      if (this.#action) {
        throw new IntegrationError(`${method}: another authentication is in progress. Wait until it has ended.`);
      }
      const outcome = this.#runAction(method, clientSecret, manualOnly).finally(() => {
        this.#action = null;
      });
      this.#action = { secret: clientSecret, outcome };
      return outcome;
    }

    async #runAction(method, clientSecret, manualOnly) {
      const read = () => this.#retrieve(method, clientSecret);
      const found = await read();
      if (found.error) return { error: found.error };
      const intent = found.value;
      if (intent.status !== 'requires_action') {
        throw new IntegrationError(`${method}: The PaymentIntent supplied is not in the requires_action state.`);
      }
      if (manualOnly && intent.confirmation_method !== 'manual') {
        throw new IntegrationError(
          `${method}: The PaymentIntent supplied does not require manual server-side confirmation. ` +
            'Please use confirmCardPayment to complete the payment.',
        );
      }
      const step = nextStep(intent);
      if (!step) {
        // The real script navigates the whole window here. A till must never leave its page.
        return { error: { type: 'invalid_request_error', code: 'redirect_error', message: MESSAGES.redirect_error } };
      }
      return this.#authenticate(intent, step, clientSecret, read);
    }

    async #authenticate(intent, step, clientSecret, read) {
      let { bankPage } = step;
      if (step.kind === 'fingerprint') {
        const started = await this.#api('authenticate', { source: step.source });
        if (started.error) return this.#settle(read, { error: started.error });
        bankPage = started.value.ares?.transStatus === 'C' ? started.value.ares.acsURL : null;
      }
      if (!bankPage) return this.#settle(read);

      let end;
      const ended = new Promise((resolve) => {
        end = resolve;
      });
      const challenge = new Challenge(bankPage, end);
      const stopPolling = this.#pollUntilDecided(read, end);
      try {
        const how = await ended;
        stopPolling();
        if (how === 'unreachable') return { error: connectionError() };
        let closing = {};
        if (how === 'cancelled') {
          closing = await this.#insist('cancel_source', { intent: intent.id, clientSecret, source: step.source });
        } else if (how === 'decided' && step.kind === 'fingerprint') {
          closing = await this.#insist('complete_challenge', { source: step.source });
        }
        return await this.#settle(read, closing);
      } finally {
        stopPolling();
        challenge.close();
      }
    }

    /** Calls again while nobody answers: the customer has decided, and should not have to do so twice. */
    async #insist(op, params) {
      let answer = await this.#api(op, params);
      for (let i = 1; i < CLOSING_CALLS && answer.error?.type === 'api_connection_error'; i += 1) {
        await sleep(POLL_MS);
        answer = await this.#api(op, params);
      }
      return answer;
    }

    /** Looks once a second whether the PaymentIntent left `requires_action` by another way. Returns how to stop. */
    #pollUntilDecided(read, end) {
      let isReading = false;
      const timer = setInterval(async () => {
        if (isReading) return;
        isReading = true;
        const { value } = await read();
        isReading = false;
        if (value && value.status !== 'requires_action') end('elsewhere');
      }, POLL_MS);
      return () => clearInterval(timer);
    }

    /** Reads the PaymentIntent until the bank's answer shows in it. `closing` is what the last step itself answered. */
    async #settle(read, closing = {}) {
      const reads = closing.error ? 1 : SETTLE_READS;
      let found;
      for (let i = 0; i < reads; i += 1) {
        if (i > 0) await sleep(SETTLE_MS);
        found = await read();
        if (found.value && found.value.status !== 'requires_action') return resultOf(found.value);
      }
      if (closing.error) return { error: closing.error };
      return found.error ? { error: found.error } : resultOf(found.value);
    }
  }

  function checkKey(key) {
    if (typeof key !== 'string') {
      throw new IntegrationError('Missing value for Stripe(): apiKey should be a string.');
    }
    if (key === '') {
      throw new IntegrationError('Please call Stripe() with your publishable key. You used an empty string.');
    }
    if (/^(sk|rk)_/.test(key)) {
      throw new IntegrationError(
        'You should not use your secret key with Stripe.js. Please pass a publishable key instead.',
      );
    }
    if (!key.startsWith('pk_')) {
      throw new IntegrationError('Please call Stripe() with your publishable key. Publishable keys begin with pk_.');
    }
    if (!key.startsWith('pk_test_')) {
      // Not Stripe's rule, but ours: a live key in the stand-in would look like a payment and be none.
      throw new IntegrationError('The simulator takes test keys only (pk_test_).');
    }
  }

  function Stripe(key, options) {
    checkKey(key);
    warnUnknownKeys('Stripe()', optionsObject('Stripe()', options), [
      'stripeAccount', 'apiVersion', 'locale', 'betas', 'developerTools', 'advancedFraudSignals',
    ]);
    return new StripeInstance(key);
  }

  /** The release train whose behaviour this follows, as in the script's real address. */
  Stripe.version = 'endive';

  window.Stripe = Stripe;
})();
