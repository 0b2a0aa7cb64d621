//! Installs what is missing with apt-get, on Debian and Ubuntu.

use crate::browser;
use crate::failure::Failure;
use crate::house::unattended;
use crate::needs::{Need, find_program};
use crate::step;
use std::io::IsTerminal;
use std::process::Command;

/// Installs these packages; says what, and what is still missing after it.
pub(crate) fn install(wanted: &[&Need]) -> Result<(), Failure> {
    let listed: Vec<String> = wanted.iter().map(|need| format!("  {:<24} {}", package(need), need.what)).collect();
    let listed = listed.join("\n");
    let Some(rights) = Rights::of_this_user() else {
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
    if let Err(failure) = step::shown("refresh the package lists", &mut apt(&["update", "-q"])) {
        // One foreign repository that is gone is no reason to stop: what the house needs may come from another.
        println!("{failure} Going on with the lists that are here.");
    }
    let mut packages: Vec<&str> = wanted.iter().map(|need| package(need)).collect();
    packages.dedup();
    let mut install = apt(&["install", "-q", "-y", "--no-install-recommends"]);
    install.args(&packages);
    step::shown("install the packages", &mut install).map_err(|failure| {
        Failure::new(format!("{failure} This machine still lacks what is listed here; names are Debian's.\n{listed}"))
    })?;
    let missing: Vec<&str> = wanted.iter().filter(|need| !need.met()).map(|need| need.what).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut said = format!("apt-get installed the packages, but this is still not here: {}.", missing.join(", "));
    if let Some(trouble) = browser::trouble() {
        said.push('\n');
        said.push_str(&trouble);
    }
    Err(Failure::new(said))
}

/// Ubuntu has the browser under another name.
fn package(need: &Need) -> &'static str {
    let ubuntu =
        std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    if ubuntu && need.source == "chromium" { "chromium-browser" } else { need.source }
}

/// How apt-get may be called.
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn of_this_user() -> Option<Self> {
        find_program("apt-get")?;
        let id = Command::new("id").arg("-u").output().ok()?;
        if id.stdout.trim_ascii() == b"0" {
            return Some(Self::Root);
        }
        find_program("sudo").map(|_sudo| Self::Sudo)
    }

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
