//! A private desktop session without a screen: X server and window manager, or a Wayland compositor; session bus, and a
//! home of its own.
//!
//! Nothing of the person's session reaches it: the environment starts empty, and the bus starts no service by itself.
//! A keyring is there only when a test asks for one.

use crate::children::{Supervised, guarded};
use crate::failure::{During, Failure, Outcome, expect};
use crate::wayland::Wayland;
use crate::x11::X11;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A bus that starts nothing by itself: without a keyring there is none.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowSystem {
    /// An X server.
    X11,
    /// A Wayland compositor, without an X server.
    Wayland,
}

/// What windows open on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    pub system: WindowSystem,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pixels per logical pixel.
    pub scale: u32,
    /// Pixels that a panel takes at the bottom, where no window is to be.
    pub panel: u32,
}

impl Screen {
    /// As most tests have it.
    pub const X11: Self = Self { system: WindowSystem::X11, width: 1440, height: 1000, scale: 1, panel: 0 };
    /// The same without an X server.
    pub const WAYLAND: Self = Self { system: WindowSystem::Wayland, ..Self::X11 };
    /// A desk's usual one.
    pub const LARGE: Self = Self { width: 1920, height: 1080, panel: 40, ..Self::X11 };
    /// An old till's.
    pub const SMALL: Self = Self { width: 1024, height: 600, panel: 24, ..Self::X11 };
    /// A small notebook's.
    pub const NOTEBOOK: Self = Self { width: 1280, height: 720, panel: 32, ..Self::X11 };
    /// Much in little: 960 x 540 logical pixels.
    pub const DOUBLED: Self = Self { scale: 2, ..Self::LARGE };
    /// The same without an X server. Sway tells of no panels.
    pub const WAYLAND_DOUBLED: Self = Self { system: WindowSystem::Wayland, panel: 0, ..Self::DOUBLED };
}

/// Where a window stands on the screen, with its frame, in the screen's pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
    /// Across.
    pub width: i64,
    /// Down.
    pub height: i64,
}

/// The screen that is there.
enum Display {
    X11(X11),
    Wayland(Wayland),
}

/// The private session. Dropping it ends everything that runs in it and removes its home.
pub struct Session {
    // In the order in which they are to end.
    keyring: Option<Supervised>,
    display: Display,
    _bus: Supervised,
    environment: Vec<(String, String)>,
    folder: tempfile::TempDir,
    screen: Screen,
}

impl Session {
    /// Starts the session.
    ///
    /// # Errors
    /// When one of its programs is missing or does not come up.
    pub fn start(screen: Screen) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("countersign-").tempdir().during("make the session's folder")?;
        let mut environment = homes(folder.path())?;
        let (bus, address) = start_bus(folder.path(), &environment, "bus.conf", BUS)?;
        environment.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), address));
        let display = match screen.system {
            WindowSystem::X11 => Display::X11(X11::start(screen, folder.path(), &mut environment)?),
            WindowSystem::Wayland => Display::Wayland(Wayland::start(screen, folder.path(), &mut environment)?),
        };
        Ok(Self { keyring: None, display, _bus: bus, environment, folder, screen })
    }

    /// The screen that windows open on.
    #[must_use]
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// Where the window of this title stands, with its frame.
    ///
    /// # Errors
    /// When there is none on the screen.
    pub fn place_of(&self, title: &str) -> Outcome<Place> {
        match &self.display {
            Display::X11(x11) => x11.place_of(title, true),
            Display::Wayland(wayland) => wayland.place_of(title),
        }
    }

    /// Where the page of the window of this title stands, without its frame.
    ///
    /// # Errors
    /// When there is none on the screen, and under Wayland, where nobody is told.
    pub fn page_place_of(&self, title: &str) -> Outcome<Place> {
        match &self.display {
            Display::X11(x11) => x11.place_of(title, false),
            Display::Wayland(_) => Err(Failure::new("sway does not tell where pages stand")),
        }
    }

    /// Turns to the window of this title as its user would, who clicks on it.
    ///
    /// # Errors
    /// When there is none, and under Wayland: no test needs it there.
    pub fn bring_to_front(&self, title: &str) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.bring_to_front(title),
            Display::Wayland(_) => Err(Failure::new("windows are brought to the front under X11 alone")),
        }
    }

    /// Moves and resizes the window of this title as its user would.
    ///
    /// # Errors
    /// When there is none, and under Wayland: no test needs it there.
    pub fn move_window(&self, title: &str, to: Place) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.move_window(title, to),
            Display::Wayland(_) => Err(Failure::new("windows are moved under X11 alone")),
        }
    }

    /// Changes the screen that is there for another one of this size.
    ///
    /// # Errors
    /// When the display does not take it.
    pub fn change_screen(&mut self, width: u32, height: u32) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.change_screen(width, height)?,
            Display::Wayland(wayland) => wayland.change_screen(width, height)?,
        }
        self.screen = Screen { width, height, ..self.screen };
        Ok(())
    }

    /// The session's folder; everything that runs in it writes below.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The environment of everything in the session.
    #[must_use]
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// A command that runs in the session and ends before the caller goes on.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        command_in(&self.environment, program)
    }

    /// Starts another bus, on which no program can speak to a till that is open already. It ends with what is returned, and its
    /// address is what programs are to be told.
    ///
    /// # Errors
    /// When dbus-daemon does not come up.
    pub fn start_bus_that_reaches_no_till(&self) -> Outcome<(Supervised, String)> {
        let deaf = BUS.replace("  </policy>", "    <deny send_interface=\"org.SingleInstance.DBus\"/>\n  </policy>");
        start_bus(self.folder(), &self.environment, "deaf-bus.conf", &deaf)
    }

    /// Starts a real keyring, unlocked.
    ///
    /// # Errors
    /// When gnome-keyring does not come up.
    pub fn start_keyring(&mut self) -> Outcome {
        let mut command = guarded(Path::new("gnome-keyring-daemon"), &self.environment);
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        let (keyring, _control) =
            Supervised::start_and_read_line("gnome-keyring-daemon", command, Some("a password\n"))?;
        self.keyring = Some(keyring);
        wait("the keyring", || {
            let mut ask = self.command("dbus-send");
            ask.args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ]);
            ask.output().is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("boolean true"))
        })
    }

    /// Locks the keyring. Nothing in the session can ask a person for its password.
    ///
    /// # Errors
    /// When the keyring does not lock itself.
    pub fn lock_keyring(&self) -> Outcome {
        let answer = self
            .command("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.secrets",
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.Lock",
                "array:objpath:/org/freedesktop/secrets/aliases/default",
            ])
            .output()
            .during("lock the keyring")?;
        // It answers with what it locked.
        let said = String::from_utf8_lossy(&answer.stdout);
        expect(answer.status.success() && said.contains("/org/freedesktop/secrets/"), || {
            format!("the keyring did not lock itself: {said}{}", String::from_utf8_lossy(&answer.stderr))
        })
    }

    /// What the keyring holds under an attribute, as `secret-tool` lists it, secrets included.
    ///
    /// # Errors
    /// When `secret-tool` cannot be started.
    pub fn secrets(&self, attribute: &str, value: &str) -> Outcome<String> {
        let answer = self
            .command("secret-tool")
            .args(["search", "--all", "--unlock", attribute, value])
            .output()
            .during("look into the keyring")?;
        Ok(format!("{}{}", String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr)))
    }

    /// Types text into the window that has the focus, as a keyboard does.
    ///
    /// # Errors
    /// When the display does not take the keys.
    pub fn type_keys(&self, text: &str) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.type_keys(text),
            Display::Wayland(wayland) => wayland.type_keys(text),
        }
    }

    /// Presses one key, named as X names it, in the window that has the focus.
    ///
    /// # Errors
    /// When the display does not take the key.
    pub fn press_key(&self, key: &str) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.press_key(key),
            Display::Wayland(wayland) => wayland.press_key(key),
        }
    }

    /// Presses one key and keeps it down: the display repeats it until it is released.
    ///
    /// # Errors
    /// When the display does not take the key, and under Wayland: no test needs it there.
    pub fn hold_key(&self, key: &str) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.hold_key(key),
            Display::Wayland(_) => Err(Failure::new("keys are held under X11 alone")),
        }
    }

    /// Lets go of a key that is held.
    ///
    /// # Errors
    /// As [`Self::hold_key`].
    pub fn release_key(&self, key: &str) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.release_key(key),
            Display::Wayland(_) => Err(Failure::new("keys are held under X11 alone")),
        }
    }

    /// The title of the window that has the focus; empty when none has.
    ///
    /// # Errors
    /// When the display cannot be asked.
    pub fn focused_window(&self) -> Outcome<String> {
        match &self.display {
            Display::X11(x11) => x11.focused_window(),
            Display::Wayland(wayland) => wayland.focused_window(),
        }
    }

    /// Minimises the window that has the focus.
    ///
    /// # Errors
    /// When there is none, and under Wayland: sway minimises nothing.
    pub fn minimise_focused_window(&self) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.minimise_focused_window(),
            Display::Wayland(_) => Err(Failure::new("sway minimises nothing")),
        }
    }

    /// Turns to the window of this title, as its user does in the task bar.
    ///
    /// # Errors
    /// When there is none, and under Wayland: no test needs it there.
    pub fn turn_to_window(&self, title: &str) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.turn_to_window(title),
            Display::Wayland(_) => Err(Failure::new("windows are turned to under X11 alone")),
        }
    }

    /// Closes the window of this title as its user does: the window manager asks it to close.
    ///
    /// # Errors
    /// When there is none, and under Wayland: no test needs it there.
    pub fn close_window(&self, title: &str) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.close_window(title),
            Display::Wayland(_) => Err(Failure::new("windows are closed under X11 alone")),
        }
    }

    /// Ends the program behind the window of this title as the end of a session does: SIGTERM.
    ///
    /// # Errors
    /// When there is none, and under Wayland: no test needs it there.
    pub fn end_program(&self, title: &str) -> Outcome {
        match &self.display {
            Display::X11(x11) => x11.end_program(title),
            Display::Wayland(_) => Err(Failure::new("programs are ended under X11 alone")),
        }
    }

    /// The colour of one point of the screen, as in `#0c6b40`.
    ///
    /// # Errors
    /// When no picture can be taken.
    pub fn colour(&self, x: u32, y: u32) -> Outcome<String> {
        let picture = self.folder.path().join("colour.png");
        self.picture(&picture)?;
        let point = format!("%[hex:p{{{x},{y}}}]");
        let answer =
            self.command("convert").arg(&picture).args(["-format", &point, "info:"]).output().during("see a colour")?;
        let said = String::from_utf8_lossy(&answer.stdout).trim().to_lowercase();
        said.get(..6).map(|hex| format!("#{hex}")).ok_or_else(|| Failure::new(format!("convert says {said:?}")))
    }

    /// A picture of the whole screen.
    ///
    /// # Errors
    /// When the picture cannot be taken.
    pub fn picture(&self, path: &Path) -> Outcome {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).during("make the folder for pictures")?;
        }
        match &self.display {
            Display::X11(x11) => x11.picture(path),
            Display::Wayland(wayland) => wayland.picture(path),
        }
    }
}

/// A command with exactly this environment.
pub(crate) fn command_in(environment: &[(String, String)], program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
    command
}

/// Waits until a program of the session is there.
pub(crate) fn wait(what: &str, mut there: impl FnMut() -> bool) -> Outcome {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(20) {
        if there() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err(Failure::new(format!("{what} did not come up within 20 seconds")))
}

fn homes(folder: &Path) -> Outcome<Vec<(String, String)>> {
    let path = std::env::var("PATH").unwrap_or_else(|_unset| "/usr/bin:/bin".to_owned());
    let mut environment: Vec<(String, String)> = [
        ("PATH", path.as_str()),
        ("LANG", "C.UTF-8"),
        ("TZ", "UTC"),
        // There is no graphics card: say so, or WebKit looks for one and draws nothing.
        ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
        ("LIBGL_ALWAYS_SOFTWARE", "1"),
        ("NO_AT_BRIDGE", "1"),
        ("GTK_OVERLAY_SCROLLING", "0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    for (name, below) in [
        ("HOME", "home"),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_CONFIG_HOME", "home/.config"),
        ("XDG_DATA_HOME", "home/.local/share"),
        ("XDG_CACHE_HOME", "home/.cache"),
        ("XDG_STATE_HOME", "home/.local/state"),
    ] {
        let path: PathBuf = folder.join(below);
        fs::create_dir_all(&path).during("make the session's home")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).during("make the session's home private")?;
        environment.push((name.to_owned(), path.to_string_lossy().into_owned()));
    }
    Ok(environment)
}

fn start_bus(
    folder: &Path,
    environment: &[(String, String)],
    name: &str,
    rules: &str,
) -> Outcome<(Supervised, String)> {
    let configuration = folder.join(name);
    fs::write(&configuration, rules).during("write the bus's configuration")?;
    let mut command = guarded(Path::new("dbus-daemon"), environment);
    command.arg(format!("--config-file={}", configuration.display())).args([
        "--nofork",
        "--nopidfile",
        "--print-address=1",
    ]);
    let (bus, address) = Supervised::start_and_read_line("dbus-daemon", command, None)?;
    if address.is_empty() {
        return Err(Failure::new("dbus-daemon ended without an address"));
    }
    Ok((bus, address))
}
