//! `faults`: sales under faults, from one seed, at full speed. What it proves is written in `tests/faults`.

use crate::failure::Failure;
use crate::house::House;
use crate::step;

/// Builds the simulation for speed and runs it with these arguments (`--sales N --seed S`, or `--world W` to see one again).
pub(crate) fn faults(house: &House, arguments: &[&str]) -> Result<(), Failure> {
    println!("Building the simulation. The first time takes a few minutes.");
    let mut run = house.cargo(["run", "--quiet", "--release", "-p", "countersign-faults", "--bin", "faults"]);
    run.arg("--").args(arguments);
    step::shown("play the sales", &mut run)
}
