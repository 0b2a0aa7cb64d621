// --- What is made of the card, here, so that the digits stay here -------------------------------------------------

const API_TIMEOUT_MS = 30_000;

function formFields(value, prefix = '', out = new URLSearchParams()) {
  for (const [key, item] of Object.entries(value)) {
    const name = prefix ? `${prefix}[${key}]` : key;
    if (item === null || item === undefined) continue;
    if (typeof item === 'object') formFields(item, name, out);
    else out.append(name, String(item));
  }
  return out;
}

/** What to say of a field in which nothing is. */
const WHEN_EMPTY = { number: 'incomplete_number', exp: 'incomplete_expiry', cvc: 'incomplete_cvc', postal: 'incomplete_zip' };

/** Why the field is not complete, as a code; null when it is. Also says so in the field. */
function refuseUnfinished(field) {
  const { state, code } = check(field);
  if (state === 'complete') return null;
  field.hasLeft ||= field.input.value !== '';
  refresh();
  return code ?? WHEN_EMPTY[field.name];
}

/**
 * What is keyed, as the API takes it, or why it cannot be taken: `{card, postal}` or `{error}`. `present`: the fields of a split
 * card that are on the page.
 */
async function keyedCard(present) {
  const keyed = {};
  for (const field of only ? [numberField, expField, cvcField] : visibleFields()) {
    const isHere = !field.box.hidden;
    // A split card may go without a code, as some shops do; not without an expiry.
    if (!isHere && field === cvcField && !present.includes('cvc')) continue;
    const { text, code } = isHere ? { text: field.input.value, code: refuseUnfinished(field) } : await askLinked(field.name);
    if (code) return { error: errorOf(code) };
    keyed[field.name] = text;
  }
  const expiry = digitsOf(keyed.exp);
  return {
    card: {
      number: digitsOf(keyed.number),
      exp_month: Number(expiry.slice(0, 2)),
      exp_year: 2000 + Number(expiry.slice(2)),
      cvc: keyed.cvc,
    },
    postal: (keyed.postal ?? '').trim(),
  };
}

/** Calls the API. Resolves to `{value}` or `{error}`. */
async function post(path, fields) {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      // The script of a train sends its version with each of its calls.
      body: formFields({ ...fields, _stripe_version: facts.get('version') }).toString(),
      cache: 'no-store',
      signal: AbortSignal.timeout(API_TIMEOUT_MS),
    });
    const made = await answer.json().catch(() => null);
    if (!answer.ok || !made) {
      return { error: made?.error ?? { type: 'api_error', message: 'An unexpected error occurred.' } };
    }
    // Client views never carry it; Stripe sends it to secret keys only.
    delete made.card?.fingerprint;
    return { value: made };
  } catch {
    return {
      error: {
        type: 'api_connection_error',
        message: 'We are experiencing issues connecting to our payments provider. You have not been charged. ' +
          'Please check your internet connection and try again.',
      },
    };
  }
}

async function createPaymentMethod({ key, fields: rest, present }) {
  const { error, card, postal } = await keyedCard(present);
  if (error) return { error };
  const billing = { ...rest.billing_details };
  if (postal) billing.address = { ...billing.address, postal_code: postal };
  return post('/v1/payment_methods', { ...rest, type: 'card', card, billing_details: billing, key });
}

async function createToken({ key, fields: rest, present }) {
  const { error, card, postal } = await keyedCard(present);
  if (error) return { error };
  return post('/v1/tokens', { card: { ...rest, ...(postal && { address_zip: postal }), ...card }, key });
}

// --- The other fields of a split card, in frames of their own ----------------------------------------------------

/** How long another frame may take to answer before its field counts as empty, in milliseconds. */
const LINK_TIMEOUT_MS = 2_000;

/** The channels to the other frames, by the field that each holds. The page handed them over and hears nothing of them. */
const linked = new Map();
/** Questions that wait for an answer. */
const questions = new Map();
let asked = 0;

/** What is in a field of another frame: `{text, code}` as `refuseUnfinished` says it there. */
function askLinked(name) {
  const channel = linked.get(name);
  if (!channel) return { text: '', code: WHEN_EMPTY[name] };
  asked += 1;
  const id = asked;
  return new Promise((resolve) => {
    setTimeout(resolve, LINK_TIMEOUT_MS, { text: '', code: WHEN_EMPTY[name] });
    questions.set(id, resolve);
    channel.postMessage({ ask: id });
  });
}

/** The frame of the code must know how many digits it has. */
function tellBrand(name) {
  linked.get('cvc')?.postMessage({ brand: name });
}

function onLinked(channel, { ask, answer, brand, text, code }) {
  if (ask !== undefined) {
    const [field] = visibleFields();
    channel.postMessage({ answer: ask, text: field.input.value, code: refuseUnfinished(field) });
  } else if (answer !== undefined) {
    questions.get(answer)?.({ text, code });
    questions.delete(answer);
  } else if (brand !== undefined) {
    brandElsewhere = BRANDS.find((known) => known.name === brand) ?? UNKNOWN;
    shortenCode();
    refresh();
  }
}

function link({ field }, [channel]) {
  linked.get(field)?.close();
  linked.set(field, channel);
  channel.onmessage = ({ data }) => onLinked(channel, data);
  if (only === 'number') tellBrand(currentBrand().name);
}

/** Training only: fills the fields with a published test card, as if typed. */
function fillTestCard({ number = '', exp = '', cvc = '', postal = '' }) {
  setText(numberField, String(number));
  setText(expField, String(exp));
  setText(cvcField, String(cvc));
  if (!postalField.box.hidden) setText(postalField, String(postal));
  refresh();
  return { value: null };
}

function clear() {
  for (const field of fields) {
    field.input.value = '';
    field.hasLeft = false;
  }
  refresh();
  if (focused) focusField(visibleFields()[0], true);
}

/** Whether the field gets it is the engine's word; nothing is said to the page before it has. */
function takeFocus() {
  focusField(firstOpenField(), true);
}

const operations = {
  configure(changes) {
    configure(changes);
    if (isReady) return;
    isReady = true;
    tell('ready');
  },
  focus: takeFocus,
  blur() {
    focused?.input.blur();
  },
  clear,
  create_payment_method: createPaymentMethod,
  create_token: createToken,
  link,
  fill_test_card: fillTestCard,
};

function serve(channel) {
  port = channel;
  port.onmessage = async ({ data, ports }) => {
    if (!Object.hasOwn(operations, data.op)) return;
    const answer = await operations[data.op](data.params, ports);
    if (data.id !== undefined) port.postMessage({ id: data.id, ...answer });
  };
}

const pageOrigin = facts.get('page');
window.addEventListener('message', (event) => {
  if (event.source !== window.parent || event.origin !== pageOrigin) return;
  if (event.data?.stripeSim === 'focus') takeFocus();
});
window.addEventListener('message', function onChannel(event) {
  if (event.source !== window.parent || event.origin !== pageOrigin) return;
  if (event.data?.stripeSim !== 'channel' || event.ports.length !== 1) return;
  window.removeEventListener('message', onChannel);
  serve(event.ports[0]);
});
// The page's origin may be one that cannot be a target; a hello says nothing.
window.parent.postMessage({ stripeSim: 'hello' }, '*');
