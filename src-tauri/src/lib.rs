//! The desktop shell: windows, commands, keyring, settings. Thin: no payment rule lives here.

pub mod views;
