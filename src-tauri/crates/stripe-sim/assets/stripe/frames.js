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

  constructor(path, title, onEvent, onFailure = () => {}, facts = {}) {
    this.onEvent = onEvent;
    this.onFailure = onFailure;
    framesMade += 1;
    const iframe = document.createElement('iframe');
    iframe.name = `__privateStripeFrame${framesMade}`;
    iframe.title = title;
    // The frame checks that the channel comes from this origin. `facts` is what it must know from the start.
    const version = train && { version: VERSIONS[train] };
    iframe.src = `${base}${path}#${new URLSearchParams({ page: self.origin, ...version, ...facts })}`;
    iframe.style.border = '0';
    this.iframe = iframe;
    this.#channel.port1.onmessage = (event) => this.#receive(event.data);
    window.addEventListener('message', this.#onWindowMessage);
    this.#timer = setTimeout(() => this.#fail(), FRAME_TIMEOUT_MS);
  }

  /** Sends a message, now or as soon as the frame is there. Ports in `transfer` go with it. */
  send(message, transfer = []) {
    if (this.#connected) this.#channel.port1.postMessage(message, transfer);
    else this.#waiting.push([message, transfer]);
  }

  /**
   * Asks the frame to take the focus. By a message between the windows, as Stripe.js does: an engine lets a click or a key that is
   * being handled count in the frame too when it is asked so, and not when it is asked through a channel.
   */
  askForFocus() {
    if (this.#connected) this.iframe.contentWindow?.postMessage({ stripeSim: 'focus' }, frameTarget);
    else this.send({ op: 'focus' });
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
    for (const [message, transfer] of this.#waiting.splice(0)) this.#channel.port1.postMessage(message, transfer);
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

/** For a frame that works and is not for looking at. */
function hide(iframe) {
  iframe.setAttribute('aria-hidden', 'true');
  iframe.tabIndex = -1;
  // Not `display: none`: an engine may leave such a frame unloaded.
  Object.assign(iframe.style, { position: 'absolute', width: '1px', height: '1px', opacity: '0', pointerEvents: 'none' });
}

function whenBodyExists(run) {
  if (document.body) run();
  else document.addEventListener('DOMContentLoaded', run, { once: true });
}

/** The invisible frame that calls the API. */
function openController() {
  const frame = new Frame('/v3/controller.html', 'Secure connection to the simulator');
  const { iframe } = frame;
  iframe.name = `__privateStripeController${framesMade}`;
  hide(iframe);
  whenBodyExists(() => document.body.append(iframe));
  return frame;
}

