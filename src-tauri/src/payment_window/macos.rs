//! The payment page on WKWebView: `loadHTMLString:baseURL:` gives a text the address it is to have.
//!
//! UNTRIED: written from Apple's and Tauri's documentation, never run on a Mac. To be checked there first: that the
//! page's origin is https, that the IPC answers it under the remote capability, and that the simulator's scheme loads
//! in it.

use objc2_foundation::{NSString, NSURL};
use objc2_web_kit::WKWebView;
use tauri::{PhysicalSize, WebviewWindow};

use super::PAGE_URL;

/// What the window holds until the shell has put the page in.
pub(super) const FIRST_URL: &str = "about:blank";

/// Nothing to set here: a page whose web process ended is told through Tauri's builder on this system (see `lib`), the
/// context menu is suppressed by the page, and WebKit's cookie policy cannot be changed for one view.
pub(super) fn prepare(_window: &WebviewWindow, _on_ended: impl Fn() + Send + 'static) -> tauri::Result<()> {
    Ok(())
}

/// Gives the window's page this size.
pub(super) fn resize(window: &WebviewWindow, page: PhysicalSize<u32>) -> tauri::Result<()> {
    window.set_size(page)
}

/// Puts `html` into the window at [`PAGE_URL`].
#[expect(unsafe_code, reason = "the web view is an Objective-C object, and Tauri hands out its address")]
pub(super) fn place(window: &WebviewWindow, html: String) -> tauri::Result<()> {
    window.with_webview(move |platform| {
        let text = NSString::from_str(&html);
        let address = NSURL::URLWithString(&NSString::from_str(PAGE_URL));
        // SAFETY: on macOS `inner` is the window's WKWebView, alive as long as the window, and this closure runs on the
        // main thread, where WebKit must be called.
        unsafe {
            let view: &WKWebView = &*platform.inner().cast();
            let _navigation = view.loadHTMLString_baseURL(&text, address.as_deref());
        }
    })
}
