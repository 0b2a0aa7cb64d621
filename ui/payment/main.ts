// Starts the payment window. In a plain browser under `vite dev` it runs on the fake core, which no build contains.
import './font.css';
import '../shared/tokens.css';
import '../shared/base.css';
import { mount } from 'svelte';
import type { PaymentCore } from '../shared/core';
import { guard } from '../shared/guards';
import { inTauri, tauriCore } from '../shared/tauri_core';
import Payment from './Payment.svelte';

async function chooseCore(): Promise<PaymentCore> {
  if (__FAKE_CORE__ && !inTauri()) {
    const { fakeForPayment } = await import('../tests/dev_core');
    return fakeForPayment();
  }
  return tauriCore;
}

const core = await chooseCore();
const target = document.getElementById('app');
if (target === null) throw new Error('payment.html has no #app');
guard(window);
mount(Payment, { target, props: { core } });
