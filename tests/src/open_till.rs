//! The real application, opened in a private session and driven through WebDriver: both of its windows, and every
//! frame inside them.
//!
//! Everything waits until it is true or a limit is over; a failure then carries a sentence, and the caller can take a
//! picture and both windows' pages with [`OpenTill::autopsy`].

use crate::children::{Supervised, guarded};
use crate::failure::{During, Failure, Outcome};
use crate::places;
use crate::processes::{DRIVEN_AT, Processes};
use crate::session::Session;
use serde_json::{Value, json};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, WindowHandle};

/// How long a window may take to show what it should. Generous: CI has two slow cores.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How often a window is looked at.
const LOOK: Duration = Duration::from_millis(60);
/// The longest that one WebDriver call may take.
const CALL_LIMIT: Duration = Duration::from_secs(40);
/// Frames inside frames, at most.
const MAX_DEPTH: usize = 6;
/// How much of what the application printed is told when a test fails.
const LAST_LINES: usize = 15;

/// The application's windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The till.
    Main,
    /// Where cards are keyed.
    Payment,
}

/// An application that is open.
pub struct OpenTill {
    driver: WebDriver,
    server: Supervised,
    port: u16,
    main: WindowHandle,
    payment: WindowHandle,
    data: PathBuf,
    log: PathBuf,
}

impl OpenTill {
    /// Opens the application on a data folder, with `extra` added to its environment.
    ///
    /// # Errors
    /// When it does not come up with its two windows.
    pub async fn open(session: &Session, data: &Path, extra: &[(&str, String)]) -> Outcome<Self> {
        let application = places::application();
        if !application.is_file() {
            return Err(Failure::new(format!("The application is not built: there is no {}", application.display())));
        }
        let mut environment = session.environment().to_vec();
        environment.push(("COUNTERSIGN_DATA_DIR".to_owned(), data.display().to_string()));
        // For the autopsy. A shop's till keeps nothing of what is printed.
        environment.push(("COUNTERSIGN_STDERR".to_owned(), "kept".to_owned()));
        environment.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let log = session.folder().join("application.txt");
        let (port, native_port) = (free_port()?, free_port()?);
        environment.push((DRIVEN_AT.to_owned(), port.to_string()));
        let mut command = guarded(&places::tauri_driver(), &environment);
        command.args(["--port", &port.to_string(), "--native-port", &native_port.to_string()]);
        let server = Supervised::start("tauri-driver", command, &log)?;
        wait_for_port(port).await?;
        wait_for_port(native_port).await?;
        let driver = connect(port, &application).await?;
        let (main, payment) = match both_windows(&driver).await {
            Ok(both) => both,
            Err(failure) => {
                let _ended = driver.quit().await;
                return Err(failure);
            }
        };
        Ok(Self { driver, server, port, main, payment, data: data.to_owned(), log })
    }

    /// Closes the application as the end of a session does, and then its server. WebDriver would close the windows as a script
    /// does, which no page may, and wait for them in vain.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn close(self) -> Outcome {
        let processes = Processes::driven_at(self.port);
        processes.ask_to_close()?;
        let closed = until(PATIENCE, "the application should close", async || {
            Ok(processes.application()?.is_none().then_some(()))
        })
        .await;
        self.kill();
        closed
    }

    /// Ends the application at once, as a power cut would.
    pub fn kill(mut self) {
        self.server.kill();
        let _nothing_to_quit = self.driver.leak();
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What the application and its driver printed.
    #[must_use]
    pub fn printed(&self) -> String {
        fs::read(&self.log).map_or_else(|_unread| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The WebDriver session, for what the harness has no word for.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Turns to a window's own page.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn turn_to(&self, window: Window) -> Outcome {
        let handle = match window {
            Window::Main => self.main.clone(),
            Window::Payment => self.payment.clone(),
        };
        self.driver.switch_to_window(handle).await.during(format_args!("turn to the {window:?} window"))?;
        self.driver.enter_default_frame().await.during("turn to the window's own page")
    }

    /// True when the window is on the screen.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn is_visible(&self, window: Window) -> Outcome<bool> {
        let state = self.script(window, "return document.visibilityState;", vec![]).await?;
        Ok(state == json!("visible"))
    }

    /// Runs a script in a window's own page.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script(&self, window: Window, script: &str, arguments: Vec<Value>) -> Outcome<Value> {
        self.turn_to(window).await?;
        self.script_here(script, arguments).await
    }

    /// Runs a script in the frame that was entered last.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script_here(&self, script: &str, arguments: Vec<Value>) -> Outcome<Value> {
        let answer = self.driver.execute(script, arguments).await.during("run a script")?;
        Ok(answer.json().clone())
    }

    /// Runs a script that calls its last argument when it is done.
    ///
    /// # Errors
    /// When it throws or takes too long.
    pub async fn async_script_here(&self, script: &str, arguments: Vec<Value>) -> Outcome<Value> {
        let answer = self.driver.execute_async(script, arguments).await.during("run a script")?;
        Ok(answer.json().clone())
    }

    /// The visible element with this `data-testid`.
    ///
    /// # Errors
    /// When it is not there in time.
    pub async fn element(&self, window: Window, test_id: &str) -> Outcome<WebElement> {
        self.matching(window, &by_test_id(test_id)).await
    }

    /// The first visible element that a CSS selector matches.
    ///
    /// # Errors
    /// When it is not there in time.
    pub async fn matching(&self, window: Window, css: &str) -> Outcome<WebElement> {
        until(PATIENCE, &format!("the {window:?} window should show {css}"), async || {
            self.turn_to(window).await?;
            for element in self.driver.find_all(By::Css(css)).await.during("look for an element")? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
        .await
    }

    /// True when a visible element with this `data-testid` is there right now.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn shows(&self, window: Window, test_id: &str) -> Outcome<bool> {
        self.turn_to(window).await?;
        let css = by_test_id(test_id);
        for element in self.driver.find_all(By::Css(css)).await.during("look for an element")? {
            if element.is_displayed().await.unwrap_or(false) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Presses an element with the mouse.
    ///
    /// # Errors
    /// When it cannot be pressed in time.
    pub async fn press(&self, window: Window, test_id: &str) -> Outcome {
        let css = by_test_id(test_id);
        until(PATIENCE, &format!("{test_id} in the {window:?} window should be pressable"), async || {
            let element = self.matching(window, &css).await?;
            if !element.is_enabled().await.unwrap_or(false) || !self.takes_presses(&element).await? {
                return Ok(None);
            }
            match element.click().await {
                Ok(()) => Ok(Some(())),
                Err(error) if passing(&error) => Ok(None),
                Err(error) => Err(Failure::new(format!("press {test_id}: {error}"))),
            }
        })
        .await
    }

    /// False while an outcome or a question has just come up: a press is not meant for it yet.
    async fn takes_presses(&self, element: &WebElement) -> Outcome<bool> {
        let script = "return arguments[0].closest('[aria-disabled=true]') === null;";
        let element = element.to_json().during("name an element")?;
        Ok(self.script_here(script, vec![element]).await?.as_bool().unwrap_or(false))
    }

    /// Looks at what a window shows for as long as a press needs to be meant for it.
    ///
    /// # Errors
    /// When it still takes no presses after a long while.
    pub async fn look_at(&self, window: Window) -> Outcome {
        until(PATIENCE, &format!("what the {window:?} window shows should take presses"), async || {
            let script = "return document.querySelector('[aria-disabled=true]') === null;";
            Ok((self.script(window, script, vec![]).await? == json!(true)).then_some(()))
        })
        .await
    }

    /// What an element says, once it says something that pleases.
    ///
    /// # Errors
    /// What it says instead, when the limit is over.
    pub async fn reads(
        &self,
        window: Window,
        test_id: &str,
        what: &str,
        pleases: impl Fn(&str) -> bool,
    ) -> Outcome<String> {
        let mut last = String::new();
        let found = until(PATIENCE, what, async || {
            let element = self.element(window, test_id).await?;
            last = element.text().await.unwrap_or_default();
            Ok(pleases(&last).then(|| last.clone()))
        })
        .await;
        found.map_err(|failure| Failure::new(format!("{failure}; {test_id} says {last:?}")))
    }

    /// Enters the frame, however deep, whose own page has a visible element that the selector matches.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn frame_element(&self, window: Window, css: &str) -> Outcome<WebElement> {
        let what = format!("a frame of the {window:?} window should show {css}");
        until(PATIENCE, &what, async || {
            self.turn_to(window).await?;
            self.search_frames(css).await
        })
        .await
    }

    /// True when some frame shows this right now.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn some_frame_shows(&self, window: Window, css: &str) -> Outcome<bool> {
        self.turn_to(window).await?;
        Ok(self.search_frames(css).await?.is_some())
    }

    /// Depth first, from the page that the driver is at. Leaves the driver in the frame where it found the element.
    async fn search_frames(&self, css: &str) -> Outcome<Option<WebElement>> {
        let mut path: Vec<u16> = vec![];
        // A stack of paths, so that no recursion is needed: a frame is named by its numbers from the top.
        let mut waiting: Vec<Vec<u16>> = vec![vec![]];
        while let Some(next) = waiting.pop() {
            if self.enter(&next).await.is_err() {
                continue;
            }
            path.clone_from(&next);
            for element in self.driver.find_all(By::Css(css)).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) {
                    return Ok(Some(element));
                }
            }
            if path.len() >= MAX_DEPTH {
                continue;
            }
            let inside = self.driver.find_all(By::Css("iframe")).await.unwrap_or_default().len();
            for number in 0..u16::try_from(inside).unwrap_or(u16::MAX) {
                let mut deeper = path.clone();
                deeper.push(number);
                waiting.push(deeper);
            }
        }
        Ok(None)
    }

    async fn enter(&self, path: &[u16]) -> WebDriverResult<()> {
        self.driver.enter_default_frame().await?;
        for number in path {
            self.driver.enter_frame(*number).await?;
        }
        Ok(())
    }

    /// The addresses of every frame of a window, its own page first.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn frame_addresses(&self, window: Window) -> Outcome<Vec<String>> {
        self.turn_to(window).await?;
        let mut addresses = vec![];
        let mut waiting: Vec<Vec<u16>> = vec![vec![]];
        while let Some(path) = waiting.pop() {
            if self.enter(&path).await.is_err() {
                continue;
            }
            let address = self.script_here("return location.href;", vec![]).await?;
            addresses.push(address.as_str().unwrap_or_default().to_owned());
            let inside = self.driver.find_all(By::Css("iframe")).await.unwrap_or_default().len();
            for number in 0..u16::try_from(inside).unwrap_or(u16::MAX) {
                let mut deeper = path.clone();
                deeper.push(number);
                waiting.push(deeper);
            }
        }
        Ok(addresses)
    }

    /// A window's page as text, for reports and for looking for what must not be there.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn page(&self, window: Window) -> Outcome<String> {
        self.turn_to(window).await?;
        self.driver.source().await.during("read a window's page")
    }

    /// Writes down everything that helps to see what went wrong: a picture, both pages, what was printed. Answers with the
    /// words of both windows and the last that was printed, for where no file outlives the run.
    pub async fn autopsy(&self, session: &Session, folder: &Path, name: &str) -> String {
        let _made = fs::create_dir_all(folder);
        let _picture = session.picture(&folder.join(format!("{name}.png")));
        let printed = self.printed();
        let mut told = String::new();
        for window in [Window::Main, Window::Payment] {
            let page = match self.page(window).await {
                Ok(page) => page,
                Err(failure) => failure.to_string(),
            };
            let _page = fs::write(folder.join(format!("{name}-{window:?}.html")), page);
            let words = self.script(window, "return document.body.innerText;", vec![]).await;
            let words =
                words.map_or_else(|failure| failure.to_string(), |words| words.as_str().unwrap_or_default().to_owned());
            told.push_str(&format!("{window:?}: {}\n", words.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
        let lines: Vec<&str> = printed.lines().collect();
        for line in &lines[lines.len().saturating_sub(LAST_LINES)..] {
            told.push_str(line);
            told.push('\n');
        }
        let _printed = fs::write(folder.join(format!("{name}-printed.txt")), printed);
        told
    }
}

/// A CSS selector for a `data-testid`.
#[must_use]
pub fn by_test_id(test_id: &str) -> String {
    format!("[data-testid=\"{test_id}\"]")
}

/// Looks until something is there.
///
/// # Errors
/// When the limit is over, or at once when looking itself fails for good.
pub async fn until<T>(limit: Duration, what: &str, mut look: impl AsyncFnMut() -> Outcome<Option<T>>) -> Outcome<T> {
    let started = Instant::now();
    loop {
        let trouble = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            // A window that is just being drawn anew refuses for a moment.
            Err(failure) => Some(failure),
        };
        if started.elapsed() > limit {
            let seconds = limit.as_secs();
            return Err(match trouble {
                None => Failure::new(format!("{what}; it did not within {seconds} s")),
                Some(failure) => failure.during(format_args!("{what}; it did not within {seconds} s")),
            });
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Errors that are over when the page has settled.
fn passing(error: &WebDriverError) -> bool {
    matches!(
        error.as_inner(),
        WebDriverErrorInner::ElementClickIntercepted(_)
            | WebDriverErrorInner::ElementNotInteractable(_)
            | WebDriverErrorInner::StaleElementReference(_)
            | WebDriverErrorInner::NoSuchElement(_)
    )
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).during("find a free port")?;
    Ok(listener.local_addr().during("find a free port")?.port())
}

async fn wait_for_port(port: u16) -> Outcome {
    until(PATIENCE, "the WebDriver server should answer", async || {
        let answer = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
        Ok(answer.ok().map(drop))
    })
    .await
}

async fn connect(port: u16, application: &Path) -> Outcome<WebDriver> {
    let mut capabilities = Capabilities::new();
    capabilities
        .set("tauri:options", json!({ "application": application }))
        .during("name the application to the driver")?;
    WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities)
        .request_timeout(CALL_LIMIT)
        .connect()
        .await
        .during("open the application")
}

/// The main window is on the application's own origin, the payment window on its https origin.
async fn both_windows(driver: &WebDriver) -> Outcome<(WindowHandle, WindowHandle)> {
    until(PATIENCE, "the application should open its two windows", async || {
        let (mut main, mut payment) = (None, None);
        for handle in driver.windows().await.during("list the windows")? {
            driver.switch_to_window(handle.clone()).await.during("turn to a window")?;
            let address =
                driver.execute("return location.href;", vec![]).await.during("ask a window for its address")?;
            let address = address.json().as_str().unwrap_or_default().to_owned();
            if address.starts_with("https://countersign.localhost") {
                payment = Some(handle);
            } else if address.starts_with("tauri://") {
                main = Some(handle);
            }
        }
        Ok(main.zip(payment))
    })
    .await
}
