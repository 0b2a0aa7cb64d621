//! Stripe's official SDKs, unchanged, against the simulator: installing them, and the suites in `tests/sdk`.

use crate::failure::{Failure, Trying};
use crate::house::House;
use crate::npm::npm;
use crate::step;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The suite of the SDK for Python.
pub(crate) fn python_suite(house: &House) -> Command {
    let mut command = Command::new(python(house, "sdk"));
    command.current_dir(folder(house).join("python")).arg("run.py").env("STRIPE_SIM_BIN", checked_simulator(house));
    // Nothing of a run is left in the checkout.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// The suite of the SDK for Node.
pub(crate) fn node_suite(house: &House) -> Command {
    let mut command = npm(&node_folder(house), ["test"]);
    command.env("STRIPE_SIM_BIN", checked_simulator(house));
    command
}

/// The requests of the till's client as the SDK for Node takes them: compiled by its types, and made by it.
pub(crate) fn requests_suite(house: &House) -> Command {
    let mut command = npm(&node_folder(house), ["run", "--silent", "requests"]);
    command.env("CLIENT_REQUESTS_BIN", house.program("client-requests"));
    command
}

/// Where the suites of the SDK for Node are.
pub(crate) fn node_folder(house: &House) -> PathBuf {
    folder(house).join("node")
}

/// The simulator behind the door that holds each answer against Stripe's schema.
pub(crate) fn checked_simulator(house: &House) -> PathBuf {
    house.program("checked-sim")
}

/// Installs the SDK for Python as its requirements name it, if that is not what is there.
pub(crate) fn install_python(house: &House) -> Result<(), Failure> {
    install(house, "sdk", &folder(house).join("python/requirements.txt"))
}

/// Makes the virtual environment `name` hold what `requirements` names.
pub(crate) fn install(house: &House, name: &str, requirements: &Path) -> Result<(), Failure> {
    let wanted = fs::read_to_string(requirements).trying(format_args!("read {}", requirements.display()))?;
    let environment = environment(house, name);
    // The stamp stands inside: whoever deletes the environment deletes what the stamp speaks of.
    let stamp = environment.join("countersign-requirements.txt");
    let python = python(house, name);
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|noted| noted == wanted) {
        return Ok(());
    }
    println!("Installing Python packages in {}.", environment.display());
    let mut make = Command::new(system_python());
    make.args(["-m", "venv", "--clear"]).arg(&environment);
    step::shown("make a virtual environment for Python", &mut make)?;
    let mut install = Command::new(&python);
    // Packages that come with their hashes are held to them, and then all of them must have one.
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    step::shown("install the Python packages", install.arg(requirements))?;
    fs::write(&stamp, wanted).trying("note which Python packages are installed")
}

/// The interpreter of a virtual environment.
pub(crate) fn python(house: &House, name: &str) -> PathBuf {
    environment(house, name).join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// The folder of the SDK suites.
pub(crate) fn folder(house: &House) -> PathBuf {
    house.root.join("tests/sdk")
}

fn environment(house: &House, name: &str) -> PathBuf {
    house.tools().join(format!("python-{name}"))
}

fn system_python() -> &'static str {
    if cfg!(windows) { "python" } else { "python3" }
}
