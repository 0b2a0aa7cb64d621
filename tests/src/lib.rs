//! What crosses rooms: the real application in real windows, driven like staff would drive it, against the simulator.
//!
//! This library opens a private session, the application in it, and gives words for what staff do and see. The programs
//! `demo`, `windows` and `pictures` use them.
//!
//! Deliberately not here: tests of one room alone (they live in that room), and any knowledge of the till's insides: what
//! is judged is what the windows show and what the simulator's ledger holds.

pub mod bank;
pub mod check;
pub mod children;
pub mod desk;
pub mod failure;
pub mod interrupt;
pub mod open_till;
pub mod places;
pub mod processes;
pub mod rows;
pub mod session;
pub mod simulator;
pub mod small_disk;
pub mod staff;
mod wayland;
mod x11;
