// Nederlands, zoals het in een winkel klinkt: kort, gewoon, met je tegen het personeel en u tegen de klant.
import { afterwards } from './nl/afterwards';
import { amounts } from './nl/amounts';
import { books, oddity } from './nl/books';
import { challenge } from './nl/challenge';
import { check } from './nl/check';
import { decline } from './nl/declines';
import { cancelling, notKnown } from './nl/doubt';
import { finding } from './nl/finding';
import { history } from './nl/history';
import { journals } from './nl/journals';
import { listing } from './nl/listing';
import { modes } from './nl/modes';
import { order } from './nl/order';
import { payment } from './nl/payment';
import { dashboardId, disputes, receipt, refunds } from './nl/receipt';
import { reconcile } from './nl/reconcile';
import { refund } from './nl/refund';
import { sale } from './nl/sale';
import { keyNames, notices, screens } from './nl/screens';
import { settings } from './nl/settings';
import { stage } from './nl/stage';
import { timeline } from './nl/timeline';
import { totals } from './nl/totals';
import type { Words } from './now.svelte';

export const nl: Words = {
  keyNames,
  screens,
  notices,
  modes,
  sale,
  stage,
  receipt,
  dashboardId,
  disputes,
  refunds,
  refund,
  finding,
  history,
  listing,
  timeline,
  reconcile,
  totals,
  settings,
  payment,
  afterwards,
  amounts,
  challenge,
  check,
  decline,
  notKnown,
  cancelling,
  ...journals,
  books,
  oddity,
  order,
};
