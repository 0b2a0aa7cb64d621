//! An X server without a screen, a window manager on it, and a keyboard: `xdotool`.

use crate::children::{Supervised, guarded};
use crate::failure::{During, Failure, Outcome, expect};
use crate::session::{Place, Screen, command_in, wait};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The window manager's own configuration, of which the panel's room is changed.
const OPENBOX: &str = "/etc/xdg/openbox/rc.xml";

/// The X server and its window manager. Dropping it ends both.
pub(crate) struct X11 {
    // In the order in which they are to end.
    _window_manager: Supervised,
    _server: Supervised,
    environment: Vec<(String, String)>,
}

impl X11 {
    /// Starts both, and adds to the environment what clients need. They write to logs in `folder`.
    pub(crate) fn start(screen: Screen, folder: &Path, environment: &mut Vec<(String, String)>) -> Outcome<Self> {
        let (server, display) = start_server(screen, environment)?;
        environment.push(("DISPLAY".to_owned(), display));
        environment.push(("GDK_BACKEND".to_owned(), "x11".to_owned()));
        if screen.scale != 1 {
            environment.push(("GDK_SCALE".to_owned(), screen.scale.to_string()));
        }
        let log = folder.join("openbox.txt");
        let mut openbox = guarded(Path::new("openbox"), environment);
        openbox.arg("--config-file").arg(with_panel(screen, folder)?);
        let window_manager = Supervised::start("openbox", openbox, &log)?;
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

    pub(crate) fn hold_key(&self, key: &str) -> Outcome {
        self.xdotool(&["keydown", key])
    }

    pub(crate) fn release_key(&self, key: &str) -> Outcome {
        self.xdotool(&["keyup", key])
    }

    pub(crate) fn focused_window(&self) -> Outcome<String> {
        let answer = command_in(&self.environment, "xdotool").args(["getwindowfocus", "getwindowname"]).output();
        let answer = answer.during("ask which window has the focus")?;
        Ok(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
    }

    pub(crate) fn minimise_focused_window(&self) -> Outcome {
        self.xdotool(&["getwindowfocus", "windowminimize", "--sync"])
    }

    /// Has the window manager bring the window of this title to the front.
    pub(crate) fn turn_to_window(&self, title: &str) -> Outcome {
        self.wmctrl(title, "-a")
    }

    /// Has the window manager close the window of this title, as its user would.
    pub(crate) fn close_window(&self, title: &str) -> Outcome {
        self.wmctrl(title, "-c")
    }

    fn wmctrl(&self, title: &str, what: &str) -> Outcome {
        let answer =
            command_in(&self.environment, "wmctrl").args(["-F", what, title]).output().during("call wmctrl")?;
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

    /// `framed`: with what the window manager has put around it.
    pub(crate) fn place_of(&self, title: &str, framed: bool) -> Outcome<Place> {
        let answer = command_in(&self.environment, "xwininfo").args(["-name", title]).output();
        let answer = answer.during("call xwininfo")?;
        let said = String::from_utf8_lossy(&answer.stdout).into_owned();
        let number = |name: &str| {
            let line = said.lines().find_map(|line| line.trim().strip_prefix(name))?;
            line.trim().parse::<i64>().ok()
        };
        let (x, y) = (number("Absolute upper-left X:"), number("Absolute upper-left Y:"));
        let (Some(x), Some(y), Some(width), Some(height), true) =
            (x, y, number("Width:"), number("Height:"), said.contains("IsViewable"))
        else {
            let told = String::from_utf8_lossy(&answer.stderr).into_owned();
            return Err(Failure::new(format!("no window called {title} is on the screen: {told}")));
        };
        let [left, right, top, bottom] = if framed { self.frame_of(title)? } else { [0; 4] };
        Ok(Place { x: x - left, y: y - top, width: width + left + right, height: height + top + bottom })
    }

    /// What the window manager has put around a window: left, right, top, bottom.
    fn frame_of(&self, title: &str) -> Outcome<[i64; 4]> {
        let answer = command_in(&self.environment, "xprop").args(["-name", title, "_NET_FRAME_EXTENTS"]).output();
        let answer = answer.during("call xprop")?;
        let said = String::from_utf8_lossy(&answer.stdout).into_owned();
        let (_, numbers) = said.split_once('=').unwrap_or_default();
        let numbers: Vec<i64> = numbers.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        numbers.try_into().map_err(|_other| Failure::new(format!("no frame around {title}: {said}")))
    }

    pub(crate) fn bring_to_front(&self, title: &str) -> Outcome {
        let answer =
            command_in(&self.environment, "wmctrl").args(["-F", "-a", title]).output().during("call wmctrl")?;
        expect(answer.status.success(), || format!("wmctrl found no window called {title}"))
    }

    pub(crate) fn move_window(&self, title: &str, to: Place) -> Outcome {
        let Place { x, y, width, height } = to;
        let answer = command_in(&self.environment, "wmctrl")
            .args(["-F", "-r", title, "-e", &format!("0,{x},{y},{width},{height}")])
            .output()
            .during("call wmctrl")?;
        expect(answer.status.success(), || format!("wmctrl found no window called {title}"))
    }

    /// The server has one monitor, "screen"; a mode of the new size is added to it and taken.
    pub(crate) fn change_screen(&self, width: u32, height: u32) -> Outcome {
        let mode = format!("{width}x{height}");
        let (across, down) = (width.to_string(), height.to_string());
        let timings = [&across, &across, &across, &across, &down, &down, &down, &down];
        let new_mode: Vec<&str> =
            ["--newmode", &mode, "60"].into_iter().chain(timings.iter().map(|timing| timing.as_str())).collect();
        let known = command_in(&self.environment, "xrandr").output().during("call xrandr")?;
        let known = String::from_utf8_lossy(&known.stdout).contains(&format!(" {mode} "));
        let add = [new_mode, vec!["--addmode", "screen", &mode]];
        let take = vec!["--output", "screen", "--mode", &mode];
        for arguments in add.into_iter().filter(|_| !known).chain([take]) {
            let answer = command_in(&self.environment, "xrandr").args(&arguments).output().during("call xrandr")?;
            let said = String::from_utf8_lossy(&answer.stderr);
            expect(answer.status.success(), || format!("xrandr refused {arguments:?}: {said}"))?;
        }
        Ok(())
    }

    fn xdotool(&self, arguments: &[&str]) -> Outcome {
        let answer = command_in(&self.environment, "xdotool").args(arguments).output().during("call xdotool")?;
        if answer.status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("xdotool refused: {}", String::from_utf8_lossy(&answer.stderr))))
    }
}

/// The system's configuration of the window manager with room for the panel.
fn with_panel(screen: Screen, folder: &Path) -> Outcome<PathBuf> {
    let usual = fs::read_to_string(OPENBOX).during("read the window manager's configuration")?;
    let bottom = "<bottom>0</bottom>";
    expect(usual.contains(bottom), || format!("{OPENBOX} should leave no room at the bottom"))?;
    let path = folder.join("openbox.xml");
    let configuration = usual.replacen(bottom, &format!("<bottom>{}</bottom>", screen.panel), 1);
    fs::write(&path, configuration).during("write the window manager's configuration")?;
    Ok(path)
}

fn start_server(screen: Screen, environment: &[(String, String)]) -> Outcome<(Supervised, String)> {
    let mut command = guarded(Path::new("Xvfb"), environment);
    let size = format!("{}x{}x24", screen.width, screen.height);
    // The server picks a free number itself and tells it: no race for one.
    command.args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset"]);
    let (server, number) = Supervised::start_and_read_line("Xvfb", command, None)?;
    if number.is_empty() {
        return Err(Failure::new("Xvfb ended without opening a display"));
    }
    Ok((server, format!(":{number}")))
}
