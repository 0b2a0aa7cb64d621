//! What a machine must have, how to see whether it has it, and how to get it on Debian and Ubuntu.
//!
//! Nothing here asks a question: it says what it is about to do and does it, or says what is missing and stops.

use crate::failure::{Failure, Trying};
use crate::house::{House, unattended};
use crate::step;
use std::env;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The WebDriver server for Tauri's windows; the version the tests were written with.
const TAURI_DRIVER: &str = "2.1.0";
/// The oldest Node that the UI's tools run on.
const NODE_MAJOR: u32 = 20;

/// What the browser that the UI is tested in may be called.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// What the machine is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Compile the application.
    Build,
    /// Run the UI's and the stand-in's tests in a browser.
    Browser,
    /// Drive the application's real windows without a screen.
    Windows,
}

/// How to see that something is there.
enum Sign {
    /// One of these programs can be found.
    Program(&'static [&'static str]),
    /// pkg-config knows this library.
    Library(&'static str),
    /// At least one scalable font is installed.
    Font,
}

struct Need {
    purpose: Purpose,
    what: &'static str,
    sign: Sign,
    debian: &'static str,
}

const fn need(purpose: Purpose, what: &'static str, sign: Sign, debian: &'static str) -> Need {
    Need { purpose, what, sign, debian }
}

const NEEDS: &[Need] = &[
    need(Purpose::Build, "a C compiler and linker", Sign::Program(&["cc"]), "build-essential"),
    need(Purpose::Build, "pkg-config", Sign::Program(&["pkg-config", "pkgconf"]), "pkg-config"),
    need(Purpose::Build, "WebKitGTK 4.1 with its headers", Sign::Library("webkit2gtk-4.1"), "libwebkit2gtk-4.1-dev"),
    need(Purpose::Browser, "Chromium", Sign::Program(BROWSERS), "chromium"),
    need(Purpose::Windows, "an X server without a screen", Sign::Program(&["Xvfb"]), "xvfb"),
    need(Purpose::Windows, "a window manager", Sign::Program(&["openbox"]), "openbox"),
    need(Purpose::Windows, "a session bus", Sign::Program(&["dbus-daemon"]), "dbus"),
    need(Purpose::Windows, "a keyring", Sign::Program(&["gnome-keyring-daemon"]), "gnome-keyring"),
    need(Purpose::Windows, "a way to look into the keyring", Sign::Program(&["secret-tool"]), "libsecret-tools"),
    need(Purpose::Windows, "WebKit's WebDriver", Sign::Program(&["WebKitWebDriver"]), "webkit2gtk-driver"),
    need(Purpose::Windows, "screenshots", Sign::Program(&["import"]), "imagemagick"),
    need(Purpose::Windows, "process supervision", Sign::Program(&["setpriv"]), "util-linux"),
    need(Purpose::Windows, "keys pressed from outside", Sign::Program(&["xdotool"]), "xdotool"),
    need(Purpose::Windows, "a font", Sign::Font, "fonts-dejavu-core"),
];

/// Makes sure that everything for these purposes is there.
pub(crate) fn ensure(house: &House, purposes: &[Purpose]) -> Result<(), Failure> {
    ensure_node()?;
    if cfg!(target_os = "linux") {
        ensure_packages(purposes)?;
    }
    if purposes.contains(&Purpose::Windows) {
        ensure_tauri_driver(house)?;
    }
    Ok(())
}

fn ensure_packages(purposes: &[Purpose]) -> Result<(), Failure> {
    let wanted: Vec<&Need> =
        NEEDS.iter().filter(|need| purposes.contains(&need.purpose) && !need.sign.seen()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let listed: Vec<String> = wanted.iter().map(|need| format!("  {:<24} {}", debian_name(need), need.what)).collect();
    let listed = listed.join("\n");
    let Some(rights) = apt_rights() else {
        return Err(Failure::new(format!(
            "This machine lacks what is listed here, and xtask can install it only with apt-get as root or with sudo.\n\
             Names are Debian's; your system's may differ.\n{listed}"
        )));
    };
    println!("Installing with apt-get, because the house needs it and it is not here:\n{listed}");
    let apt = |arguments: &[&str]| {
        let mut command = rights.command();
        command.args(arguments);
        command
    };
    step::shown("refresh the package lists", &mut apt(&["update", "-q"]))?;
    let mut install = apt(&["install", "-q", "-y", "--no-install-recommends"]);
    install.args(wanted.iter().map(|need| debian_name(need)));
    step::shown("install the packages", &mut install)?;
    let missing: Vec<&str> = wanted.iter().filter(|need| !need.sign.seen()).map(|need| need.what).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("apt-get installed the packages, but this is still not here: {}.", missing.join(", "))))
}

/// Ubuntu has the browser under another name.
fn debian_name(need: &Need) -> &'static str {
    let ubuntu =
        std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    if ubuntu && need.debian == "chromium" { "chromium-browser" } else { need.debian }
}

/// How apt-get may be called.
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn command(&self) -> Command {
        match self {
            Self::Root => {
                let mut command = Command::new("apt-get");
                command.env("DEBIAN_FRONTEND", "noninteractive");
                command
            }
            Self::Sudo => {
                let mut command = Command::new("sudo");
                if unattended() || !std::io::stdin().is_terminal() {
                    command.arg("-n");
                }
                command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
                command
            }
        }
    }
}

fn apt_rights() -> Option<Rights> {
    find_program("apt-get")?;
    let id = Command::new("id").arg("-u").output().ok()?;
    if id.stdout.trim_ascii() == b"0" {
        return Some(Rights::Root);
    }
    find_program("sudo").map(|_sudo| Rights::Sudo)
}

fn ensure_node() -> Result<(), Failure> {
    let advice = format!(
        "Countersign's screens are built with Node.js {NODE_MAJOR} or newer and its npm. Install it from nodejs.org or \
         your system's packages (Debian and Ubuntu: `apt-get install nodejs npm`), then run this again."
    );
    let Ok(answer) = Command::new("node").arg("--version").output() else {
        return Err(Failure::new(format!("Node.js is not here. {advice}")));
    };
    let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    let major: u32 =
        version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < NODE_MAJOR {
        return Err(Failure::new(format!("Node.js {version} is too old. {advice}")));
    }
    if find_program("npm").is_none() {
        return Err(Failure::new(format!("npm is not here. {advice}")));
    }
    Ok(())
}

fn ensure_tauri_driver(house: &House) -> Result<(), Failure> {
    let driver = house.tools().join("bin").join("tauri-driver");
    // cargo writes down which version it installed.
    let noted = std::fs::read_to_string(house.tools().join(".crates.toml")).unwrap_or_default();
    if driver.exists() && noted.contains(&format!("\"tauri-driver {TAURI_DRIVER} ")) {
        return Ok(());
    }
    println!("Installing tauri-driver {TAURI_DRIVER}, which drives the application's windows.");
    let root = house.tools();
    let mut install = house.cargo(["install", "--locked", "--quiet", "--force", "--root"]);
    install.arg(&root).arg(format!("tauri-driver@{TAURI_DRIVER}"));
    step::shown("install tauri-driver", &mut install)
}

impl Sign {
    fn seen(&self) -> bool {
        match self {
            Self::Program(names) => names.iter().any(|name| find_program(name).is_some()),
            Self::Library(name) => Command::new("pkg-config")
                .args(["--exists", name])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success()),
            Self::Font => Command::new("fc-list").output().is_ok_and(|answer| !answer.stdout.trim_ascii().is_empty()),
        }
    }
}

/// The browser that the UI is tested in.
pub(crate) fn find_browser() -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| find_program(name))
}

/// Looks for a program in PATH, and where administrators' programs are.
fn find_program(name: &str) -> Option<PathBuf> {
    let paths = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&paths)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")])
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .chain(windows_script(name, &paths))
        .find(|path| path.is_file())
}

/// npm is a script with an ending on Windows.
fn windows_script(name: &str, paths: &std::ffi::OsStr) -> Vec<PathBuf> {
    if !cfg!(windows) {
        return Vec::new();
    }
    env::split_paths(paths).map(|folder: PathBuf| folder.join(format!("{name}.cmd"))).collect()
}

/// Stops with a sentence when cargo lacks a component.
pub(crate) fn ensure_cargo_components(house: &House) -> Result<(), Failure> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let there = house
            .cargo([subcommand, "--version"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if there {
            continue;
        }
        let mut add = Command::new("rustup");
        add.current_dir(Path::new(&house.root)).args(["component", "add", component]);
        println!("Adding {component} to the Rust toolchain.");
        add.status().trying(format_args!(
            "add {component}; install Rust with rustup, or the package that has `cargo {subcommand}`"
        ))?;
    }
    Ok(())
}
