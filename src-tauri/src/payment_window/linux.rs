//! The payment page on WebKitGTK: `load_alternate_html` gives a text the address it is to have.
//!
//! Such a page has a true https origin: secure context, storage, cookies and the IPC under a remote capability work.

use gtk::prelude::{Cast as _, GtkWindowExt as _, WidgetExt as _};
use tauri::{LogicalSize, PhysicalSize, WebviewWindow};
use webkit2gtk::{CookieAcceptPolicy, CookieManagerExt as _, WebContextExt as _, WebViewExt as _};

use super::PAGE_URL;

/// What the window holds until the shell has put the page in.
pub(super) const FIRST_URL: &str = "about:blank";

/// Settings of this web view that Tauri has no names for.
pub(super) fn prepare(window: &WebviewWindow, on_ended: impl Fn() + Send + 'static) -> tauri::Result<()> {
    window.with_webview(move |platform| {
        let view = platform.inner();
        // Some banks keep their session in a cookie, and their page is in a frame, so it is a third party's. The policy
        // is that of both windows' context; the till's own window loads nothing that has cookies.
        if let Some(cookies) = view.context().and_then(|context| context.cookie_manager()) {
            cookies.set_accept_policy(CookieAcceptPolicy::Always);
        }
        view.connect_context_menu(|_, _, _, _| true);
        // A load that fails leaves the page that is there; WebKit would put an error page over it.
        view.connect_load_failed(|_, _, _, _| true);
        if let Some(dialog) = view.toplevel().and_then(|top| top.downcast::<gtk::Window>().ok()) {
            dialog.set_type_hint(gtk::gdk::WindowTypeHint::Dialog);
        }
        view.connect_web_process_terminated(move |_, _| on_ended());
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
