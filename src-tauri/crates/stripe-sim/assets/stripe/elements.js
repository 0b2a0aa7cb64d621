// --- The card Element ---------------------------------------------------------------------------------------

const EVENTS = ['change', 'ready', 'focus', 'blur', 'escape', 'networkschange', 'loaderror'];

/** The Elements that there are: the options that each knows, and the title of its frame. */
const ELEMENTS = {
  card: {
    title: 'Secure card payment input frame',
    options: [
      'classes', 'style', 'value', 'hidePostalCode', 'iconStyle', 'hideIcon', 'disabled', 'disableLink', 'preferredNetwork',
    ],
  },
  cardNumber: {
    title: 'Secure card number input frame',
    options: ['classes', 'style', 'placeholder', 'disabled', 'showIcon', 'iconStyle', 'disableLink', 'preferredNetwork'],
  },
  cardExpiry: {
    title: 'Secure expiration date input frame',
    options: ['classes', 'style', 'placeholder', 'disabled'],
  },
  cardCvc: {
    title: 'Secure CVC input frame',
    options: ['classes', 'style', 'placeholder', 'disabled'],
  },
};

/** The Elements of Stripe.js that the simulator does not have. */
const OTHER_ELEMENTS = [
  'address', 'auBankAccount', 'contactDetails', 'expressCheckout', 'iban', 'issuingAddToWalletButton', 'issuingCardCopyButton',
  'issuingCardCvcDisplay', 'issuingCardExpiryDisplay', 'issuingCardNumberDisplay', 'issuingCardPinDisplay',
  'linkAuthentication', 'linkSignup', 'payment', 'paymentMethodMessaging', 'shippingAddress', 'taxId',
];

const DEFAULT_CLASSES = {
  base: 'StripeElement',
  complete: 'StripeElement--complete',
  empty: 'StripeElement--empty',
  focus: 'StripeElement--focus',
  invalid: 'StripeElement--invalid',
  webkitAutofill: 'StripeElement--webkit-autofill',
};

/** The input that has the focus of the page before the frame takes it. It is behind the frame, as high as a hair and see-through. */
function hiddenInput(onFocus) {
  const input = document.createElement('input');
  input.setAttribute('aria-hidden', 'true');
  input.setAttribute('aria-label', ' ');
  input.setAttribute('autocomplete', 'false');
  input.maxLength = 1;
  Object.assign(input.style, {
    display: 'block', position: 'absolute', top: '-1px', left: '0', width: '100%', height: '1px', margin: '0', padding: '0',
    border: '0', opacity: '0', background: 'transparent', pointerEvents: 'none', fontSize: '16px',
  });
  input.addEventListener('focus', onFocus);
  return input;
}

const FOCUSABLE =
  'a[href], area[href], input:not([disabled]), select:not([disabled]), textarea:not([disabled]), button:not([disabled]), [tabindex]';

/** Tab has left the frame at one of its ends: the focus goes to what stands next to the Element on the page. */
function focusBeyond(node, direction) {
  const isStop = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return element.tabIndex >= 0 && width > 0 && height > 0 && !node.contains(element);
  };
  const stops = [...document.querySelectorAll(FOCUSABLE)].filter(isStop);
  const isBehind = (element) => Boolean(node.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = direction === 'next' ? stops.find(isBehind) : stops.findLast((element) => !isBehind(element));
  next?.focus();
}

/** One Element on the page: a frame of the simulator, and the events that the page hears from it. */
class CardField {
  #options;
  #listeners = new Map();
  #node = null;
  #frame = null;
  #hidden = null;
  #labels = [];
  #destroyed = false;
  #states = { empty: true, complete: false, focus: false, invalid: false, webkitAutofill: false };
  #type;
  #group;

  constructor(type, options, group) {
    warnUnknownKeys('create()', options, ELEMENTS[type].options);
    this.#type = type;
    this.#options = { ...options };
    this.#group = group;
  }

  /** The Elements among which this one was created. */
  get _group() {
    return this.#group;
  }

  /** Its frame, while it is on the page. */
  get _frame() {
    return this.#frame;
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
      ELEMENTS[this.#type].title,
      (event, data) => this.#onFrameEvent(event, data),
      () => this.#emit('loaderror', { elementType: this.#type, error: connectionError() }),
      { element: this.#type },
    );
    Object.assign(frame.iframe.style, {
      display: 'block', width: '100%', height: '1.2em', overflow: 'hidden', background: 'transparent',
      // A frame is see-through only while its colour scheme equals that of the document in it.
      colorScheme: 'light',
    });
    this.#node = node;
    this.#frame = frame;
    this.#hidden = hiddenInput(() => frame.askForFocus());
    frame.send({ op: 'configure', params: this.#frameOptions() });
    const holder = document.createElement('div');
    Object.assign(holder.style, { position: 'relative', margin: '0', padding: '0', border: '0' });
    holder.append(frame.iframe, this.#hidden);
    node.replaceChildren(holder);
    this.#group._link(this.#type, frame);
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
    this.#node.replaceChildren();
    this.#frame = null;
    this.#hidden = null;
    this.#node = null;
  }

  destroy() {
    this.#refuseDestroyed();
    this.unmount();
    this.#destroyed = true;
    this.#listeners.clear();
    this.#group._forget(this.#type);
  }

  update(options) {
    this.#refuseDestroyed();
    const changes = optionsObject('update()', options);
    warnUnknownKeys('update()', changes, ELEMENTS[this.#type].options);
    if (changes.classes && this.#node) {
      for (const name of Object.keys(DEFAULT_CLASSES)) this.#node.classList.remove(...this.#classNames(name));
    }
    this.#options = { ...this.#options, ...changes };
    this.#showStates();
    this.#frame?.send({ op: 'configure', params: this.#frameOptions(changes) });
  }

  /**
   * As Stripe.js does it: the hidden input of this page gets the focus, and the frame is asked to take it from there. An engine
   * may refuse the frame: WebKit does until a key or a click has landed in it, unless this runs in the handler of one. What is
   * typed then goes into the hidden input and is lost.
   */
  focus() {
    this.#refuseDestroyed();
    if (document.activeElement === this.#hidden) this.#frame?.askForFocus();
    else this.#hidden?.focus({ preventScroll: true });
  }

  blur() {
    this.#refuseDestroyed();
    this.#frame?.send({ op: 'blur' });
    this.#hidden?.blur();
  }

  clear() {
    this.#refuseDestroyed();
    this.#frame?.send({ op: 'clear' });
  }

  /**
   * Training only, and of the card Element only; Stripe.js has no such method. Fills the fields with a published test card, as if typed.
   * `card` is `{number, exp: 'MM/YY', cvc, postal}`. Resolves when the fields are filled.
   */
  async fillTestCard(card) {
    const frame = this._mountedFrame();
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
    if (!EVENTS.includes(event)) {
      throw new IntegrationError(`Invalid event name for on(): ${event}. Events are ${EVENTS.join(', ')}.`);
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
        this.#emit('change', this.#change(data));
        break;
      case 'focus':
      case 'blur':
        this.#states.focus = event === 'focus';
        this.#showStates();
        this.#emit(event, { elementType: this.#type });
        break;
      case 'ready':
      case 'escape':
        this.#emit(event, { elementType: this.#type });
        break;
      case 'autofill':
        this.#states.webkitAutofill = data.filled;
        this.#showStates();
        break;
      case 'shortcut':
        // Not in Stripe's: a key of the training page's own, pressed while the cursor is in this frame.
        this.#node.dispatchEvent(new KeyboardEvent('keydown', { key: data.key, altKey: data.altKey, bubbles: true, cancelable: true }));
        break;
      case 'leave':
        focusBeyond(this.#node, data.direction);
        break;
      case 'submit':
        this.#node.closest('form')?.requestSubmit();
        break;
    }
  }

  /** What the page is told of a change: the brand only where the number is, the postal code only where it is. */
  #change({ empty, complete, error, value, brand }) {
    const change = { elementType: this.#type, empty, complete, error: error ?? undefined };
    if (this.#type === 'card') change.value = value;
    if (this.#type === 'card' || this.#type === 'cardNumber') change.brand = brand;
    return change;
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

/** Which fields of a split card an Element holds, by the names of the fields frame. */
const SPLIT = { cardNumber: 'number', cardExpiry: 'exp', cardCvc: 'cvc' };

class Elements {
  #made = new Map();

  create(type, options) {
    if (!Object.hasOwn(ELEMENTS, type)) {
      throw new IntegrationError(
        OTHER_ELEMENTS.includes(type)
          ? `The simulator has no Element of type ${type}. It has: ${Object.keys(ELEMENTS).join(', ')}.`
          : `A valid Element name must be provided. Valid Elements are: ${Object.keys(ELEMENTS).join(', ')}; you passed: ${type}.`,
      );
    }
    if (this.#made.has(type)) {
      throw new IntegrationError(`Can only create one Element of type ${type}.`);
    }
    const other = [...this.#made.keys()].find((made) => (made === 'card') !== (type === 'card'));
    if (other) {
      throw new IntegrationError(`Cannot create an Element of type ${type} after an Element of type ${other} has already been created.`);
    }
    const element = new CardField(type, optionsObject('create()', options), this);
    this.#made.set(type, element);
    return element;
  }

  getElement(type) {
    return this.#made.get(type) ?? null;
  }

  async update(options) {
    optionsObject('elements.update()', options);
  }

  async fetchUpdates() {
    return {};
  }

  _forget(type) {
    this.#made.delete(type);
  }

  /**
   * The fields of a split card lie in frames of their own, and the frame of the number needs what is in the others. The page
   * hands each pair the two ends of a channel, and can hear nothing of what goes through it.
   */
  _link(type, frame) {
    if (!SPLIT[type]) return;
    for (const [otherType, element] of this.#made) {
      const other = element._frame;
      if (otherType === type || !other || !SPLIT[otherType]) continue;
      if (type !== 'cardNumber' && otherType !== 'cardNumber') continue;
      const { port1, port2 } = new MessageChannel();
      frame.send({ op: 'link', params: { field: SPLIT[otherType] } }, [port1]);
      other.send({ op: 'link', params: { field: SPLIT[type] } }, [port2]);
    }
  }

  /** The frame that knows the card's number, and which other fields of it are on the page. */
  _card() {
    const element = this.#made.get('card') ?? this.#made.get('cardNumber');
    if (!element) {
      throw new IntegrationError('Create the Element that holds the card number (card or cardNumber) first.');
    }
    const present = Object.keys(SPLIT).filter((type) => this.#made.get(type)?._frame?.iframe.isConnected);
    return { frame: element._mountedFrame(), present: present.map((type) => SPLIT[type]) };
  }
}

