//! Tells Tauri's code generator about the windows' commands.
fn main() { tauri_build::build() }
