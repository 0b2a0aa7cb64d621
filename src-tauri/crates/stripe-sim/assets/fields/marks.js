// --- Brand marks: plain badges of our own, not the schemes' logos ------------------------------------------------

const MARKS = {
  visa: ['#1f3b8f', 'VISA'],
  mastercard: ['#b3261e', 'MC'],
  amex: ['#1670b8', 'AMEX'],
  discover: ['#c25a0b', 'DISC'],
  diners: ['#35566f', 'DINERS'],
  jcb: ['#1d6b3a', 'JCB'],
  unionpay: ['#0b6e75', 'UP'],
};

function markOf(brandName, isSolid, hasError) {
  const frame = (fill, inner) =>
    `<svg viewBox="0 0 34 22" width="34" height="22" aria-hidden="true"><rect width="34" height="22" rx="3.5" fill="${fill}"/>${inner}</svg>`;
  if (hasError) {
    return frame('currentColor', '<path d="M17 4.5v8" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><circle cx="17" cy="16.6" r="1.6" fill="#fff"/>');
  }
  const mark = MARKS[brandName];
  if (!mark) {
    return frame('currentColor', '<rect y="4.5" width="34" height="4" fill="#fff" opacity=".85"/><rect x="4" y="14" width="9" height="2.6" rx="1.3" fill="#fff" opacity=".85"/>');
  }
  const [colour, label] = mark;
  const size = label.length > 4 ? 7 : 9.5;
  const text = `<text x="17" y="${11 + size * 0.36}" text-anchor="middle" font-family="system-ui, sans-serif" font-weight="800" font-size="${size}" fill="#fff">${label}</text>`;
  return frame(isSolid ? 'currentColor' : colour, text);
}
