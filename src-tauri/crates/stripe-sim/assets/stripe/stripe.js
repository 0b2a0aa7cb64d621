// --- Stripe -------------------------------------------------------------------------------------------------

/** Plain data, as it goes to a frame: a structured clone refuses functions and proxies. */
const plain = (value) => JSON.parse(JSON.stringify(value));

/** The intent that a client secret opens, if it is of one of these kinds. */
function intentOf(method, clientSecret, kinds) {
  const match = typeof clientSecret === 'string' ? CLIENT_SECRET.exec(clientSecret) : null;
  const kind = match ? INTENTS[match[2]] : undefined;
  if (!kinds.includes(kind)) {
    // Stripe.js repeats the value here; a client secret has no business in an error.
    throw new IntegrationError(
      `Invalid value for stripe.${method} intent secret: ` +
        'value should be a client_secret string of the form ${id}_secret_${secret}.',
    );
  }
  return { kind, id: match[1], clientSecret };
}

class StripeInstance {
  #key;
  #controller;
  /** The one action that may be open: `{method, secret, outcome}`. */
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
    const source = card ?? element ?? elements?.getElement('card') ?? elements?.getElement('cardNumber');
    const answer = await this.#makeMethod('createPaymentMethod', source, { ...rest, ...params });
    return answer.error ? { error: answer.error } : { paymentMethod: answer.value };
  }

  async createToken(first, second) {
    if (!(first instanceof CardField)) {
      throw new IntegrationError('Invalid value for createToken: the simulator makes tokens of card Elements only.');
    }
    const { frame, present } = first._group._card();
    const answer = await frame.ask('create_token', { key: this.#key, fields: plain(second ?? {}), present });
    return answer.error ? { error: answer.error } : { token: answer.value };
  }

  async confirmCardPayment(clientSecret, data, options) {
    return this.#confirm('confirmCardPayment', INTENTS.pi, clientSecret, data, options);
  }

  async confirmCardSetup(clientSecret, data, options) {
    return this.#confirm('confirmCardSetup', INTENTS.seti, clientSecret, data, options);
  }

  async retrievePaymentIntent(clientSecret) {
    return this.#retrieve('retrievePaymentIntent', INTENTS.pi, clientSecret);
  }

  async retrieveSetupIntent(clientSecret) {
    return this.#retrieve('retrieveSetupIntent', INTENTS.seti, clientSecret);
  }

  async handleCardAction(clientSecret) {
    return this.#once('handleCardAction', clientSecret, () =>
      this.#handleAction('handleCardAction', intentOf('handleCardAction', clientSecret, [INTENTS.pi]), true));
  }

  async handleNextAction(options) {
    const clientSecret = options?.clientSecret;
    return this.#once('handleNextAction', clientSecret, () =>
      this.#handleAction('handleNextAction', intentOf('handleNextAction', clientSecret, Object.values(INTENTS)), false));
  }

  /** Who uses the script, for Stripe's statistics. Here nobody counts. */
  registerAppInfo() {}

  /** The npm loader tells the real script its version through this. */
  _registerWrapper() {}

  #api(op, params) {
    return this.#controller.ask(op, { key: this.#key, ...params });
  }

  /** Asks for a PaymentMethod of an Element, or of a token. */
  async #makeMethod(method, source, rest) {
    const fields = plain(rest);
    if (source instanceof CardField) {
      const { frame, present } = source._group._card();
      return frame.ask('create_payment_method', { key: this.#key, fields, present });
    }
    if (typeof source?.token === 'string') {
      return this.#api('create_payment_method', { fields: { ...fields, type: 'card', card: { token: source.token } } });
    }
    throw new IntegrationError(`Invalid value for ${method}: card should be an object or element.`);
  }

  async #retrieve(method, kind, clientSecret) {
    const answer = await this.#read(intentOf(method, clientSecret, [kind]));
    return answer.error ? { error: answer.error } : { [kind.result]: answer.value };
  }

  #read({ kind, id, clientSecret }) {
    return this.#api('retrieve_intent', { path: kind.path, intent: id, clientSecret });
  }

  async #confirm(method, kind, clientSecret, data = {}, options = {}) {
    const target = intentOf(method, clientSecret, [kind]);
    const { payment_method: given, payment_method_options: methodOptions, ...rest } = optionsObject(`${method}()`, data);
    const { handleActions = true } = optionsObject(`${method}()`, options);
    if (methodOptions?.card?.cvc) {
      throw new IntegrationError(`${method}: the simulator does not ask for the CVC of a saved card again.`);
    }
    return this.#once(method, clientSecret, async () => {
      const fields = { ...plain(rest), ...(methodOptions && { payment_method_options: plain(methodOptions) }) };
      if (typeof given === 'string') {
        fields.payment_method = given;
      } else if (given) {
        const { card, ...more } = given;
        const made = await this.#makeMethod(method, card, more);
        if (made.error) return { error: made.error };
        fields.payment_method = made.value.id;
      }
      const { path } = kind;
      const answer = await this.#api('confirm_intent', { path, intent: target.id, clientSecret, fields });
      if (answer.error) return { error: answer.error };
      if (answer.value.status !== 'requires_action') return resultOf(kind, answer.value);
      return handleActions ? this.#act(target, answer.value) : { [kind.result]: answer.value };
    });
  }

  /** Runs one action at a time. The same call for the same secret joins the one that is under way. */
  #once(method, clientSecret, run) {
    if (this.#action && this.#action.method === method && this.#action.secret === clientSecret) return this.#action.outcome;
    if (this.#action) {
      throw new IntegrationError(`${method}: another authentication is in progress. Wait until it has ended.`);
    }
    const outcome = run().finally(() => {
      this.#action = null;
    });
    this.#action = { method, secret: clientSecret, outcome };
    return outcome;
  }

  async #handleAction(method, target, manualOnly) {
    const found = await this.#read(target);
    if (found.error) return { error: found.error };
    const intent = found.value;
    if (intent.status !== 'requires_action') {
      throw new IntegrationError(`${method}: The ${target.kind.name} supplied is not in the requires_action state.`);
    }
    if (manualOnly && intent.confirmation_method !== 'manual') {
      throw new IntegrationError(
        `${method}: The PaymentIntent supplied does not require manual server-side confirmation. ` +
          'Please use confirmCardPayment to complete the payment.',
      );
    }
    return this.#act(target, intent);
  }

  /** Does what an intent in `requires_action` asks for. */
  #act(target, intent) {
    const step = nextStep(intent);
    if (!step) {
      // The real script navigates the whole window here. A till must never leave its page.
      return { error: { type: 'invalid_request_error', code: 'redirect_error', message: MESSAGES.redirect_error } };
    }
    return this.#authenticate(target, step);
  }

  async #authenticate(target, step) {
    const { kind, id, clientSecret } = target;
    const read = () => this.#read(target);
    let { bankPage } = step;
    if (step.kind === 'fingerprint') {
      const finished = step.method ? await letBankLook(step.method) : false;
      const started = await this.#api('authenticate', { source: step.source, browser: browserOf(step.method, finished) });
      if (started.error) return this.#settle(kind, read, { error: started.error });
      bankPage = started.value.ares?.transStatus === 'C' ? started.value.ares.acsURL : null;
    }
    if (!bankPage) return this.#settle(kind, read);

    let end;
    const ended = new Promise((resolve) => {
      end = resolve;
    });
    const challenge = new Challenge(bankPage, end);
    const stopPolling = this.#pollUntilDecided(read, end);
    try {
      const how = await ended;
      stopPolling();
      let closing = {};
      if (how === 'cancelled') {
        closing = await this.#insist('cancel_source', { path: kind.path, intent: id, clientSecret, source: step.source });
      } else if (how === 'decided' && step.kind === 'fingerprint') {
        closing = await this.#insist('complete_challenge', { source: step.source });
      }
      return await this.#settle(kind, read, closing);
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
  async #settle(kind, read, closing = {}) {
    const reads = closing.error ? 1 : SETTLE_READS;
    let found;
    for (let i = 0; i < reads; i += 1) {
      if (i > 0) await sleep(SETTLE_MS);
      found = await read();
      if (found.value && found.value.status !== 'requires_action') return resultOf(kind, found.value);
    }
    if (closing.error) return { error: closing.error };
    return found.error ? { error: found.error } : resultOf(kind, found.value);
  }
}

/**
 * What Stripe.js has besides: other payment methods, the Payment Element, checkout pages. A page that calls one is told so,
 * rather than that something is not a function.
 */
const NOT_PLAYED = {
  rejects: [
    'confirmPayment', 'confirmSetup', 'createConfirmationToken', 'confirmAcssDebitPayment', 'confirmAcssDebitSetup',
    'confirmAffirmPayment', 'confirmAfterpayClearpayPayment', 'confirmAlipayPayment', 'confirmAmazonPaySetup',
    'confirmAuBecsDebitPayment', 'confirmAuBecsDebitSetup', 'confirmBacsDebitSetup', 'confirmBancontactPayment',
    'confirmBancontactSetup', 'confirmBilliePayment', 'confirmBlikPayment', 'confirmBlikSetup', 'confirmBoletoPayment',
    'confirmCashappPayment', 'confirmCashappSetup', 'confirmCustomerBalancePayment', 'confirmEpsPayment',
    'confirmFpxPayment', 'confirmGiropayPayment', 'confirmGrabPayPayment', 'confirmIdealPayment', 'confirmIdealSetup',
    'confirmKlarnaPayment', 'confirmKonbiniPayment', 'confirmMobilepayPayment', 'confirmMultibancoPayment',
    'confirmOxxoPayment', 'confirmP24Payment', 'confirmPayByBankPayment', 'confirmPayNowPayment', 'confirmPayPalPayment',
    'confirmPayPalSetup',
    'confirmPixPayment', 'confirmPromptPayPayment', 'confirmSepaDebitPayment', 'confirmSepaDebitSetup',
    'confirmSofortPayment', 'confirmSofortSetup', 'confirmTwintPayment', 'confirmUsBankAccountPayment',
    'confirmUsBankAccountSetup', 'confirmWechatPayPayment', 'verifyMicrodepositsForPayment', 'verifyMicrodepositsForSetup',
    'createRadarSession', 'collectBankAccountForPayment', 'collectBankAccountForSetup', 'processOrder', 'retrieveOrder',
    'verifyIdentity', 'collectFinancialConnectionsAccounts', 'collectBankAccountToken', 'createEphemeralKeyNonce',
    'createEmbeddedCheckoutPage', 'initializePricing',
  ],
  throws: ['paymentRequest', 'initCheckoutElementsSdk', 'initCheckoutFormSdk'],
};

const notPlayed = (name) =>
  new IntegrationError(`stripe.${name} is not in the simulator, which plays cards by the card Elements only.`);

for (const name of NOT_PLAYED.rejects) {
  StripeInstance.prototype[name] = async () => {
    throw notPlayed(name);
  };
}
for (const name of NOT_PLAYED.throws) {
  StripeInstance.prototype[name] = () => {
    throw notPlayed(name);
  };
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

/** The release train, as in the script's address; under the older address its number. */
Stripe.version = train ?? 3;

window.Stripe = Stripe;
