// Nederlands: hoe elke stand heet en wat die voor het geld betekent.
import type { Words } from '../now.svelte';

export const modes: Words['modes'] = {
  training: { name: 'OEFENEN', meaning: 'geen echt geld', receipt: 'OEFENEN: geen echte betaling' },
  test: { name: 'TEST', meaning: 'je testaccount bij Stripe, geen echt geld', receipt: 'TEST: geen echte betaling' },
  live: { name: 'LIVE', meaning: 'echt geld', receipt: '' },
  band: 'Stand',
};
