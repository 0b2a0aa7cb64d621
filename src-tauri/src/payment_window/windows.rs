//! The payment page on WebView2: a custom protocol that Tauri serves under an https name.
//!
//! UNTRIED: written from Tauri's documentation, never run on Windows. `countersign` with `use_https_scheme` becomes
//! `https://countersign.localhost`; the protocol's handler (`serve`) answers the payment window only.

use std::sync::Mutex;

use tauri::{PhysicalSize, Url, WebviewWindow};

use super::PAGE_URL;

/// What the window holds until the shell has led it to [`PAGE_URL`], which [`serve`] answers.
pub(super) const FIRST_URL: &str = "about:blank";

/// The scheme whose https name is the page's host.
pub(crate) const SCHEME: &str = "countersign";

/// The page as it was last put in.
static PAGE: Mutex<String> = Mutex::new(String::new());

/// Nothing to set here: WebView2 restarts an ended renderer by itself, and third-party cookies are allowed.
pub(super) fn prepare(_window: &WebviewWindow, _on_ended: impl Fn() + Send + 'static) -> tauri::Result<()> {
    Ok(())
}

/// Gives the window's page this size.
pub(super) fn resize(window: &WebviewWindow, page: PhysicalSize<u32>) -> tauri::Result<()> {
    window.set_size(page)
}

/// Puts `html` into the window at [`PAGE_URL`].
pub(super) fn place(window: &WebviewWindow, html: String) -> tauri::Result<()> {
    if let Ok(mut page) = PAGE.lock() {
        *page = html;
    }
    window.navigate(Url::parse(PAGE_URL)?)
}

/// Answers the page to the payment window, and nothing to anybody else.
pub(crate) fn serve(webview_label: &str, path: &str) -> http::Response<Vec<u8>> {
    let page = PAGE.lock().map(|page| page.clone()).unwrap_or_default();
    let (status, body) =
        if webview_label == super::LABEL && path == "/pay" { (200, page.into_bytes()) } else { (404, Vec::new()) };
    let mut response = http::Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::NOT_FOUND);
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
