// --- The fields --------------------------------------------------------------------------------------------------

const card = document.getElementById('card');
const row = document.getElementById('row');
const icon = document.getElementById('icon');
const ruler = document.getElementById('ruler');

const facts = new URLSearchParams(location.hash.slice(1));
/** The one field that this frame holds when the card is split over several Elements; null when it holds all of them. */
const only = { cardNumber: 'number', cardExpiry: 'exp', cardCvc: 'cvc' }[facts.get('element')] ?? null;

/** The fields in their order. `hasLeft`: left with something in it, so that "incomplete" may now be said. */
const fields = ['number', 'exp', 'cvc', 'postal'].map((name) => {
  const box = document.getElementById(name);
  return { name, box, input: box.querySelector('input'), hasLeft: false };
});
const [numberField, expField, cvcField, postalField] = fields;
if (only) {
  document.documentElement.classList.add('single');
  numberField.input.placeholder = '1234 1234 1234 1234';
  for (const { name, box } of fields) box.hidden = name !== only;
}

let options = { style: {}, hidePostalCode: false, hideIcon: false, showIcon: false, iconStyle: 'default', disabled: false };
let port = null;
/** The field with the focus, and whether the page believes that the Element has it. */
let focused = null;
let hasFocus = false;
let lastChange = '';
let isReady = false;

/** What the frame of the number says of its brand, in the frame of a split card's code. */
let brandElsewhere = UNKNOWN;

const currentBrand = () => (only && only !== 'number' ? brandElsewhere : brandOf(cardDigits()));
const cardDigits = () => digitsOf(numberField.input.value);
const visibleFields = () => fields.filter((field) => !field.box.hidden);
const tell = (event, data) => port?.postMessage({ event, data });

function check(field) {
  const text = field.input.value;
  switch (field) {
    case numberField: return checkNumber(text, field.hasLeft);
    case expField: return checkExpiry(text);
    case cvcField: return checkCvc(text, currentBrand());
    default: return checkPostal(text, cardDigits());
  }
}

const errorOf = (code) => ({ type: 'validation_error', code, message: MESSAGES[code] });

/** What is wrong in a field and may be said now: an invalid value at once, an unfinished one after it was left. */
function visibleError(field) {
  const { state, code } = check(field);
  const isSaid = state === 'invalid' || (state === 'incomplete' && field.hasLeft);
  return isSaid ? errorOf(code) : null;
}

/** Shows the fields' states, and tells the page when something it may know has changed. */
function refresh() {
  const shown = visibleFields();
  const error = shown.map(visibleError).find(Boolean) ?? null;
  const empty = shown.every((field) => check(field).state === 'empty');
  const complete = shown.every((field) => check(field).state === 'complete');
  for (const field of shown) {
    const { state } = check(field);
    const isInvalid = visibleError(field) !== null;
    field.input.classList.toggle('is-empty', state === 'empty');
    field.input.classList.toggle('is-complete', state === 'complete');
    field.input.classList.toggle('is-invalid', isInvalid);
    field.input.setAttribute('aria-invalid', String(isInvalid));
  }
  icon.classList.toggle('is-empty', empty);
  icon.classList.toggle('is-complete', complete);
  icon.classList.toggle('is-invalid', error !== null);
  const brand = brandOf(cardDigits()).name;
  icon.innerHTML = markOf(brand, options.iconStyle === 'solid', visibleError(numberField) !== null);
  layOut();

  // A card number typed into the wrong field must not reach the page either.
  const typedPostal = postalField.input.value.trim();
  const postalCode = looksLikeCardNumber(typedPostal) ? '' : typedPostal;
  const change = { empty, complete, error, value: { postalCode }, brand };
  const asText = JSON.stringify(change);
  if (asText === lastChange) return;
  if (only === 'number') tellBrand(brand);
  const isFirst = lastChange === '';
  lastChange = asText;
  if (!isFirst) tell('change', change);
}

/** A code has as many digits as the brand prints. */
function shortenCode() {
  cvcField.input.value = cvcField.input.value.slice(0, currentBrand().cvc ?? 4);
}

function setText(field, text, isDeleting = false) {
  const { input } = field;
  if (field === numberField) {
    const digitsBefore = digitsOf(text.slice(0, input.selectionStart ?? text.length)).length;
    const formatted = formatNumber(text);
    input.value = formatted;
    if (document.activeElement === input) {
      let at = 0;
      for (let seen = 0; at < formatted.length && seen < digitsBefore; at += 1) {
        if (/\d/.test(formatted[at])) seen += 1;
      }
      input.setSelectionRange(at, at);
    }
    shortenCode();
  } else if (field === expField) {
    input.value = formatExpiry(text, isDeleting);
  } else if (field === cvcField) {
    input.value = digitsOf(text).slice(0, currentBrand().cvc ?? 4);
  } else {
    // No postal code is longer; a card number is, and is told apart above.
    input.value = text.slice(0, 24);
  }
  field.hasLeft = false;
}

/** Whether the field is full, so that typing goes on in the next one. */
function isFinished(field) {
  if (check(field).state !== 'complete') return false;
  if (field === numberField) return cardDigits().length >= brandOf(cardDigits()).advanceAt;
  if (field === cvcField) return cvcField.input.value.length === (currentBrand().cvc ?? 4);
  return field === expField;
}

function focusField(field, atEnd) {
  field.input.focus({ preventScroll: true });
  const { length } = field.input.value;
  if (atEnd) field.input.setSelectionRange(length, length);
  else field.input.select();
}

function neighbour(field, step) {
  const shown = visibleFields();
  return shown[shown.indexOf(field) + step];
}

function onInput(field, event) {
  const isDeleting = /^delete/.test(event.inputType ?? '');
  setText(field, field.input.value, isDeleting);
  refresh();
  const { input } = field;
  const isAtEnd = input.selectionStart === input.value.length;
  const next = neighbour(field, 1);
  if (!isDeleting && isAtEnd && next && isFinished(field)) focusField(next, false);
}

function onKeyDown(field, event) {
  if (event.isComposing) return;
  if (event.key === 'Enter') {
    event.preventDefault();
    tell('submit');
  } else if (event.key === 'Escape') {
    tell('escape');
  } else if (event.key === 'F2' || (event.altKey && /^[1-9]$/.test(event.key))) {
    // Training only: the keys that open and use the palette of test cards. Nothing that is typed into a field is told.
    event.preventDefault();
    tell('shortcut', { key: event.key, altKey: event.altKey });
  } else if (event.key === 'Tab' && !neighbour(field, event.shiftKey ? -1 : 1)) {
    // The page's hidden input would be the next stop: the page is asked to go on beyond the Element.
    event.preventDefault();
    tell('leave', { direction: event.shiftKey ? 'previous' : 'next' });
  } else if (event.key === 'Backspace' && field.input.value === '') {
    const previous = neighbour(field, -1);
    if (!previous) return;
    event.preventDefault();
    focusField(previous, true);
  }
}

function onFocusIn(field) {
  focused = field;
  layOut();
  if (hasFocus) return;
  hasFocus = true;
  tell('focus');
}

function onFocusOut(field) {
  if (field.input.value !== '') field.hasLeft = true;
  if (focused === field) focused = null;
  // The next field takes the focus in the same turn; only when none did, the Element as a whole has lost it.
  setTimeout(() => {
    refresh();
    if (focused !== null || !hasFocus) return;
    hasFocus = false;
    tell('blur');
  }, 0);
}

const firstOpenField = () => visibleFields().find((field) => check(field).state !== 'complete') ?? visibleFields()[0];

function tellAutofill() {
  tell('autofill', { filled: fields.some(({ input }) => input.matches(':autofill')) });
}

for (const field of fields) {
  field.input.addEventListener('input', (event) => onInput(field, event));
  field.input.addEventListener('change', tellAutofill);
  field.input.addEventListener('keydown', (event) => onKeyDown(field, event));
  field.input.addEventListener('focus', () => onFocusIn(field));
  field.input.addEventListener('blur', () => onFocusOut(field));
}
card.addEventListener('submit', (event) => event.preventDefault());
row.addEventListener('scroll', keepInSight);
// A click beside the fields means the field that is to be keyed next; one on the mark means the number.
document.addEventListener('mousedown', (event) => {
  if (event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  focusField(icon.contains(event.target) ? visibleFields()[0] : firstOpenField(), true);
});
