//! An X server without a screen, a window manager on it, and a keyboard: `xdotool`.

use crate::children::{Supervised, guarded};
use crate::failure::{During, Failure, Outcome};
use crate::session::{command_in, wait};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::process::Stdio;

/// The screen that windows open on, in pixels.
const SCREEN: &str = "1440x1000x24";

/// The X server and its window manager. Dropping it ends both.
pub(crate) struct X11 {
    // In the order in which they are to end.
    _window_manager: Supervised,
    _server: Supervised,
    environment: Vec<(String, String)>,
}

impl X11 {
    /// Starts both, and adds to the environment what clients need. They write to logs in `folder`.
    pub(crate) fn start(folder: &Path, environment: &mut Vec<(String, String)>) -> Outcome<Self> {
        let (server, display) = start_server(environment)?;
        environment.push(("DISPLAY".to_owned(), display));
        environment.push(("GDK_BACKEND".to_owned(), "x11".to_owned()));
        let log = folder.join("openbox.txt");
        let window_manager = Supervised::start("openbox", guarded(Path::new("openbox"), environment), &log)?;
        let started = Self { _window_manager: window_manager, _server: server, environment: environment.clone() };
        wait("the window manager", || {
            command_in(&started.environment, "xdotool")
                .args(["get_desktop"])
                .stderr(Stdio::null())
                .output()
                .is_ok_and(|answer| answer.status.success() && !answer.stdout.is_empty())
        })?;
        Ok(started)
    }

    pub(crate) fn type_keys(&self, text: &str) -> Outcome {
        self.xdotool(&["type", "--delay", "25", text])
    }

    pub(crate) fn press_key(&self, key: &str) -> Outcome {
        self.xdotool(&["key", key])
    }

    pub(crate) fn focused_window(&self) -> Outcome<String> {
        let answer = command_in(&self.environment, "xdotool").args(["getwindowfocus", "getwindowname"]).output();
        let answer = answer.during("ask which window has the focus")?;
        Ok(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
    }

    pub(crate) fn minimise_focused_window(&self) -> Outcome {
        self.xdotool(&["getwindowfocus", "windowminimize", "--sync"])
    }

    /// Has the window manager close the window of this title, as its user would.
    pub(crate) fn close_window(&self, title: &str) -> Outcome {
        let answer =
            command_in(&self.environment, "wmctrl").args(["-F", "-c", title]).output().during("call wmctrl")?;
        if answer.status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("wmctrl found no window called {title}")))
    }

    /// Ends the program behind the window of this title as the end of a session does.
    pub(crate) fn end_program(&self, title: &str) -> Outcome {
        let search = ["search", "--onlyvisible", "--name", &format!("^{title}$"), "getwindowpid"];
        let answer = command_in(&self.environment, "xdotool").args(search).output().during("call xdotool")?;
        let pid = String::from_utf8_lossy(&answer.stdout).trim().parse().ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| Failure::new(format!("no window called {title}")))?;
        kill_process(pid, Signal::TERM).during("end the program")
    }

    pub(crate) fn picture(&self, path: &Path) -> Outcome {
        let mut import = command_in(&self.environment, "import");
        let answer = import.args(["-window", "root"]).arg(path).output().during("take a picture")?;
        if answer.status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("import could not take a picture: {}", String::from_utf8_lossy(&answer.stderr))))
    }

    fn xdotool(&self, arguments: &[&str]) -> Outcome {
        let answer = command_in(&self.environment, "xdotool").args(arguments).output().during("call xdotool")?;
        if answer.status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("xdotool refused: {}", String::from_utf8_lossy(&answer.stderr))))
    }
}

fn start_server(environment: &[(String, String)]) -> Outcome<(Supervised, String)> {
    let mut command = guarded(Path::new("Xvfb"), environment);
    // The server picks a free number itself and tells it: no race for one.
    command.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]);
    let (server, number) = Supervised::start_and_read_line("Xvfb", command, None)?;
    if number.is_empty() {
        return Err(Failure::new("Xvfb ended without opening a display"));
    }
    Ok((server, format!(":{number}")))
}
