// The core as Tauri carries it. The only module that may import `@tauri-apps/*` (an ESLint rule sees to it).
//
// Tauri's own "command not allowed" and the like reject with strings; `uiError` in core.ts turns them into a sentence.

import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { PaymentWindowCovers } from './bindings/PaymentWindowCovers';
import type { ReconciliationView } from './bindings/ReconciliationView';
import type { SaleView } from './bindings/SaleView';
import type { TillStatus } from './bindings/TillStatus';
import type { Core } from './core';

/** True inside the application's windows, false in a plain browser. */
export function inTauri(): boolean {
  return '__TAURI_INTERNALS__' in window;
}

/** The real core. */
export const tauriCore: Core = {
  tillStatus: () => invoke('till_status'),
  onScreen: () => invoke('on_screen'),
  putOnScreen: (saleId) => invoke('put_on_screen', { saleId }),
  price: (text) => invoke('price', { text }),
  startSale: (saleId, text, anyway) => invoke('start_sale', { saleId, text, anyway }),
  takeCard: (saleId) => invoke('take_card', { saleId }),
  finishSale: (saleId) => invoke('finish_sale', { saleId }),
  tryAgain: (saleId) => invoke('try_again', { saleId }),
  lookAgain: (saleId) => invoke('look_again', { saleId }),
  cancelSale: (saleId) => invoke('cancel_sale', { saleId }),
  refundPrice: (saleId, text) => invoke('refund_price', { saleId, text }),
  refundSale: (saleId, refundId, text) => invoke('refund_sale', { saleId, refundId, text }),
  keepPayment: (saleId) => invoke('keep_payment', { saleId }),
  setAsideSale: (saleId) => invoke('set_aside_sale', { saleId }),
  recentSales: () => invoke('recent_sales'),
  readSale: (saleId) => invoke('read_sale', { saleId }),
  reconcile: (fromMs, toMs) => invoke('reconcile', { fromMs, toMs }),
  reconciliation: () => invoke('reconciliation'),
  takeIn: (paymentIntent) => invoke('take_in', { paymentIntent }),
  setup: () => invoke('setup'),
  saveKeys: (secretKey, publishableKey) => invoke('save_keys', { secretKey, publishableKey }),
  forgetKeys: (mode) => invoke('forget_keys', { mode }),
  answerJournal: (journal) => invoke('answer_journal', { journal }),
  copies: () => invoke('copies'),
  chooseCopiesFolder: (folder) => invoke('choose_copies_folder', { folder }),
  copyJournal: () => invoke('copy_journal'),
  chooseMode: (mode) => invoke('choose_mode', { mode }),
  savePreferences: (preferences) => invoke('save_preferences', { preferences }),
  onSale: (heard) => listen<SaleView>('sale', (event) => { heard(event.payload); }),
  onStatus: (heard) => listen<TillStatus>('status', (event) => { heard(event.payload); }),
  onPaymentWindow: (heard) => listen<PaymentWindowCovers>('payment-window', (event) => { heard(event.payload); }),
  onReconciliation: (heard) => listen<ReconciliationView>('reconciliation', (event) => { heard(event.payload); }),
  watchPayment: (seen) => invoke('watch_payment', { seen }),
  submitCard: (saleId, attemptId, paymentMethod) => invoke('submit_card', { saleId, attemptId, paymentMethod }),
  authenticationHint: (saleId, attemptId, hint) => invoke('authentication_hint', { saleId, attemptId, hint }),
  abandonPayment: (saleId) => invoke('abandon_payment', { saleId }),
  cancelPayment: (saleId) => invoke('cancel_payment', { saleId }),
  freshPage: () => invoke('fresh_page'),
  placeCursor: (saleId) => invoke('place_cursor', { saleId }),
};
