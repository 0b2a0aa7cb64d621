//! The guards on WebKitGTK.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use gtk::glib::object::{ObjectExt as _, ObjectType as _};
use gtk::glib::prelude::StaticType as _;
use gtk::glib::subclass::SignalId;
use gtk::glib::translate::IntoGlib as _;
use gtk::glib::{self, gobject_ffi};
use tauri::WebviewWindow;
use webkit2gtk::{
    FileChooserRequestExt as _, ScriptDialogType, SettingsExt as _, WebProcessTerminationReason, WebView,
    WebViewExt as _,
};

use super::PageEnd;

/// How long a page may answer nothing, after WebKit has said so for the first time, before it is ended. A machine under load
/// may keep a page from answering for seconds.
const HUNG_FOR: Duration = Duration::from_secs(15);

/// See [`super::watch`].
pub(super) fn watch(window: &WebviewWindow, ended: impl Fn(PageEnd) + Send + 'static) -> tauri::Result<()> {
    window.with_webview(move |platform| {
        let view = platform.inner();
        refuse(&view);
        let ended = Rc::new(ended);
        let told = Rc::clone(&ended);
        view.connect_web_process_terminated(move |_, reason| {
            // The shell itself ends a page's process when the page is to leave nothing behind.
            if reason != WebProcessTerminationReason::TerminatedByApi {
                told(PageEnd::Died);
            }
        });
        end_when_hung(&view, move || ended(PageEnd::Hung));
    })
}

/// What a page may not do to its window.
fn refuse(view: &WebView) {
    keep_open(view);
    // A page that is left is gone: it is not kept for a "back" that no window of ours has.
    if let Some(settings) = view.settings() {
        settings.set_enable_page_cache(false);
        settings.set_enable_fullscreen(false);
    }
    // Entries of a browser's menu (reload, inspect, back). In a debug build the till's own window keeps them for developers.
    view.connect_context_menu(|view, _, _, _| {
        !view.settings().is_some_and(|settings| settings.enables_developer_extras())
    });
    view.connect_print(|_, _| true);
    view.connect_run_file_chooser(|_, request| {
        request.cancel();
        true
    });
    // `alert` and its like hold up everything until somebody presses a button. A page that asks whether it may be left, may.
    view.connect_script_dialog(|_, dialog| {
        if dialog.dialog_type() == ScriptDialogType::BeforeUnloadConfirm {
            dialog.confirm_set_confirmed(true);
        }
        true
    });
}

/// `window.close()` would take the page out of its window for good: Tauri's library destroys the web view then.
#[expect(unsafe_code, reason = "the library keeps no handle by which its handler could be taken off")]
fn keep_open(view: &WebView) {
    let Some(close) = SignalId::lookup("close", WebView::static_type()) else { return };
    // SAFETY: the view is alive, the signal is one of its class, and a handler that was found is there to be taken off. This
    // runs on the main thread, on which the view and its handlers live.
    unsafe {
        let view = view.as_ptr().cast();
        loop {
            let handler = gobject_ffi::g_signal_handler_find(
                view,
                gobject_ffi::G_SIGNAL_MATCH_ID,
                close.into_glib(),
                0,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            );
            if handler == 0 {
                break;
            }
            gobject_ffi::g_signal_handler_disconnect(view, handler);
        }
    }
    view.connect_close(|_| log::warn!("A page asked for its window to be closed. It stays open."));
}

/// Ends a page that does not answer for [`HUNG_FOR`] on end.
fn end_when_hung(view: &WebView, hung: impl Fn() + 'static) {
    let hung = Rc::new(hung);
    // Counts the changes, so that a page that has answered in between is not taken for one that has not.
    let changes = Rc::new(Cell::new(0_u64));
    view.connect_is_web_process_responsive_notify(move |view| {
        changes.set(changes.get().wrapping_add(1));
        if view.is_web_process_responsive() {
            return;
        }
        let (view, hung, changes, seen) = (view.downgrade(), Rc::clone(&hung), Rc::clone(&changes), changes.get());
        glib::timeout_add_local_once(HUNG_FOR, move || {
            if let Some(view) = view.upgrade()
                && changes.get() == seen
            {
                view.terminate_web_process();
                hung();
            }
        });
    });
}
