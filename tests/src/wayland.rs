//! A Wayland compositor without a screen, and a keyboard on it: sway and `wtype`. There is no X server behind it, and no
//! mouse.
//!
//! Sway refuses to run as root; there it runs as `nobody`, in a folder of its own. Root's programs may use its sockets.

use crate::children::{Supervised, guarded};
use crate::failure::{During, Failure, Outcome};
use crate::session::{Place, Screen, command_in, wait};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The one screen's name.
const OUTPUT: &str = "HEADLESS-1";

/// A keyboard stays plugged in for this long, milliseconds: longer than any test. Without one the seat has no keyboard
/// between two keys, and no window has its focus.
const PLUGGED_IN_MS: &str = "600000";

/// The compositor and its keyboard. Dropping it ends both.
pub(crate) struct Wayland {
    // In the order in which they are to end.
    _keyboard: Supervised,
    _compositor: Supervised,
    environment: Vec<(String, String)>,
    screen: Screen,
    /// The compositor's own.
    _folder: tempfile::TempDir,
}

impl Wayland {
    /// Starts both, and adds to the environment what clients need. They write to logs in `logs`.
    pub(crate) fn start(screen: Screen, logs: &Path, environment: &mut Vec<(String, String)>) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("countersign-sway-").tempdir().during("make sway's folder")?;
        environment.push(("SWAYSOCK".to_owned(), folder.path().join("control").display().to_string()));
        let compositor = start_compositor(screen, folder.path(), environment, logs)?;
        let display = wait_for_display(folder.path(), environment)?;
        environment.push(("WAYLAND_DISPLAY".to_owned(), display));
        environment.push(("GDK_BACKEND".to_owned(), "wayland".to_owned()));
        let mut keyboard = guarded(Path::new("wtype"), environment);
        keyboard.args(["-s", PLUGGED_IN_MS]);
        let keyboard = Supervised::start("wtype", keyboard, &logs.join("keyboard.txt"))?;
        let started = Self {
            _keyboard: keyboard,
            _compositor: compositor,
            environment: environment.clone(),
            screen,
            _folder: folder,
        };
        wait("the keyboard", || started.has_keyboard().unwrap_or(false))?;
        Ok(started)
    }

    pub(crate) fn type_keys(&self, text: &str) -> Outcome {
        self.run("wtype", &["-d", "30", text]).map(drop)
    }

    /// `key` as X names it, with its modifiers before it: `alt+F4`.
    pub(crate) fn press_key(&self, key: &str) -> Outcome {
        let mut parts: Vec<&str> = key.split('+').collect();
        let key = parts.pop().unwrap_or_default();
        let mut arguments: Vec<&str> = parts.iter().flat_map(|modifier| ["-M", *modifier]).collect();
        arguments.extend(["-k", key]);
        arguments.extend(parts.iter().flat_map(|modifier| ["-m", *modifier]));
        self.run("wtype", &arguments).map(drop)
    }

    pub(crate) fn focused_window(&self) -> Outcome<String> {
        let focused = self.window(|node| node["focused"] == true)?;
        Ok(focused.map(|node| node["name"].as_str().unwrap_or_default().to_owned()).unwrap_or_default())
    }

    pub(crate) fn place_of(&self, title: &str) -> Outcome<Place> {
        let window = self.window(|node| node["name"] == title && node["visible"] == true)?;
        let window = window.ok_or_else(|| Failure::new(format!("no window called {title}")))?;
        let number = |name: &str| {
            let pixels = window["rect"][name].as_i64().unwrap_or_default();
            pixels * i64::from(self.screen.scale)
        };
        Ok(Place { x: number("x"), y: number("y"), width: number("width"), height: number("height") })
    }

    pub(crate) fn change_screen(&self, width: u32, height: u32) -> Outcome {
        self.run("swaymsg", &["output", OUTPUT, "resolution", &format!("{width}x{height}")]).map(drop)
    }

    /// The first window that is wanted.
    fn window(&self, is_wanted: impl Fn(&Value) -> bool) -> Outcome<Option<Value>> {
        let tree = self.ask("get_tree")?;
        let mut waiting = vec![&tree];
        while let Some(node) = waiting.pop() {
            // Workspaces and outputs are nodes as well; windows have a process.
            if node["pid"].is_number() && is_wanted(node) {
                return Ok(Some(node.clone()));
            }
            for inside in ["nodes", "floating_nodes"] {
                waiting.extend(node[inside].as_array().into_iter().flatten());
            }
        }
        Ok(None)
    }

    pub(crate) fn picture(&self, path: &Path) -> Outcome {
        self.run("grim", &[&path.display().to_string()]).map(drop)
    }

    fn has_keyboard(&self) -> Outcome<bool> {
        let inputs = self.ask("get_inputs")?;
        Ok(inputs.as_array().into_iter().flatten().any(|input| input["type"] == "keyboard"))
    }

    fn ask(&self, question: &str) -> Outcome<Value> {
        let answer = self.run("swaymsg", &["--raw", "-t", question])?;
        serde_json::from_slice(&answer).during("read what sway says")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Outcome<Vec<u8>> {
        let answer = command_in(&self.environment, program).args(arguments).output();
        let answer = answer.during(format_args!("call {program}"))?;
        if answer.status.success() {
            return Ok(answer.stdout);
        }
        Err(Failure::new(format!("{program} refused: {}", String::from_utf8_lossy(&answer.stderr))))
    }
}

fn start_compositor(
    screen: Screen,
    folder: &Path,
    environment: &[(String, String)],
    logs: &Path,
) -> Outcome<Supervised> {
    let configuration = folder.join("configuration");
    let Screen { width, height, scale, .. } = screen;
    let asked = format!("output {OUTPUT} resolution {width}x{height} scale {scale}\nxwayland disable\n");
    fs::write(&configuration, asked).during("write sway's configuration")?;
    let homes = ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"];
    let mut own: Vec<(String, String)> =
        environment.iter().filter(|(name, _)| !homes.contains(&name.as_str())).cloned().collect();
    own.extend(homes.map(|name| (name.to_owned(), folder.display().to_string())));
    own.extend(
        [("WLR_BACKENDS", "headless"), ("WLR_LIBINPUT_NO_DEVICES", "1"), ("WLR_RENDERER", "pixman")]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let mut command = if rustix::process::geteuid().is_root() {
        let answer = Command::new("chown").args(["-R", "nobody:nogroup"]).arg(folder).output();
        let answer = answer.during("give sway's folder to nobody")?;
        if !answer.status.success() {
            let said = String::from_utf8_lossy(&answer.stderr);
            return Err(Failure::new(format!("sway's folder could not be given to nobody: {said}")));
        }
        let mut command = guarded(Path::new("setpriv"), &own);
        // A change of the user takes the kernel's word to end it back: it is asked for again.
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig", "KILL", "--", "sway"]);
        command
    } else {
        guarded(Path::new("sway"), &own)
    };
    command.arg("--config").arg(&configuration);
    Supervised::start("sway", command, &logs.join("sway.txt"))
}

/// The path of the compositor's socket, once it listens.
fn wait_for_display(folder: &Path, environment: &[(String, String)]) -> Outcome<String> {
    let mut display = None;
    wait("sway", || {
        let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        let mut names = names.filter_map(|name| name.into_string().ok());
        display = names.find(|name| name.starts_with("wayland-") && !name.contains('.'));
        let answers = command_in(environment, "swaymsg").args(["-t", "get_version"]).output();
        display.is_some() && answers.is_ok_and(|answer| answer.status.success())
    })?;
    let display = display.ok_or_else(|| Failure::new("sway opened no display"))?;
    Ok(folder.join(display).display().to_string())
}
