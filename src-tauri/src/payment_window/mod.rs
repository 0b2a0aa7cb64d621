//! The payment window: the one place where foreign script runs (Stripe.js, and the banks' pages in its frames).
//!
//! What it is for: to create the window hidden at start-up, to put our page into it on an https origin (Stripe.js wants
//! https for live keys), to show it as a dialog over the till (where: `place`) and hide it again, and to keep it ours: no
//! navigation away, no reload, and what both windows refuse (`guards`).
//!
//! Deliberately not here: what the page shows (`scene`), and what it may ask for (`commands::payment`,
//! `capabilities/payment.json`); how our page gets back after it has ended, and that one customer's leaves nothing for the
//! next (`afresh`). How a page gets onto the https origin differs by system: `linux`, `macos`, `windows`.

mod afresh;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod place;
pub(crate) mod policy;
#[cfg(windows)]
mod windows;

use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::webview::PageLoadEvent;
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WindowEvent};

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;
#[cfg(windows)]
use windows as system;

use crate::guards;
use crate::screen;
use crate::views::{Language, PaymentWindowCovers as Covers};
use crate::words::words;
use afresh::Pages;
pub(crate) use afresh::Trouble;
use policy::SIMULATOR_ORIGIN;
pub(crate) use policy::ScriptHost;
#[cfg(windows)]
pub(crate) use windows::{SCHEME as PAGE_SCHEME, serve};

/// The window's label, as `capabilities/payment.json` names it.
pub(crate) const LABEL: &str = "payment";
/// The page's address. There is no server behind it: the shell puts the page there itself.
const PAGE_URL: &str = "https://countersign.localhost/pay";
/// The host of [`PAGE_URL`].
const PAGE_HOST: &str = "countersign.localhost";

/// Tells the page that it may put the cursor into the card field now. `ui/payment/card_cursor.svelte.ts` listens for it.
///
/// A script that the program itself runs in a page counts as the handling of a click or a key there, in WebKitGTK
/// (`webkit_web_view_evaluate_javascript`) and in WKWebView alike, and that is what WebKit wants to see before a frame of
/// another origin may focus a field: from 2.50 on also when nothing has ever been pressed in that frame (WebKit's bug
/// 294296). No key is made, so none can land in the wrong place. Chromium, and with it WebView2, asks for nothing.
const MAY_PLACE_CURSOR: &str = "window.dispatchEvent(new Event('countersign-may-place-cursor'))";

/// How long after it is shown the window looks how high its frame is: a slow window manager takes its time.
const FRAMED_BY: [Duration; 3] = [Duration::from_millis(300), Duration::from_millis(900), Duration::from_millis(1800)];
/// How long after that, and how often, it looks whether it stands where it belongs. Its page may have had another size when
/// its frame was reckoned from it, and then it is off by the difference.
const LOOKS_AGAIN: [Duration; 4] = [Duration::from_secs(2); 4];

/// What the guards of the window share.
struct Guard {
    /// Which page belongs into the window.
    host: Mutex<ScriptHost>,
    /// The shell itself is putting the page in: the one navigation to our own origin that is let through.
    placing: AtomicBool,
    /// The page has been in the window: from then on anything else at the top is a page that left.
    placed: AtomicBool,
    /// What the window covers of the till's.
    covers: Mutex<Covers>,
    frame: place::SeenFrame,
    /// The pages that come and go in the window.
    pages: Pages,
}

/// The payment window. Clones are handles on the one window.
#[derive(Clone)]
pub(crate) struct PaymentWindow {
    window: WebviewWindow,
    guard: Arc<Guard>,
}

impl PaymentWindow {
    /// Creates the window, hidden, and loads the page into it.
    ///
    /// `on_dismiss` runs when staff close the window (its close button; the page itself handles Escape).
    ///
    /// # Errors
    /// When the system gives no window, or the page that was built in is not sound.
    pub(crate) fn open(
        app: &AppHandle,
        main: &WebviewWindow,
        web_data: &Path,
        host: ScriptHost,
        on_dismiss: impl Fn() + Send + 'static,
        on_trouble: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        policy::page(host)?;
        let guard = Arc::new(Guard::new(host, on_trouble));
        let (for_navigation, for_load) = (Arc::clone(&guard), Arc::clone(&guard));
        let first = WebviewUrl::External(Url::parse(system::FIRST_URL)?);
        let builder = guards::guarded(app, LABEL, first, web_data)
            .title(&words(Language::En).payment_window)
            .inner_size(place::SIZE.0, place::SIZE.1)
            .resizable(false)
            .minimizable(false)
            .maximizable(false)
            .skip_taskbar(true)
            .visible(false)
            .use_https_scheme(true)
            .on_navigation(move |url| may_navigate(url, &for_navigation))
            .on_page_load(move |window, load| {
                let handle = Self { window, guard: Arc::clone(&for_load) };
                handle.page_loaded(load.url(), load.event());
            })
            .parent(main)?;
        let payment = Self { window: builder.build()?, guard };
        let dismissed = payment.window.clone();
        payment.window.on_window_event(move |event| {
            if let WindowEvent::CloseRequested { api, .. } = event {
                // Destroying it would lose the page and its fields; it is needed again for the next sale.
                api.prevent_close();
                drop(dismissed.hide());
                on_dismiss();
            }
        });
        let follower = payment.clone();
        main.on_window_event(move |event| {
            if matches!(event, WindowEvent::Moved(_) | WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. })
            {
                follower.stand_again();
            }
        });
        system::prepare(&payment.window)?;
        let ended = payment.clone();
        guards::watch(&payment.window, move |end| ended.page_ended(end))?;
        // What an earlier run left behind is taken away first.
        payment.load_for_next(false);
        Ok(payment)
    }

    /// What the window is called, in the language in force.
    pub(crate) fn speak(&self, language: Language) {
        drop(self.window.set_title(&words(language).payment_window));
    }

    /// Takes the page of `host` from now on. It asks for its scene by itself.
    /// `met_bank`: a sale that was in the window until now had a challenge there.
    pub(crate) fn load_for(&self, host: ScriptHost, met_bank: bool) {
        if let Ok(mut current) = self.guard.host.lock() {
            *current = host;
        }
        self.load_for_next(met_bank);
    }

    /// Shows the window over the till, with the focus in it. Harmless when it is shown already.
    pub(crate) fn show(&self) {
        self.on_main_thread(|payment| {
            if !payment.window.is_visible().unwrap_or(false) {
                payment.stand();
            }
            if let Err(reason) = payment.window.show().and_then(|()| payment.window.set_focus()) {
                log::error!("The payment window could not be shown: {reason}");
            }
        });
        // How high its frame is shows once it is there.
        let framed = self.clone();
        tauri::async_runtime::spawn(async move {
            for wait in FRAMED_BY {
                tokio::time::sleep(wait).await;
                framed.on_main_thread(Self::stand_again);
            }
            framed.bring_into_place().await;
        });
    }

    /// Looks for a while whether the window stands where it belongs, and mends it. What asking does not change is left as the
    /// window manager has it.
    async fn bring_into_place(&self) {
        let mut before = None;
        for wait in LOOKS_AGAIN {
            tokio::time::sleep(wait).await;
            let (tell, told) = tokio::sync::oneshot::channel();
            self.on_main_thread(move |payment| {
                let astray = payment.astray().filter(|astray| before != Some(*astray));
                if astray.is_some() {
                    // Seen on X11: a size that was asked for before is not asked for again, whatever size the window has. So another one first.
                    place::shrink(&payment.window);
                }
                _ = tell.send(astray);
            });
            let Ok(Some(astray)) = told.await else { continue };
            before = Some(astray);
            tokio::time::sleep(FRAMED_BY[0]).await;
            self.on_main_thread(Self::stand_again);
        }
    }

    fn astray(&self) -> Option<screen::Standing> {
        place::astray(&self.window, &self.main()?, &self.guard.frame)
    }

    /// What the window covers of the till's.
    pub(crate) fn covers(&self) -> Covers {
        self.guard.covers.lock().map_or(Covers::All, |covers| *covers)
    }

    /// Stands where it should by where the till's window is now, if it is shown. On the main thread.
    pub(crate) fn stand_again(&self) {
        if self.window.is_visible().unwrap_or(false) {
            self.stand();
        }
    }

    fn stand(&self) {
        if let Some(main) = self.main() {
            self.tell(place::stand(&self.window, &main, &self.guard.frame));
        }
    }

    fn tell(&self, covers: Covers) {
        if let Ok(mut told) = self.guard.covers.lock() {
            *told = covers;
        }
        if let Some(main) = self.main() {
            place::tell(&main, covers);
        }
    }

    fn main(&self) -> Option<WebviewWindow> {
        self.window.get_webview_window(crate::main_window::LABEL)
    }

    fn on_main_thread(&self, act: impl FnOnce(&Self) + Send + 'static) {
        let payment = self.clone();
        if let Err(reason) = self.window.run_on_main_thread(move || act(&payment)) {
            log::error!("The payment window could not be reached: {reason}");
        }
    }

    /// Calls the page back so that it may put the cursor into the card field: see [`MAY_PLACE_CURSOR`].
    pub(crate) fn place_cursor(&self) {
        if let Err(reason) = self.window.eval(MAY_PLACE_CURSOR) {
            log::error!("The payment page could not be called: {reason}");
        }
    }

    /// Hides the window and gives the focus back to the till. Harmless when it is hidden already.
    pub(crate) fn hide(&self) {
        let was_shown = self.window.is_visible().unwrap_or(false);
        if let Err(reason) = self.window.hide() {
            log::error!("The payment window could not be hidden: {reason}");
        }
        self.tell(Covers::Nothing);
        if was_shown && let Some(main) = self.main() {
            drop(main.set_focus());
        }
    }

    /// Notices when the top page is not ours and puts ours back. Navigations of frames are not told here.
    fn page_loaded(&self, url: &Url, event: PageLoadEvent) {
        if is_page(url) {
            self.guard.placed.store(true, Ordering::SeqCst);
            if event == PageLoadEvent::Finished {
                self.guard.placing.store(false, Ordering::SeqCst);
            }
        } else if self.guard.placed.swap(false, Ordering::SeqCst) && !self.guard.pages.is_being_cleared() {
            log::warn!("The payment window was led away from its page. The page is put back.");
            self.reload();
        }
    }
}

impl Guard {
    fn new(host: ScriptHost, on_trouble: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            host: Mutex::new(host),
            placing: AtomicBool::new(false),
            placed: AtomicBool::new(false),
            covers: Mutex::default(),
            frame: place::SeenFrame::default(),
            pages: Pages::new(on_trouble),
        }
    }

    fn host(&self) -> ScriptHost {
        self.host.lock().map_or(ScriptHost::Stripe, |host| *host)
    }
}

fn is_page(url: &Url) -> bool {
    url.scheme() == "https" && url.host_str() == Some(PAGE_HOST)
}

/// Whether something in the window, the page or any frame in it, may go to `url`.
///
/// The systems do not tell frames from the top page here, and a bank's page may be on any host, so hosts cannot be
/// listed: `https:` is let through, and [`PaymentWindow::page_loaded`] notices a top page that left. Our own origin has
/// no server behind it, so going there (a reload) could only break the page.
fn may_navigate(url: &Url, guard: &Guard) -> bool {
    if is_page(url) {
        return guard.placing.load(Ordering::SeqCst);
    }
    let simulated = guard.host() == ScriptHost::Simulator && url.as_str().starts_with(SIMULATOR_ORIGIN);
    match url.scheme() {
        "https" => !simulated_host(url) || simulated,
        // A bank's page posts its answer into an empty frame.
        "about" => matches!(url.path(), "blank" | "srcdoc"),
        _ => simulated,
    }
}

/// Whether `url` is on one of the names under which Windows serves custom schemes.
fn simulated_host(url: &Url) -> bool {
    url.host_str().is_some_and(|host| host.ends_with(".localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str, host: ScriptHost, placing: bool) -> bool {
        let guard =
            Guard { placing: AtomicBool::new(placing), placed: AtomicBool::new(true), ..Guard::new(host, || {}) };
        may_navigate(&Url::parse(url).expect("a URL"), &guard)
    }

    #[test]
    fn a_reload_goes_nowhere() {
        assert!(!allowed(PAGE_URL, ScriptHost::Stripe, false));
        assert!(allowed(PAGE_URL, ScriptHost::Stripe, true));
    }

    #[test]
    fn a_bank_may_be_anywhere_on_https_and_nowhere_else() {
        for host in [ScriptHost::Stripe, ScriptHost::Simulator] {
            assert!(allowed("https://acs.bank.example/challenge", host, false));
            assert!(allowed("about:blank", host, false));
            for url in [
                "http://bank.example/",
                "tauri://localhost/",
                "file:///etc/passwd",
                "data:text/html,x",
                "https://tauri.localhost/",
            ] {
                assert!(!allowed(url, host, false), "{url}");
            }
        }
    }

    #[test]
    fn the_simulator_is_reached_only_in_training() {
        let frame = format!("{SIMULATOR_ORIGIN}/v3/elements-card.html");
        assert!(allowed(&frame, ScriptHost::Simulator, false));
        assert!(!allowed(&frame, ScriptHost::Stripe, false));
    }
}
