// The payment window's state, for whatever is drawn in it.
import { createContext } from 'svelte';
import type { PaymentState } from './payment_state.svelte';

/** `getPayment` in a component's script; `setPayment` once, by the window. */
export const [getPayment, setPayment] = createContext<PaymentState>();
