//! `run` and `demo`: the application itself, in front of a person or in windows that nobody sees.

use crate::failure::{Failure, Trying};
use crate::house::House;
use crate::needs::{self, Purpose};
use crate::{npm, step};
use std::env;
use std::process::Command;

/// Builds Countersign and opens it; with no display, shows the demonstration.
pub(crate) fn run(house: &House) -> Result<(), Failure> {
    if !display() {
        println!(
            "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be opened.\n\
             Instead, this is `cargo xtask demo`: the same application in windows of a hidden X server."
        );
        return demo(house);
    }
    needs::ensure(house, &[Purpose::Build])?;
    npm::build_screens(house)?;
    println!("Building Countersign. The first time takes a few minutes.");
    step::shown("build Countersign", &mut house.cargo(["build", "--package", "countersign"]))?;
    println!("Opening Countersign. It is in training mode until an account is set up: no real money moves.");
    // Not `step::shown`: the till's own exit is not a failure of the build, and it keeps the terminal.
    let status =
        Command::new(house.program("countersign")).current_dir(&house.root).status().trying("open Countersign")?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("Countersign ended with {status}.")))
}

/// The five payments, in real windows.
pub(crate) fn demo(house: &House) -> Result<(), Failure> {
    windows_program(house, "demo", "take the payments of the demonstration")
}

/// Builds the application and what drives its windows, and has `program` drive them.
fn windows_program(house: &House, program: &str, what: &str) -> Result<(), Failure> {
    build_windows(house)?;
    step::shown(what, &mut house.windows_program(program))
}

/// Builds the application and what drives its windows.
pub(crate) fn build_windows(house: &House) -> Result<(), Failure> {
    linux_only()?;
    needs::ensure(house, &[Purpose::Build, Purpose::Windows])?;
    npm::build_screens(house)?;
    println!("Building Countersign and what drives its windows. The first time takes a few minutes.");
    let mut build = house.cargo(["build", "--package", "countersign", "--package", "stripe-sim"]);
    build.args(["--package", "countersign-tests", "--bins"]);
    step::shown("build Countersign", &mut build)
}

/// Windows without a screen exist only where X does, and so does a WebDriver for WebKit's web view.
pub(crate) fn linux_only() -> Result<(), Failure> {
    if cfg!(target_os = "linux") {
        return Ok(());
    }
    Err(Failure::new(
        "The real windows can be driven on Linux only. Here, `cargo xtask run` opens the till and \
         `cargo xtask test fast` runs every other test.",
    ))
}

/// True when a window could be seen.
fn display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
