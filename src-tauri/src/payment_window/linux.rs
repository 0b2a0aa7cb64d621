//! The payment page on WebKitGTK: `load_alternate_html` gives a text the address it is to have.
//!
//! Such a page has a true https origin: secure context, storage, cookies and the IPC under a remote capability work.

use std::cell::Cell;
use std::rc::Rc;

use gtk::gio::Cancellable;
use gtk::glib::object::ObjectExt as _;
use gtk::glib::{self, TimeSpan};
use gtk::prelude::{Cast as _, GtkWindowExt as _, WidgetExt as _};
use tauri::{LogicalSize, PhysicalSize, WebviewWindow};
use tokio::sync::oneshot;
use webkit2gtk::{
    CookieAcceptPolicy, CookieManagerExt as _, LoadEvent, WebContextExt as _, WebViewExt as _, WebsiteData,
    WebsiteDataManager, WebsiteDataManagerExt as _, WebsiteDataManagerExtManual as _, WebsiteDataTypes,
};

use super::{PAGE_URL, policy};

/// What the window holds until the shell has put the page in.
pub(super) const FIRST_URL: &str = "about:blank";

/// Settings of this web view that Tauri has no names for.
pub(super) fn prepare(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(move |platform| {
        let view = platform.inner();
        // Some banks keep their session in a cookie, and their page is in a frame, so it is a third party's. The policy
        // is that of both windows' context; the till's own window loads nothing that has cookies.
        if let Some(cookies) = view.context().and_then(|context| context.cookie_manager()) {
            cookies.set_accept_policy(CookieAcceptPolicy::Always);
        }
        #[cfg(debug_assertions)]
        if let Some(context) = view.context() {
            crate::page_elsewhere::believe_the_banks_certificate(&context);
        }
        view.connect_context_menu(|_, _, _, _| true);
        // A load that fails leaves the page that is there; WebKit would put an error page over it.
        view.connect_load_failed(|_, _, _, _| true);
        if let Some(dialog) = view.toplevel().and_then(|top| top.downcast::<gtk::Window>().ok()) {
            dialog.set_type_hint(gtk::gdk::WindowTypeHint::Dialog);
        }
    })
}

/// Gives the window's page this size. GTK lets a window that staff cannot resize grow when it is asked, but makes it no
/// smaller than the size that it was made with, so that is changed too.
pub(super) fn resize(window: &WebviewWindow, page: PhysicalSize<u32>) -> tauri::Result<()> {
    let LogicalSize { width, height } = page.to_logical::<i32>(window.scale_factor()?);
    let dialog = window.gtk_window()?;
    dialog.set_default_size(width, height);
    dialog.resize(width, height);
    Ok(())
}

/// Puts `html` into the window at [`PAGE_URL`].
pub(super) fn place(window: &WebviewWindow, html: String) -> tauri::Result<()> {
    window.with_webview(move |platform| {
        platform.inner().load_alternate_html(&html, PAGE_URL, Some(PAGE_URL));
    })
}

/// Ends the page, so that nothing of it can store anything any more. With `process`, its process too: its memory is the
/// system's again, with the client secret, and with what a bank showed. A new process takes most of a second to start.
///
/// A page that WebDriver drives keeps its process: WebKit ends WebDriver's session with it.
pub(super) async fn end_page(window: &WebviewWindow, process: bool) {
    let (done, ended) = oneshot::channel();
    let asked = window.with_webview(move |platform| {
        let view = platform.inner();
        if process && !view.is_controlled_by_automation() {
            view.terminate_web_process();
            let _nobody_waits = done.send(());
            return;
        }
        let done = Cell::new(Some(done));
        let handler = Rc::new(Cell::new(None));
        let own = Rc::clone(&handler);
        handler.set(Some(view.connect_load_changed(move |view, event| {
            if event == LoadEvent::Finished && view.uri().is_some_and(|uri| uri == FIRST_URL) {
                let _told = done.take().map(|done| done.send(()));
                if let Some(own) = own.take() {
                    view.disconnect(own);
                }
            }
        })));
        view.load_uri(FIRST_URL);
    });
    if asked.is_ok() {
        drop(ended.await);
    }
}

/// Removes what was stored by anybody but those that are kept: everything that WebKit has a name for, cookies, storage, caches,
/// service workers, HSTS.
pub(super) async fn remove_what_is_not_kept(window: &WebviewWindow) -> Result<(), String> {
    on_manager(window, |manager, told| {
        let remover = manager.clone();
        manager.fetch(WebsiteDataTypes::ALL, None::<&Cancellable>, move |found| {
            let found = match found {
                Ok(found) => found,
                Err(reason) => return drop(told.send(Err(reason.to_string()))),
            };
            let kept = |site: &WebsiteData| site.name().is_some_and(|name| policy::is_kept(&name));
            let others: Vec<&WebsiteData> = found.iter().filter(|site| !kept(site)).collect();
            if others.is_empty() {
                return drop(told.send(Ok(())));
            }
            remover.remove(WebsiteDataTypes::ALL, &others, None::<&Cancellable>, move |removed| tell(told, removed));
        });
    })
    .await
}

/// Removes everything that was ever stored, by anybody.
pub(super) async fn remove_everything(window: &WebviewWindow) -> Result<(), String> {
    on_manager(window, |manager, told| {
        let ever = TimeSpan::from_seconds(0);
        manager.clear(WebsiteDataTypes::ALL, ever, None::<&Cancellable>, move |removed| tell(told, removed));
    })
    .await
}

type Told = oneshot::Sender<Result<(), String>>;

fn tell(told: Told, removed: Result<(), glib::Error>) {
    drop(told.send(removed.map_err(|reason| reason.to_string())));
}

/// Asks the manager of the window's storage on the thread that it lives on, and waits for what it tells.
async fn on_manager(
    window: &WebviewWindow,
    ask: impl FnOnce(&WebsiteDataManager, Told) + Send + 'static,
) -> Result<(), String> {
    let (told, hears) = oneshot::channel();
    window
        .with_webview(move |platform| match platform.inner().website_data_manager() {
            Some(manager) => ask(&manager, told),
            None => drop(told.send(Err("the window has no storage".to_owned()))),
        })
        .map_err(|reason| reason.to_string())?;
    hears.await.unwrap_or_else(|_| Err("nothing was told".to_owned()))
}
