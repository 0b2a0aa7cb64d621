//! `bench`: how fast the house answers. What is measured, and how, is written in `tests/bench`.

use crate::failure::Failure;
use crate::house::House;
use crate::step;

/// Builds for speed and measures (`books [--sales N] [--data FOLDER]`).
pub(crate) fn bench(house: &House, arguments: &[&str]) -> Result<(), Failure> {
    println!("Building for speed. The first time takes a few minutes.");
    let mut build = house.cargo(["build", "--quiet", "--release", "-p", "countersign-bench"]);
    step::shown("build what measures", &mut build)?;
    let mut run = std::process::Command::new(house.released("countersign-bench"));
    step::shown("measure", run.args(arguments))
}
