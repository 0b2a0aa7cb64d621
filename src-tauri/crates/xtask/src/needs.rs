//! What a machine must have, and how to see whether it has it.
//!
//! Nothing here asks a question: on Debian and Ubuntu it says what it is about to install and installs it; elsewhere, or
//! without the right to, it names everything that is missing and stops.

use crate::apt;
use crate::browser;
use crate::failure::Failure;
use crate::house::House;
use crate::step;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The WebDriver server for Tauri's windows; the version the tests were written with.
const TAURI_DRIVER: Tool = Tool { name: "tauri-driver", version: "2.1.0", what: "drives the application's windows" };
/// What changes the source to see whether a test notices; the version whose names and files `mutants` reads.
const CARGO_MUTANTS: Tool =
    Tool { name: "cargo-mutants", version: "27.1.0", what: "changes the source to see whether a test notices" };

/// A program that cargo builds for the house alone.
struct Tool {
    name: &'static str,
    version: &'static str,
    /// What it does, for the person at the terminal.
    what: &'static str,
}

/// What the machine is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Compile the application.
    Build,
    /// Run the UI's and the stand-in's tests in a browser.
    Browser,
    /// Run Stripe's own SDKs against the simulator.
    Sdks,
    /// Drive the application's real windows without a screen.
    Windows,
    /// See whether the tests notice a change.
    Mutants,
}

/// How to see that something is there.
enum Sign {
    /// One of these programs can be found.
    Program(&'static [&'static str]),
    /// This command ends well.
    Succeeds(&'static [&'static str]),
    /// At least one scalable font is installed.
    Font,
    /// A browser of the right kind is there, and starts.
    Browser,
}

/// One thing that a machine must have.
pub(crate) struct Need {
    purpose: Purpose,
    /// What it is, for the person at the terminal.
    pub(crate) what: &'static str,
    sign: Sign,
    /// On Linux its Debian package; elsewhere where to get it.
    pub(crate) source: &'static str,
}

impl Need {
    /// True when the machine has it.
    pub(crate) fn met(&self) -> bool {
        self.sign.seen()
    }
}

const fn need(purpose: Purpose, what: &'static str, sign: Sign, source: &'static str) -> Need {
    Need { purpose, what, sign, source }
}

/// On Linux; sources are Debian packages.
const LINUX: &[Need] = &[
    need(Purpose::Build, "a C compiler and linker", Sign::Program(&["cc"]), "build-essential"),
    need(Purpose::Build, "pkg-config", Sign::Program(&["pkg-config", "pkgconf"]), "pkg-config"),
    need(
        Purpose::Build,
        "WebKitGTK 4.1 with its headers",
        Sign::Succeeds(&["pkg-config", "--exists", "webkit2gtk-4.1"]),
        "libwebkit2gtk-4.1-dev",
    ),
    need(Purpose::Browser, "Chromium", Sign::Browser, "chromium"),
    need(
        Purpose::Sdks,
        "Python 3 with virtual environments",
        Sign::Succeeds(&["python3", "-c", "import ensurepip, venv"]),
        "python3-venv",
    ),
    need(Purpose::Sdks, "process supervision", Sign::Program(&["setpriv"]), "util-linux"),
    need(Purpose::Windows, "an X server without a screen", Sign::Program(&["Xvfb"]), "xvfb"),
    need(Purpose::Windows, "a window manager", Sign::Program(&["openbox"]), "openbox"),
    need(Purpose::Windows, "a session bus", Sign::Program(&["dbus-daemon"]), "dbus"),
    need(Purpose::Windows, "a way to ask the session bus", Sign::Program(&["dbus-send"]), "dbus"),
    need(Purpose::Windows, "a keyring", Sign::Program(&["gnome-keyring-daemon"]), "gnome-keyring"),
    need(Purpose::Windows, "a way to look into the keyring", Sign::Program(&["secret-tool"]), "libsecret-tools"),
    need(Purpose::Windows, "WebKit's WebDriver", Sign::Program(&["WebKitWebDriver"]), "webkit2gtk-driver"),
    need(Purpose::Windows, "screenshots", Sign::Program(&["import"]), "imagemagick"),
    need(Purpose::Windows, "process supervision", Sign::Program(&["setpriv"]), "util-linux"),
    need(Purpose::Windows, "keys pressed from outside", Sign::Program(&["xdotool"]), "xdotool"),
    need(Purpose::Windows, "windows closed from outside", Sign::Program(&["wmctrl"]), "wmctrl"),
    need(Purpose::Windows, "windows measured from outside", Sign::Program(&["xwininfo"]), "x11-utils"),
    need(Purpose::Windows, "screens changed from outside", Sign::Program(&["xrandr"]), "x11-xserver-utils"),
    need(Purpose::Windows, "a Wayland compositor", Sign::Program(&["sway"]), "sway"),
    need(Purpose::Windows, "keys pressed from outside under Wayland", Sign::Program(&["wtype"]), "wtype"),
    need(Purpose::Windows, "screenshots under Wayland", Sign::Program(&["grim"]), "grim"),
    need(Purpose::Windows, "a list of the fonts", Sign::Program(&["fc-list"]), "fontconfig"),
    need(Purpose::Windows, "a font", Sign::Font, "fonts-dejavu-core"),
];

/// On macOS. Untried.
const MACOS: &[Need] = &[
    need(
        Purpose::Build,
        "Apple's command line tools",
        Sign::Succeeds(&["xcode-select", "-p"]),
        "`xcode-select --install`",
    ),
    need(Purpose::Browser, "Chrome or Chromium", Sign::Browser, "google.com/chrome"),
    need(Purpose::Sdks, "Python 3", Sign::Succeeds(&["python3", "-c", "import ensurepip, venv"]), "python.org"),
];

/// On Windows. Untried. The compiler is there, or xtask itself would not run.
const WINDOWS: &[Need] = &[
    need(
        Purpose::Build,
        "Microsoft's WebView2 runtime",
        Sign::Succeeds(&[
            "reg",
            "query",
            r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}",
            "/v",
            "pv",
        ]),
        "developer.microsoft.com/microsoft-edge/webview2",
    ),
    need(Purpose::Browser, "Chrome", Sign::Browser, "google.com/chrome"),
    need(Purpose::Sdks, "Python 3", Sign::Succeeds(&["python", "-c", "import ensurepip, venv"]), "python.org"),
];

/// Makes sure that everything for these purposes is there.
pub(crate) fn ensure(house: &House, purposes: &[Purpose]) -> Result<(), Failure> {
    if cfg!(target_os = "linux") {
        // Node is not installed from here: what Debian and Ubuntu bring is often too old.
        node_trouble().map_or(Ok(()), |trouble| Err(Failure::new(trouble)))?;
        let missing = missing(LINUX, purposes);
        if !missing.is_empty() {
            apt::install(&missing)?;
        }
    } else {
        let table = if cfg!(target_os = "macos") { MACOS } else { WINDOWS };
        named(&missing(table, purposes), node_trouble())?;
    }
    if purposes.contains(&Purpose::Windows) {
        ensure_tool(house, &TAURI_DRIVER)?;
    }
    if purposes.contains(&Purpose::Mutants) {
        ensure_tool(house, &CARGO_MUTANTS)?;
    }
    Ok(())
}

fn missing(table: &'static [Need], purposes: &[Purpose]) -> Vec<&'static Need> {
    table.iter().filter(|need| purposes.contains(&need.purpose) && !need.met()).collect()
}

/// Fails with everything that is missing, at once.
fn named(missing: &[&Need], node: Option<String>) -> Result<(), Failure> {
    let sentences: Vec<String> = missing
        .iter()
        .map(|need| format!("{} is not here. Get it from {}.", need.what, need.source))
        .chain(node)
        .collect();
    if sentences.is_empty() { Ok(()) } else { Err(Failure::new(sentences.join("\n"))) }
}

/// What is wrong with Node.js and npm here, and what to do.
fn node_trouble() -> Option<String> {
    let advice = "Countersign's screens are built with Node.js 20.19 or later of 20, 22.12 or later of 22, or 24 and up, and its npm. \
                  Install it from nodejs.org (on Debian and Ubuntu: from NodeSource, github.com/nodesource/distributions), \
                  then run this again.";
    let Ok(answer) = Command::new("node").arg("--version").output() else {
        return Some(format!("Node.js is not here. {advice}"));
    };
    let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    if !node_is_new_enough(&version) {
        return Some(format!("Node.js {version} cannot build the screens. {advice}"));
    }
    find_program("npm").is_none().then(|| format!("npm is not here. {advice}"))
}

/// What Vite and its plugin for Svelte ask for: `^20.19 || ^22.12 || >=24`.
fn node_is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|number| number.parse::<u32>().ok());
    let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else {
        return false;
    };
    matches!((major, minor), (20, 19..) | (22, 12..) | (24.., _))
}

fn ensure_tool(house: &House, tool: &Tool) -> Result<(), Failure> {
    let Tool { name, version, what } = tool;
    let program = house.tools().join("bin").join(format!("{name}{}", env::consts::EXE_SUFFIX));
    // cargo writes down which version it installed.
    let noted = std::fs::read_to_string(house.tools().join(".crates.toml")).unwrap_or_default();
    if program.exists() && noted.contains(&format!("\"{name} {version} ")) {
        return Ok(());
    }
    println!("Installing {name} {version}, which {what}.");
    let root = house.tools();
    let mut install = house.cargo(["install", "--locked", "--quiet", "--force", "--root"]);
    install.arg(&root).arg(format!("{name}@{version}"));
    step::shown(&format!("install {name}"), &mut install)
}

impl Sign {
    fn seen(&self) -> bool {
        match self {
            Self::Program(names) => names.iter().any(|name| find_program(name).is_some()),
            Self::Succeeds(words) => succeeds(words),
            Self::Font => Command::new("fc-list").output().is_ok_and(|answer| !answer.stdout.trim_ascii().is_empty()),
            Self::Browser => browser::find().is_some(),
        }
    }
}

fn succeeds(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    quietly(Command::new(program).args(arguments))
}

fn quietly(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Looks for a program in PATH, and where administrators' programs are.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
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

/// Adds what cargo lacks, or stops with a sentence.
pub(crate) fn ensure_cargo_components(house: &House) -> Result<(), Failure> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let there = || quietly(&mut house.cargo([subcommand, "--version"]));
        if there() {
            continue;
        }
        println!("Adding {component} to the Rust toolchain.");
        let mut add = Command::new("rustup");
        add.current_dir(&house.root).args(["component", "add", component]);
        let added = step::shown(&format!("add {component}"), &mut add);
        if added.is_ok() && there() {
            continue;
        }
        let reason = added.err().map_or_else(String::new, |failure| format!("{failure}\n"));
        return Err(Failure::new(format!(
            "{reason}`cargo {subcommand}` is missing. Install Rust with rustup (rustup.rs), or the package of your system \
             that has {component}, then run this again."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_as_new_as_vite_asks() {
        for good in ["v20.19.0", "v20.19.2", "v22.12.0", "v24.1.0"] {
            assert!(node_is_new_enough(good), "{good}");
        }
        for bad in ["v18.20.4", "v20.18.3", "v20.9.0", "v21.7.3", "v22.11.0", "v23.1.0", "", "node"] {
            assert!(!node_is_new_enough(bad), "{bad}");
        }
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let missing: Vec<&Need> = MACOS.iter().collect();
        let said = named(&missing, Some("npm is not here.".to_owned())).map_err(|failure| failure.to_string());
        let said = said.expect_err("something is missing");
        for word in ["command line tools", "xcode-select --install", "Chrome", "npm"] {
            assert!(said.contains(word), "{word} in {said}");
        }
        assert!(named(&[], None).is_ok());
    }

    #[test]
    fn every_debian_need_has_a_package_name() {
        for need in LINUX {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
            assert!(!need.source.is_empty() && need.source.chars().all(plain), "{}", need.source);
        }
    }
}
