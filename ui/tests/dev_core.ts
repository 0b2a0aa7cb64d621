// The fake core as `vite dev` uses it: the main page makes it and opens the payment page, which shares it. `?scene=` puts a
// window before one stage at once.
import { FakeCore, type BankAnswer } from '../shared/fake_core';
import { disguiseWords } from '../words/now.svelte';
import { pseudoWords } from './pseudo';
import { putScene, putStage } from './scenes';

declare global {
  interface Window {
    countersignCore?: FakeCore;
    countersignFakeBank?: Map<string, BankAnswer>;
  }
}

function modeOf(query: URLSearchParams): 'training' | 'test' | 'live' {
  const mode = query.get('mode');
  return mode === 'test' || mode === 'live' ? mode : 'training';
}

function themeOf(query: URLSearchParams): 'system' | 'light' | 'dark' {
  const theme = query.get('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** `?language=nl`, or `?language=pseudo`: English in brackets, 40% longer. */
function languageOf(query: URLSearchParams): 'en' | 'nl' {
  const language = query.get('language');
  if (language === 'pseudo') disguiseWords(pseudoWords);
  return language === 'nl' ? 'nl' : 'en';
}

/** The core of the main page. */
export function fakeForTill(): FakeCore {
  const query = new URLSearchParams(location.search);
  const core = new FakeCore({
    mode: modeOf(query),
    preferences: { theme: themeOf(query), language: languageOf(query) },
    delay_ms: 900,
    bank: (secret) => paymentWindow?.countersignFakeBank?.get(secret) ?? 'open',
  });
  let paymentWindow: Window | null = null;
  window.countersignCore = core;
  core.onShow = () => {
    paymentWindow = window.open('/payment/payment.html', 'payment', 'width=720,height=760');
  };
  putStage(core, query.get('scene') ?? 'none');
  return core;
}

/** The core of the payment page: the main page's when that opened it, else one of its own with a sale in it. */
export function fakeForPayment(): FakeCore {
  const opener = window.opener as Window | null;
  if (opener?.countersignCore !== undefined) return opener.countersignCore;
  const query = new URLSearchParams(location.search);
  const core = new FakeCore({
    mode: modeOf(query),
    preferences: { theme: themeOf(query), language: languageOf(query) },
    delay_ms: 900,
    bank: (secret) => window.countersignFakeBank?.get(secret) ?? 'open',
  });
  putScene(core, query.get('scene') ?? 'card');
  return core;
}
