// The core as Tauri carries it. The only module that may import `@tauri-apps/*` (an ESLint rule sees to it).
//
// Tauri's own "command not allowed" and the like reject with strings; `uiError` in core.ts turns them into a sentence.

import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Commands } from './bindings/Commands';
import type { CheckReport } from './bindings/CheckReport';
import type { ComparisonProgress } from './bindings/ComparisonProgress';
import type { PaymentWindowCovers } from './bindings/PaymentWindowCovers';
import type { ReconciliationView } from './bindings/ReconciliationView';
import type { SaleView } from './bindings/SaleView';
import type { TillStatus } from './bindings/TillStatus';
import type { Core } from './core';

/** True inside the application's windows, false in a plain browser. */
export function inTauri(): boolean {
  return '__TAURI_INTERNALS__' in window;
}

/** Asks by the core's own list of commands: a name, an argument or an answer that is not in it does not compile. */
function ask<Name extends keyof Commands>(name: Name, request: Commands[Name]['request']): Promise<Commands[Name]['answer']> {
  return invoke(name, request);
}

/** The real core. */
export const tauriCore: Core = {
  tillStatus: () => ask('till_status', {}),
  onScreen: () => ask('on_screen', {}),
  putOnScreen: (saleId) => ask('put_on_screen', { saleId }),
  price: (text) => ask('price', { text }),
  startSale: (saleId, typed, anyway) => ask('start_sale', { saleId, ...typed, anyway }),
  takeCard: (saleId) => ask('take_card', { saleId }),
  finishSale: (saleId) => ask('finish_sale', { saleId }),
  tryAgain: (saleId) => ask('try_again', { saleId }),
  lookAgain: (saleId) => ask('look_again', { saleId }),
  cancelSale: (saleId) => ask('cancel_sale', { saleId }),
  refundPrice: (saleId, text) => ask('refund_price', { saleId, text }),
  refundSale: (saleId, refundId, text) => ask('refund_sale', { saleId, refundId, text }),
  keepPayment: (saleId) => ask('keep_payment', { saleId }),
  setAsideSale: (saleId) => ask('set_aside_sale', { saleId }),
  recentSales: () => ask('recent_sales', {}),
  findSales: (wanted, past) => ask('find_sales', { wanted, past }),
  totals: (edgesMs) => ask('totals', { edgesMs: [...edgesMs] }),
  timeline: (saleId) => ask('timeline', { saleId }),
  saveList: (wanted, form) => ask('save_list', { wanted, form }),
  stopList: () => ask('stop_list', {}),
  readSale: (saleId) => ask('read_sale', { saleId }),
  reconcile: (fromMs, toMs) => ask('reconcile', { fromMs, toMs }),
  stopReconcile: () => ask('stop_reconcile', {}),
  comparing: () => ask('comparing', {}),
  reconciliation: () => ask('reconciliation', {}),
  takeIn: (paymentIntent) => ask('take_in', { paymentIntent }),
  checkTill: () => ask('check_till', {}),
  stopCheck: () => ask('stop_check', {}),
  checkReport: () => ask('check_report', {}),
  setup: () => ask('setup', {}),
  saveKeys: (secretKey, publishableKey) => ask('save_keys', { secretKey, publishableKey }),
  forgetKeys: (mode) => ask('forget_keys', { mode }),
  answerJournal: (journal) => ask('answer_journal', { journal }),
  copies: () => ask('copies', {}),
  chooseCopiesFolder: (folder) => ask('choose_copies_folder', { folder }),
  copyJournal: () => ask('copy_journal', {}),
  chooseMode: (mode) => ask('choose_mode', { mode }),
  savePreferences: (preferences) => ask('save_preferences', { preferences }),
  onSale: (heard) =>
    listen<SaleView>('sale', (event) => {
      heard(event.payload);
    }),
  onStatus: (heard) =>
    listen<TillStatus>('status', (event) => {
      heard(event.payload);
    }),
  onPaymentWindow: (heard) =>
    listen<PaymentWindowCovers>('payment-window', (event) => {
      heard(event.payload);
    }),
  onListing: (heard) =>
    listen<number>('listing', (event) => {
      heard(event.payload);
    }),
  onReconciliation: (heard) =>
    listen<ReconciliationView>('reconciliation', (event) => {
      heard(event.payload);
    }),
  onComparing: (heard) =>
    listen<ComparisonProgress | null>('comparing', (event) => {
      heard(event.payload);
    }),
  onCheck: (heard) =>
    listen<CheckReport | null>('check', (event) => {
      heard(event.payload);
    }),
  watchPayment: (seen) => ask('watch_payment', { seen }),
  submitCard: (saleId, attemptId, paymentMethod) => ask('submit_card', { saleId, attemptId, paymentMethod }),
  authenticationHint: (saleId, attemptId, hint) => ask('authentication_hint', { saleId, attemptId, hint }),
  abandonPayment: (saleId) => ask('abandon_payment', { saleId }),
  cancelPayment: (saleId) => ask('cancel_payment', { saleId }),
  freshPage: () => ask('fresh_page', {}),
  placeCursor: (atWindow) => ask('place_cursor', { atWindow }),
  tellCheck: (checkId, told) => ask('tell_check', { checkId, told }),
  cardField: (ready, secure) => ask('card_field', { ready, secure }),
};
