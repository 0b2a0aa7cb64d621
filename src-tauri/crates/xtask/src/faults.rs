//! `faults` and `torture`: sales under faults. What they prove is written in `tests/faults`.

use crate::failure::Failure;
use crate::house::House;
use crate::step;

/// Builds the simulation for speed and runs it with these arguments (`--sales N --seed S`, or `--world W` to see one again).
pub(crate) fn faults(house: &House, arguments: &[&str]) -> Result<(), Failure> {
    build(house)?;
    let mut run = std::process::Command::new(house.released("faults"));
    step::shown("play the sales", run.args(arguments))
}

/// Builds the till without windows and kills it as often as asked (`--kills N --seed S`).
pub(crate) fn torture(house: &House, arguments: &[&str]) -> Result<(), Failure> {
    build(house)?;
    let mut run = std::process::Command::new(house.released("torture"));
    step::shown("kill the till", run.args(arguments))
}

fn build(house: &House) -> Result<(), Failure> {
    println!("Building for speed. The first time takes a few minutes.");
    let mut build = house.cargo(["build", "--quiet", "--release", "-p", "countersign-faults", "--bins"]);
    step::shown("build the simulation", &mut build)
}
