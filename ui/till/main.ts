// Starts the main window. In a plain browser under `vite dev` it runs on the fake core, which no build contains.
import '@fontsource-variable/inter/wght.css';
import '../shared/tokens.css';
import '../shared/base.css';
import { mount } from 'svelte';
import type { TillCore } from '../shared/core';
import { guard } from '../shared/guards';
import { inTauri, tauriCore } from '../shared/tauri_core';
import App from './App.svelte';

async function chooseCore(): Promise<TillCore> {
  if (__FAKE_CORE__ && !inTauri()) {
    const { fakeForTill } = await import('../tests/dev_core');
    return fakeForTill();
  }
  return tauriCore;
}

const core = await chooseCore();
const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
guard(window);
mount(App, { target, props: { core } });
