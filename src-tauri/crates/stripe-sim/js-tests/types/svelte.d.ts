// What the payment page takes from Svelte, as far as TypeScript must know it to hold the page against Stripe's types without
// the whole UI's packages.
declare module 'svelte' {
  export function tick(): Promise<void>;
}
declare function $state<T>(initial: T): T;
declare namespace $state {
  function raw<T>(initial: T): T;
}
declare function $derived<T>(value: T): T;
