//! The till's own window: ours only, on Tauri's own origin.
//!
//! It is not in the configuration but made here, because its guards are code: what both windows refuse (`guards`), and no
//! navigation away from its origin. When its page ends, it comes back by itself, at the sale at which it was.

mod place;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tauri::{AppHandle, LogicalSize, Manager as _, Url, WebviewUrl, WebviewWindow, WindowEvent};

use crate::guards::page_life::{Next, PageLife};
use crate::guards::{self, PageEnd};
use crate::screen;
use crate::views::Language;
use crate::words::{Words, words};
pub(crate) use place::{Place, settle};

/// The window's label, as `capabilities/main.json` names it.
pub(crate) const LABEL: &str = "main";
/// How long a page may take from its loading to its first question.
const COMES_WITHIN: Duration = Duration::from_secs(45);

/// The window and its page.
pub(crate) struct MainWindow {
    window: WebviewWindow,
    life: Mutex<PageLife>,
    /// In which it is said that the page is gone.
    language: Mutex<Language>,
    /// How often the page has been loaded, and the last of them that has asked for something.
    loaded: AtomicU64,
    heard: AtomicU64,
}

/// How long after it is opened the window looks how high its frame is: a slow window manager takes its time.
const FRAMED_BY: [Duration; 2] = [Duration::from_millis(600), Duration::from_millis(1400)];

/// Creates the window, where it was left in `data` as far as the screens have room for it.
///
/// # Errors
/// When the system gives no window.
pub(crate) fn open(app: &AppHandle, data: &Path, web_data: &Path) -> tauri::Result<WebviewWindow> {
    let opening = place::Opening::read(data, &screen::all(app));
    let page: LogicalSize<f64> = opening.page.to_logical(opening.scale);
    let window = guards::guarded(app, LABEL, WebviewUrl::App("index.html".into()), web_data)
        .title("Countersign")
        .inner_size(page.width, page.height)
        .min_inner_size(opening.least.width, opening.least.height)
        .maximized(opening.maximized)
        .visible(false)
        .on_navigation(is_own)
        .build()?;
    if screen::windows_can_be_placed() {
        window.set_position(opening.outer.position())?;
    }
    window.show()?;
    let place = Place::default();
    place.begin(&opening);
    app.manage(place);
    keep_in_sight(&window);
    let main = Arc::new(MainWindow {
        window: window.clone(),
        life: Mutex::default(),
        language: Mutex::new(Language::En),
        loaded: AtomicU64::new(1),
        heard: AtomicU64::new(0),
    });
    app.manage(Arc::clone(&main));
    main.expect_page();
    guards::watch(&window, move |end| main.ended(end))?;
    Ok(window)
}

/// Takes note of where the window goes, and brings it back into its screen where that is another one than it was made for.
fn keep_in_sight(window: &WebviewWindow) {
    let seen = window.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => seen.state::<Place>().see(&seen),
        WindowEvent::ScaleFactorChanged { .. } => settle(&seen),
        _ => {}
    });
    // How high its frame is shows once it is there.
    let framed = window.clone();
    tauri::async_runtime::spawn(async move {
        for wait in FRAMED_BY {
            tokio::time::sleep(wait).await;
            let settled = framed.clone();
            drop(framed.run_on_main_thread(move || settle(&settled)));
        }
    });
}

/// Brings the window to the front: a second start of the till ends here.
pub(crate) fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        drop(window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()));
    }
}

impl MainWindow {
    /// The language in force.
    pub(crate) fn speak(&self, language: Language) {
        *self.language.lock().unwrap_or_else(PoisonError::into_inner) = language;
    }

    /// The page has asked for something: it is there.
    pub(crate) fn page_is_there(&self) {
        self.heard.store(self.loaded.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// The page is gone. It is loaded again, unless that has not helped.
    pub(crate) fn ended(self: &Arc<Self>, end: PageEnd) {
        let next = self.life.lock().unwrap_or_else(PoisonError::into_inner).ended(Instant::now());
        match next {
            Next::Again => {
                log::warn!("The main window's page is gone ({end:?}). It is loaded again.");
                self.load();
            }
            Next::Leave => {
                log::error!(
                    "The main window's page is gone again ({end:?}). It is not loaded any more until somebody asks."
                );
                self.ask();
            }
            Next::Left => {}
        }
    }

    fn load(self: &Arc<Self>) {
        self.loaded.fetch_add(1, Ordering::SeqCst);
        if let Err(reason) = self.window.reload() {
            log::error!("The main window's page could not be loaded: {reason}");
        }
        self.expect_page();
    }

    /// A page that is loaded and then not heard of has ended, too.
    fn expect_page(self: &Arc<Self>) {
        let (main, loaded) = (Arc::clone(self), self.loaded.load(Ordering::SeqCst));
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(COMES_WITHIN).await;
            let never_heard = main.heard.load(Ordering::SeqCst) < loaded;
            if never_heard && main.loaded.load(Ordering::SeqCst) == loaded {
                main.ended(PageEnd::NeverCame);
            }
        });
    }

    /// Says that the window's content cannot be shown, without the window's content.
    fn ask(self: &Arc<Self>) {
        let words = words(*self.language.lock().unwrap_or_else(PoisonError::into_inner));
        drop(self.window.set_title(&words.stopped));
        let main = Arc::clone(self);
        last_word(&self.window, words, move || {
            drop(main.window.set_title("Countersign"));
            main.life.lock().unwrap_or_else(PoisonError::into_inner).begin_again();
            main.load();
        });
    }
}

/// Asks whether to try again, in a dialog of the system's.
#[cfg(target_os = "linux")]
fn last_word(window: &WebviewWindow, words: &'static Words, again: impl Fn() + Send + 'static) {
    use gtk::prelude::{DialogExt as _, GtkWindowExt as _, MessageDialogExt as _, WidgetExt as _};
    let parent = window.clone();
    let shown = window.run_on_main_thread(move || {
        let parent = parent.gtk_window().ok();
        let dialog = gtk::MessageDialog::new(
            parent.as_ref(),
            gtk::DialogFlags::MODAL,
            gtk::MessageType::Error,
            gtk::ButtonsType::None,
            &words.stopped_why,
        );
        dialog.set_title(&words.stopped);
        dialog.set_secondary_text(Some(&words.stopped_remedy));
        dialog.add_button(&words.try_again, gtk::ResponseType::Accept);
        dialog.set_default_response(gtk::ResponseType::Accept);
        // However it is closed: a till without a window is of no use to anybody.
        dialog.connect_response(move |dialog, _| {
            dialog.close();
            again();
        });
        dialog.show_all();
    });
    if let Err(reason) = shown {
        log::error!("That the window cannot be shown could not be said: {reason}");
    }
}

/// On the other systems the title says it, and the window is tried again when somebody turns to it. UNTRIED.
#[cfg(not(target_os = "linux"))]
fn last_word(window: &WebviewWindow, words: &'static Words, again: impl Fn() + Send + 'static) {
    drop(window.set_title(&format!("{} {}", words.stopped_why, words.stopped_remedy)));
    let (again, asked) = (Mutex::new(again), std::sync::atomic::AtomicBool::new(false));
    window.on_window_event(move |event| {
        if let tauri::WindowEvent::Focused(true) = event
            && !asked.swap(true, Ordering::SeqCst)
            && let Ok(again) = again.lock()
        {
            again();
        }
    });
}

/// Tauri's own origin, which has another name on Windows.
fn is_own(url: &Url) -> bool {
    matches!((url.scheme(), url.host_str()), ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_origin() {
        let own = |url: &str| is_own(&Url::parse(url).expect("a URL"));
        assert!(own("tauri://localhost/index.html"));
        for url in [
            "https://js.stripe.com/v3",
            "countersign-sim://localhost/",
            "https://countersign.localhost/pay",
            "file:///",
        ] {
            assert!(!own(url), "{url}");
        }
    }
}
