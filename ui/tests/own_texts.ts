// What people and shops have written themselves, in the catalogue of screens: it is in no language.

/** As long as a shop's name may be. */
export const LONG_NAME = 'The Old Harbour Booksellers, Stationers and Map Makers Ltd';
export const ORDER = { reference: 'Table 12', note: 'left a scarf, will be back at five' };
export const LONG_ORDER = {
  reference: 'PO-2031-00417 / Room 4, second floor',
  note: 'Wants the invoice by post to the new address; ask Joan, who knows where it is',
};

export const OWN_TEXTS = [LONG_NAME, ...Object.values(ORDER), ...Object.values(LONG_ORDER)];
