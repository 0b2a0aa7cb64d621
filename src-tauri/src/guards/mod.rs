//! What is the same for both windows: what a page may not do in them, and that it does not go unnoticed when a page ends.
//!
//! A window is made with [`guarded`] and watched with [`watch`], so that no guard is forgotten at one of the two. What differs
//! (where each may navigate, and how its page is brought back) is in `main_window` and `payment_window`.
//!
//! On macOS the end of a page's process is told through Tauri's builder (see `lib`).

#[cfg(target_os = "linux")]
mod linux;
pub(crate) mod page_life;
#[cfg(windows)]
mod windows;

use std::path::Path;

use tauri::webview::{NewWindowResponse, PermissionResponse, WebviewWindowBuilder};
use tauri::{AppHandle, WebviewUrl, WebviewWindow, Wry};

/// How a page came to its end without anybody asking for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageEnd {
    /// Its process ended: it crashed, was killed, or took too much memory.
    Died,
    /// It did not answer any more, and was ended for it.
    Hung,
    /// It was put in, and nothing was heard of it.
    NeverCame,
}

/// A window whose page opens no other window, gets no permission of the system, downloads nothing, takes nothing that is
/// dropped on it, and has no developer tools in a release build.
pub(crate) fn guarded<'app>(
    app: &'app AppHandle,
    label: &str,
    url: WebviewUrl,
    web_data: &Path,
) -> WebviewWindowBuilder<'app, Wry, AppHandle> {
    WebviewWindowBuilder::new(app, label, url)
        .data_directory(web_data.to_path_buf())
        .devtools(cfg!(debug_assertions))
        .disable_drag_drop_handler()
        .zoom_hotkeys_enabled(false)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_download(|_, _| false)
}

/// Puts on what Tauri has no names for, and tells `ended` whenever the window's page is gone.
///
/// # Errors
/// When the window is gone.
pub(crate) fn watch(window: &WebviewWindow, ended: impl Fn(PageEnd) + Send + 'static) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    return linux::watch(window, ended);
    #[cfg(windows)]
    return windows::watch(window, ended);
    #[cfg(not(any(target_os = "linux", windows)))]
    {
        let _told_through_the_builder = (window, ended);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    fn granted(capability: &str) -> Value {
        let capability: Value = serde_json::from_str(capability).expect("a capability is JSON");
        capability["permissions"].clone()
    }

    /// Windows has a file of its own, because the page's origin counts as local there.
    #[test]
    fn the_payment_window_may_do_the_same_on_every_system() {
        let everywhere = granted(include_str!("../../capabilities/payment.json"));
        assert_eq!(everywhere, granted(include_str!("../../capabilities/payment-windows.json")));
        assert!(everywhere.as_array().is_some_and(|all| !all.is_empty()));
    }
}
