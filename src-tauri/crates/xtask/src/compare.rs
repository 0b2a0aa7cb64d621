//! `compare`: this simulator beside two others, through the same calls of the official SDK. No part of `test`: what others
//! publish must not decide whether a change of ours lands.

use crate::failure::Failure;
use crate::house::House;
use crate::needs::{self, Purpose};
use crate::{npm, sdks, step};
use std::path::PathBuf;
use std::process::Command;

/// Prints the table, feature by feature. With `--reasons`, why each failed.
pub(crate) fn features(house: &House, arguments: &[&str]) -> Result<(), Failure> {
    install(house)?;
    npm::install(&folder(house))?;
    step::shown("build the simulator", &mut house.cargo(["build", "--quiet", "-p", "stripe-sim"]))?;
    run(house, "run.py", arguments, house.program("stripe-sim"))
}

/// Prints how fast payments are made, beside localstripe. `calls`: how many, 1000 if nothing is said.
pub(crate) fn speed(house: &House, calls: &[&str]) -> Result<(), Failure> {
    install(house)?;
    println!("Building for speed. The first time takes a few minutes.");
    step::shown("build the simulator", &mut house.cargo(["build", "--quiet", "--release", "-p", "stripe-sim"]))?;
    run(house, "speed.py", calls, house.released("stripe-sim"))
}

fn install(house: &House) -> Result<(), Failure> {
    needs::ensure(house, &[Purpose::Sdks])?;
    sdks::install(house, "compare", &folder(house).join("requirements.txt"))
}

fn run(house: &House, script: &str, arguments: &[&str], simulator: PathBuf) -> Result<(), Failure> {
    let mut command = Command::new(sdks::python(house, "compare"));
    command.current_dir(folder(house)).arg(script).args(arguments);
    command.env("STRIPE_SIM_BIN", simulator).env("PYTHONDONTWRITEBYTECODE", "1");
    step::shown("compare the simulators", &mut command)
}

fn folder(house: &House) -> PathBuf {
    sdks::folder(house).join("compare")
}
