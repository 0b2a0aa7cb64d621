// --- The bank's challenge -----------------------------------------------------------------------------------

/**
 * The dialog over the whole page with the bank's page in it. While it is open nothing else on the page can be
 * focused; closing it gives the focus back. It is on the page from the start and seen once its frame has answered: when
 * that frame cannot be loaded, nothing is ever seen and the action does not settle, as with Stripe's own script while
 * js.stripe.com is out.
 */
class Challenge {
  #overlay = document.createElement('div');
  #frame;
  #madeInert = [];
  #focusBefore = document.activeElement;

  /** `onEnd` is called with 'decided' or 'cancelled'. */
  constructor(bankPage, onEnd) {
    this.#frame = new Frame(
      '/v3/three-ds-2-challenge.html',
      'Secure 3D Secure challenge',
      (event) => (event === 'open' ? this.#show() : onEnd(event)),
    );
    const { iframe } = this.#frame;
    this.#overlay.setAttribute('role', 'dialog');
    this.#overlay.setAttribute('aria-modal', 'true');
    this.#overlay.setAttribute('aria-label', 'Authentication by the bank');
    Object.assign(this.#overlay.style, {
      position: 'fixed', inset: '0', zIndex: '2147483647', display: 'grid', placeItems: 'center', background: 'rgba(12, 16, 26, 0.55)',
      visibility: 'hidden',
    });
    Object.assign(iframe.style, {
      width: 'min(500px, calc(100% - 24px))', height: 'min(600px, calc(100% - 24px))',
      borderRadius: '14px', background: 'Canvas', boxShadow: '0 18px 60px rgba(0, 0, 0, 0.35)',
    });
    this.#overlay.append(iframe);
    document.body.append(this.#overlay);
    this.#frame.send({ op: 'show', params: { bankPage } });
  }

  #show() {
    for (const element of document.body.children) {
      if (element.inert || element === this.#overlay) continue;
      element.inert = true;
      this.#madeInert.push(element);
    }
    this.#overlay.style.visibility = 'visible';
    this.#frame.iframe.focus();
  }

  close() {
    this.#frame.close();
    this.#overlay.remove();
    for (const element of this.#madeInert) element.inert = false;
    if (this.#focusBefore instanceof HTMLElement && this.#focusBefore.isConnected) this.#focusBefore.focus();
  }
}

/** How long the bank may look at the browser before the payment goes on without, as EMV 3-D Secure has it. */
const METHOD_TIMEOUT_MS = 10_000;

/**
 * Lets the bank look at the browser, in a hidden frame, as the bank of a card may ask for before a challenge (its "3DS
 * method"). Resolves to whether it finished in time.
 */
function letBankLook(method) {
  return new Promise((resolve) => {
    const frame = new Frame('/v3/three-ds-2-fingerprint.html', 'Secure 3D Secure fingerprint', () => end(true));
    const timer = setTimeout(() => end(false), METHOD_TIMEOUT_MS);
    const end = (finished) => {
      clearTimeout(timer);
      frame.close();
      resolve(finished);
    };
    hide(frame.iframe);
    document.body.append(frame.iframe);
    frame.send({ op: 'run', params: method });
  });
}

/** What is said of the browser when the challenge is begun: the names are those of EMV 3-D Secure, the order Stripe's. */
function browserOf(method, finished) {
  const fingerprint = method && finished ? btoa(JSON.stringify({ threeDSServerTransID: method.transaction })) : null;
  return JSON.stringify({
    fingerprintAttempted: method !== null,
    fingerprintData: fingerprint,
    challengeWindowSize: null,
    threeDSCompInd: method && !finished ? 'N' : 'Y',
    browserJavaEnabled: false,
    browserJavascriptEnabled: true,
    browserLanguage: navigator.language,
    browserColorDepth: String(screen.colorDepth),
    browserScreenHeight: String(screen.height),
    browserScreenWidth: String(screen.width),
    browserTZ: String(new Date().getTimezoneOffset()),
    browserUserAgent: navigator.userAgent,
  });
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** How the bank looks at the browser; `null` where it does not. */
function methodOf(sdk) {
  if (!sdk.three_ds_method_url) return null;
  return {
    methodUrl: sdk.three_ds_method_url, merchant: sdk.merchant, source: sdk.three_d_secure_2_source,
    transaction: sdk.server_transaction_id,
  };
}

/** What a PaymentIntent asks for: its source, and how the bank's page is reached. `null` for any other action. */
function nextStep(intent) {
  const sdk = intent.next_action?.use_stripe_sdk;
  switch (sdk?.type) {
    case 'stripe_3ds2_fingerprint':
      return { kind: 'fingerprint', source: sdk.three_d_secure_2_source, method: methodOf(sdk) };
    case 'three_d_secure_redirect':
      return { kind: 'redirect', source: sdk.source, bankPage: sdk.stripe_js };
    // The check that a human is there, which Radar may ask for. Its page ends it by itself, as with a redirect.
    case 'intent_confirmation_challenge':
      return { kind: 'redirect', source: sdk.stripe_js.source, bankPage: sdk.stripe_js.challenge_url };
    default:
      return null;
  }
}

/** The two kinds of intents: their path, how a result names them, and where their last error is. */
const INTENTS = {
  pi: { path: 'payment_intents', name: 'PaymentIntent', result: 'paymentIntent', field: 'payment_intent', error: 'last_payment_error' },
  seti: { path: 'setup_intents', name: 'SetupIntent', result: 'setupIntent', field: 'setup_intent', error: 'last_setup_error' },
};

/** The result of an action, from the state that the intent is in afterwards. */
function resultOf(kind, intent) {
  if (['requires_confirmation', 'requires_capture', 'processing', 'succeeded'].includes(intent.status)) {
    return { [kind.result]: intent };
  }
  const cause = intent.status === 'canceled' ? null : intent[kind.error];
  if (!cause) {
    const code = `${kind.field}_unexpected_state`;
    return { error: { type: 'invalid_request_error', code, message: MESSAGES[code], [kind.field]: intent } };
  }
  const message = cause.code === `${kind.field}_authentication_failure` ? MESSAGES[cause.code] : cause.message;
  return { error: { ...cause, message, [kind.field]: intent } };
}
