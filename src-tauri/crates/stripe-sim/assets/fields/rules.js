// --- Card rules: what a number, an expiry, a code and a postal code must look like ------------------------------

// `advanceAt`: at this length a valid number is taken as finished and the next field gets the focus. A UnionPay number may
// go on to 19 digits, so its end is known only there.
const BRANDS = [
  { name: 'amex', prefix: /^3[47]/, lengths: [15], advanceAt: 15, cvc: 4, groups: [4, 6, 5] },
  { name: 'diners', prefix: /^36/, lengths: [14], advanceAt: 14, cvc: 3, groups: [4, 6, 4] },
  { name: 'diners', prefix: /^(30[0-5]|3095|3[89])/, lengths: [14, 16], advanceAt: 16, cvc: 3, groups: [4, 4, 4, 4] },
  { name: 'jcb', prefix: /^35/, lengths: [16], advanceAt: 16, cvc: 3, groups: [4, 4, 4, 4] },
  { name: 'visa', prefix: /^4/, lengths: [13, 16, 19], advanceAt: 16, cvc: 3, groups: [4, 4, 4, 4, 3] },
  { name: 'mastercard', prefix: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16], advanceAt: 16, cvc: 3,
    groups: [4, 4, 4, 4] },
  { name: 'discover', prefix: /^(6011|64[4-9]|65)/, lengths: [16], advanceAt: 16, cvc: 3, groups: [4, 4, 4, 4] },
  { name: 'unionpay', prefix: /^(62|81)/, lengths: [16, 17, 18, 19], advanceAt: 19, cvc: 3, groups: [4, 4, 4, 4, 3] },
];
// Local schemes without a mark of their own (Carnet, for one) pass as `unknown`. The code may have three or four digits.
const UNKNOWN = { name: 'unknown', prefix: /^/, lengths: [16], advanceAt: 16, cvc: null, groups: [4, 4, 4, 4] };

const MESSAGES = {
  incomplete_number: 'Your card number is incomplete.',
  invalid_number: 'Your card number is invalid.',
  incomplete_expiry: "Your card's expiration date is incomplete.",
  invalid_expiry_month: "Your card's expiration date is invalid.",
  invalid_expiry_month_past: "Your card's expiration date is in the past.",
  invalid_expiry_year: "Your card's expiration year is invalid.",
  invalid_expiry_year_past: "Your card's expiration year is in the past.",
  incomplete_cvc: "Your card's security code is incomplete.",
  incomplete_zip: 'Your postal code is incomplete.',
  card_number_in_postal_code_field: "Please make sure that the postal code field doesn't contain a card number.",
};

const digitsOf = (text) => text.replace(/\D/g, '');
const brandOf = (digits) => BRANDS.find((brand) => brand.prefix.test(digits)) ?? UNKNOWN;
const maxLength = (brand) => Math.max(...brand.lengths);

function passesLuhn(digits) {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const weighed = i % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

const COMPLETE = { state: 'complete' };
const EMPTY = { state: 'empty' };
const incomplete = (code) => ({ state: 'incomplete', code });
const invalid = (code) => ({ state: 'invalid', code });

function checkNumber(text, isLeft) {
  const digits = digitsOf(text);
  if (!digits) return EMPTY;
  const brand = brandOf(digits);
  if (brand.lengths.includes(digits.length)) {
    if (passesLuhn(digits)) return COMPLETE;
    const mayGoOn = digits.length < brand.advanceAt && !isLeft;
    return mayGoOn ? incomplete('incomplete_number') : invalid('invalid_number');
  }
  return incomplete('incomplete_number');
}

function checkExpiry(text) {
  const digits = digitsOf(text);
  if (!digits) return EMPTY;
  const month = Number(digits.slice(0, 2));
  if (digits.length >= 2 && (month < 1 || month > 12)) return invalid('invalid_expiry_month');
  if (digits.length < 4) return incomplete('incomplete_expiry');
  const now = new Date();
  const century = now.getFullYear() - (now.getFullYear() % 100);
  const year = century + Number(digits.slice(2, 4));
  if (year < now.getFullYear()) return invalid('invalid_expiry_year_past');
  if (year > now.getFullYear() + 50) return invalid('invalid_expiry_year');
  if (year === now.getFullYear() && month < now.getMonth() + 1) return invalid('invalid_expiry_month_past');
  return COMPLETE;
}

function checkCvc(text, brand) {
  if (!text) return EMPTY;
  const isLongEnough = brand.cvc === null ? text.length >= 3 : text.length === brand.cvc;
  return isLongEnough ? COMPLETE : incomplete('incomplete_cvc');
}

// The longest postal codes have ten digits.
const looksLikeCardNumber = (text) => digitsOf(text).length > 10;

/**
 * A card of the United States has a ZIP of five digits; others have codes of three characters and more.
 * Published test numbers name their country in digits 7 to 9 (4000 0025 0... is France, 250); the rest are from there.
 */
function checkPostal(text, cardDigits) {
  const value = text.trim();
  if (!value) return EMPTY;
  if (looksLikeCardNumber(value)) return invalid('card_number_in_postal_code_field');
  const isForeign = /^400000(?!000|840)\d{3}/.test(cardDigits);
  const isLongEnough = value.length >= (/^\d+$/.test(value) && !isForeign ? 5 : 3);
  return isLongEnough ? COMPLETE : incomplete('incomplete_zip');
}

function formatNumber(text) {
  const brand = brandOf(digitsOf(text));
  const digits = digitsOf(text).slice(0, maxLength(brand));
  const groups = [];
  let from = 0;
  for (const size of brand.groups) {
    if (from >= digits.length) break;
    groups.push(digits.slice(from, from + size));
    from += size;
  }
  return groups.join(' ');
}

function formatExpiry(text, isDeleting) {
  // Pasted or filled whole, perhaps with a year of four digits.
  const whole = /^\s*(\d{1,2})\s*[/\-.\s]\s*(?:\d{2})?(\d{2})\s*$/.exec(text);
  let digits = whole ? whole[1].padStart(2, '0') + whole[2] : digitsOf(text);
  if (/^\s*\d\s*\/\s*$/.test(text)) digits = `0${digits}`;
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  if (/^1[3-9]/.test(digits)) digits = `0${digits}`;
  digits = digits.slice(0, 4);
  if (isDeleting && digits.length === 2 && !text.endsWith(' ')) return digits[0];
  if (digits.length < 2) return digits;
  return `${digits.slice(0, 2)} / ${digits.slice(2)}`;
}
