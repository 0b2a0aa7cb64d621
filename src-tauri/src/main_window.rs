//! The till's own window: ours only, on Tauri's own origin.
//!
//! It is not in the configuration but made here, because its guards are code: no navigation away from its origin, no
//! second window, no context menu in a release build.

use std::path::Path;

use tauri::webview::{NewWindowResponse, PermissionResponse, WebviewWindowBuilder};
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow};

/// The window's label, as `capabilities/main.json` names it.
pub(crate) const LABEL: &str = "main";

/// Creates the window. Its last size and place are restored by the window-state plugin.
///
/// # Errors
/// When the system gives no window.
pub(crate) fn open(app: &AppHandle, web_data: &Path) -> tauri::Result<WebviewWindow> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Countersign")
        .inner_size(1180.0, 800.0)
        .min_inner_size(900.0, 640.0)
        .center()
        .data_directory(web_data.to_path_buf())
        .devtools(cfg!(debug_assertions))
        .disable_drag_drop_handler()
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    suppress_context_menu(&window)?;
    Ok(window)
}

/// Brings the window to the front: a second start of the till ends here.
pub(crate) fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        drop(window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()));
    }
}

/// Tauri's own origin, which has another name on Windows.
fn is_own(url: &Url) -> bool {
    matches!((url.scheme(), url.host_str()), ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")))
}

/// The menu's entries (reload, inspect, back) are a browser's, not a till's. Debug builds keep them for developers.
#[cfg(target_os = "linux")]
fn suppress_context_menu(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt as _;
    if cfg!(debug_assertions) {
        return Ok(());
    }
    window.with_webview(|platform| {
        platform.inner().connect_context_menu(|_, _, _, _| true);
    })
}

/// On the other systems the page suppresses the menu itself.
#[cfg(not(target_os = "linux"))]
fn suppress_context_menu(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
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
