// The main window's state, for whatever is drawn in it.
import { createContext } from 'svelte';
import type { TillState } from './till_state.svelte';

/** `getTill` in a component's script; `setTill` once, by the window. */
export const [getTill, setTill] = createContext<TillState>();
