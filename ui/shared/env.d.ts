/** True only under `vite dev`: the windows may then run on the fake core. Set by the Vite configurations. */
declare const __FAKE_CORE__: boolean;
