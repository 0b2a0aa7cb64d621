// The catalogue: what the windows say, in English, and the shape of every other language: a text that is missing there, or one
// too many, does not compile. Sentences with parameters are functions; what comes from the core as a fact has its sentence here.
import { afterwards } from './en/afterwards';
import { amounts } from './en/amounts';
import { books, oddity } from './en/books';
import { challenge } from './en/challenge';
import { check } from './en/check';
import { cancelling, notKnown } from './en/doubt';
import { decline } from './en/declines';
import { finding } from './en/finding';
import { history } from './en/history';
import { journals } from './en/journals';
import { listing } from './en/listing';
import { modes } from './en/modes';
import { order } from './en/order';
import { payment } from './en/payment';
import { dashboardId, disputes, receipt, refunds } from './en/receipt';
import { reconcile } from './en/reconcile';
import { refund } from './en/refund';
import { sale } from './en/sale';
import { keyNames, notices, screens } from './en/screens';
import { settings } from './en/settings';
import { stage } from './en/stage';
import { timeline } from './en/timeline';
import { totals } from './en/totals';

export const en = {
  afterwards,
  amounts,
  challenge,
  check,
  decline,
  notKnown,
  cancelling,
  ...journals,
  order,
  books,
  oddity,
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
};
