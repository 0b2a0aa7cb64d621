//! The till's own window: ours only, on Tauri's own origin.
//!
//! It is not in the configuration but made here, because its guards are code: no navigation away from its origin, no
//! second window, no context menu in a release build.

mod place;

use std::path::Path;
use std::time::Duration;

use tauri::webview::{NewWindowResponse, PermissionResponse, WebviewWindowBuilder};
use tauri::{AppHandle, LogicalSize, Manager as _, Url, WebviewUrl, WebviewWindow, WindowEvent};

use crate::screen;
pub(crate) use place::{Place, settle};

/// The window's label, as `capabilities/main.json` names it.
pub(crate) const LABEL: &str = "main";

/// How long after it is opened the window looks how high its frame is: a slow window manager takes its time.
const FRAMED_BY: [Duration; 2] = [Duration::from_millis(600), Duration::from_millis(1400)];

/// Creates the window, where it was left in `data` as far as the screens have room for it.
///
/// # Errors
/// When the system gives no window.
pub(crate) fn open(app: &AppHandle, data: &Path, web_data: &Path) -> tauri::Result<WebviewWindow> {
    let opening = place::Opening::read(data, &screen::all(app));
    let page: LogicalSize<f64> = opening.page.to_logical(opening.scale);
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Countersign")
        .inner_size(page.width, page.height)
        .min_inner_size(opening.least.width, opening.least.height)
        .maximized(opening.maximized)
        .visible(false)
        .data_directory(web_data.to_path_buf())
        .devtools(cfg!(debug_assertions))
        .disable_drag_drop_handler()
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    suppress_context_menu(&window)?;
    if screen::windows_can_be_placed() {
        window.set_position(opening.outer.position())?;
    }
    window.show()?;
    let place = Place::default();
    place.begin(&opening);
    app.manage(place);
    keep_in_sight(&window);
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
