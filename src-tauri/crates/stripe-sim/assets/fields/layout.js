// --- Layout: one line; when it is too narrow, a finished number shrinks to its last digits ----------------------

function widthOf(text) {
  ruler.textContent = text;
  return Math.ceil(ruler.getBoundingClientRect().width);
}

function layOut() {
  // A field alone takes the whole line.
  if (only) return;
  const slack = 4;
  const widths = {
    number: Math.max(widthOf('0000 0000 0000 0000'), widthOf(numberField.input.value), widthOf('Card number')) + slack,
    exp: Math.max(widthOf('MM / YY'), widthOf('00 / 00')) + slack,
    cvc: Math.max(widthOf('CVC'), widthOf('0000')) + slack,
    postal: Math.max(widthOf('Postal'), widthOf(postalField.input.value)) + slack,
  };
  const shown = visibleFields();
  for (const field of shown) field.box.style.width = `${widths[field.name]}px`;
  const gap = parseFloat(getComputedStyle(row).columnGap) || 0;
  const needed = shown.reduce((sum, field) => sum + widths[field.name], gap * (shown.length - 1));
  const isNarrow = needed > row.clientWidth;
  const isElsewhere = focused !== null && focused !== numberField;
  const isDone = focused === null && check(numberField).state === 'complete';
  const isCollapsed = isNarrow && (isElsewhere || isDone);
  row.classList.toggle('collapsed', isCollapsed);
  const text = numberField.input.value;
  if (isCollapsed && text) {
    const tail = text.slice(-4);
    numberField.box.style.width = `${widthOf(tail) + slack}px`;
    numberField.input.style.width = `${widths.number}px`;
    numberField.input.style.transform = `translateX(${-(widthOf(text) - widthOf(tail))}px)`;
  } else {
    numberField.input.style.width = '';
    numberField.input.style.transform = '';
    if (isCollapsed) {
      numberField.box.style.width = `${widthOf('0000') + slack}px`;
    } else if (isNarrow) {
      // A number that is not whole yet leaves its room to the fields behind it, so that none of them is cut.
      const left = row.clientWidth - (needed - widths.number);
      numberField.box.style.width = `${Math.max(widthOf(text || 'Card number') + slack, left)}px`;
    }
  }
  keepInSight();
}

/** The row scrolls only where the focused field would not be seen otherwise. */
function keepInSight() {
  const box = focused && focused !== numberField ? focused.box : numberField.box;
  const end = box.offsetLeft + box.offsetWidth - row.offsetLeft;
  row.scrollLeft = box === numberField.box ? 0 : Math.max(0, end - row.clientWidth);
}

let lastHeight = 0;
function tellHeight() {
  const px = Math.ceil(card.getBoundingClientRect().height);
  if (px === lastHeight || px === 0 || !port) return;
  lastHeight = px;
  tell('height', { px });
}

new ResizeObserver(() => {
  layOut();
  tellHeight();
}).observe(card);

// --- Options from the page ---------------------------------------------------------------------------------------

const variantSheet = new CSSStyleSheet();
document.adoptedStyleSheets = [variantSheet];

const PROPERTIES = [
  'backgroundColor', 'color', 'fontFamily', 'fontSize', 'fontStyle', 'fontVariant', 'fontWeight', 'lineHeight',
  'letterSpacing', 'textAlign', 'textDecoration', 'textShadow', 'textTransform',
];
const PSEUDOS = [':hover', ':focus', '::placeholder', '::selection', ':-webkit-autofill', ':disabled'];

/** Adds one rule. Values are set property by property, so that no value can break out of its declaration. */
function addRule(selector, values) {
  const at = variantSheet.insertRule(`${selector} {}`, variantSheet.cssRules.length);
  const { style } = variantSheet.cssRules[at];
  for (const name of PROPERTIES) {
    if (values[name] !== undefined) style[name] = String(values[name]);
  }
  if (values.fontSmoothing) style.setProperty('-webkit-font-smoothing', String(values.fontSmoothing));
}

function applyStyle(variants) {
  variantSheet.replaceSync('');
  const selectors = { base: '', complete: '.is-complete', empty: '.is-empty', invalid: '.is-invalid' };
  for (const [variant, suffix] of Object.entries(selectors)) {
    const values = variants[variant];
    if (!values) continue;
    addRule(variant === 'base' ? '.text' : `input.text${suffix}`, values);
    for (const pseudo of PSEUDOS) {
      if (values[pseudo]) addRule(`input.text${suffix}${pseudo}`, values[pseudo]);
    }
    if (values.iconColor) addRule(`#icon${suffix}`, { color: values.iconColor });
  }
}

function configure(changes) {
  options = { ...options, ...changes };
  if (options.value?.postalCode !== undefined && changes.value) setText(postalField, String(options.value.postalCode));
  if (only) {
    icon.hidden = only !== 'number' || !options.showIcon;
    const [{ input }] = visibleFields();
    input.placeholder = options.placeholder ?? input.placeholder;
  } else {
    postalField.box.hidden = Boolean(options.hidePostalCode);
    icon.hidden = Boolean(options.hideIcon);
  }
  for (const { input } of fields) input.disabled = Boolean(options.disabled);
  applyStyle(options.style ?? {});
  refresh();
  tellHeight();
}
