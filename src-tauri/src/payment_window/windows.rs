//! The payment page on WebView2: a custom protocol that Tauri serves under an https name.
//!
//! UNTRIED: written from Tauri's documentation, never run on Windows. `countersign` with `use_https_scheme` becomes
//! `https://countersign.localhost`; the protocol's handler (`serve`) answers the payment window only.

use std::sync::Mutex;
use std::time::Duration;

use tauri::{PhysicalSize, Url, WebviewWindow};
use tokio::sync::oneshot;
use webview2_com::ClearBrowsingDataCompletedHandler;
use webview2_com::Microsoft::Web::WebView2::Win32::{
    COREWEBVIEW2_BROWSING_DATA_KINDS, COREWEBVIEW2_BROWSING_DATA_KINDS_ALL_DOM_STORAGE,
    COREWEBVIEW2_BROWSING_DATA_KINDS_COOKIES, COREWEBVIEW2_BROWSING_DATA_KINDS_DISK_CACHE,
    COREWEBVIEW2_BROWSING_DATA_KINDS_SERVICE_WORKERS, ICoreWebView2_13, ICoreWebView2Profile2,
};
use windows_core::Interface as _;

use super::{PAGE_URL, policy};

/// What the window holds until the shell has led it to [`PAGE_URL`], which [`serve`] answers.
pub(super) const FIRST_URL: &str = "about:blank";

/// The scheme whose https name is the page's host.
pub(crate) const SCHEME: &str = "countersign";

/// The page as it was last put in.
static PAGE: Mutex<String> = Mutex::new(String::new());

/// How long an answer or a navigation that is under way may take.
const GONE_AFTER: Duration = Duration::from_millis(100);

/// Nothing to set here: third-party cookies are allowed.
pub(super) fn prepare(_window: &WebviewWindow) -> tauri::Result<()> {
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

/// Takes the page out, so that nothing of it can store anything any more.
pub(super) async fn end_page(window: &WebviewWindow, _process: bool) {
    // What the page asked last is answered first: a question that is open while its page goes would be asked a second time.
    tokio::time::sleep(GONE_AFTER).await;
    match FIRST_URL.parse().map(|blank| window.navigate(blank)) {
        Ok(Ok(())) => tokio::time::sleep(GONE_AFTER).await,
        Ok(Err(reason)) => log::warn!("The payment page could not be taken out: {reason}"),
        Err(reason) => log::warn!("The payment page could not be taken out: {reason}"),
    }
}

/// Removes what was stored by anybody but those that are kept. WebView2 tells cookies apart by whose they are, and nothing
/// else: Stripe's storage goes with that of the banks, and its cookies stay.
pub(super) async fn remove_what_is_not_kept(window: &WebviewWindow) -> Result<(), String> {
    for cookie in window.cookies().map_err(|reason| reason.to_string())? {
        if !cookie.domain().is_some_and(policy::is_kept) {
            window.delete_cookie(cookie).map_err(|reason| reason.to_string())?;
        }
    }
    clear(window, STORED).await
}

/// Removes everything that was ever stored, by anybody.
pub(super) async fn remove_everything(window: &WebviewWindow) -> Result<(), String> {
    clear(window, COREWEBVIEW2_BROWSING_DATA_KINDS(STORED.0 | COREWEBVIEW2_BROWSING_DATA_KINDS_COOKIES.0)).await
}

/// All that a page stores but cookies.
const STORED: COREWEBVIEW2_BROWSING_DATA_KINDS = COREWEBVIEW2_BROWSING_DATA_KINDS(
    COREWEBVIEW2_BROWSING_DATA_KINDS_ALL_DOM_STORAGE.0
        | COREWEBVIEW2_BROWSING_DATA_KINDS_SERVICE_WORKERS.0
        | COREWEBVIEW2_BROWSING_DATA_KINDS_DISK_CACHE.0,
);

#[expect(unsafe_code, reason = "the web view is a COM object, and Tauri hands it out")]
async fn clear(window: &WebviewWindow, kinds: COREWEBVIEW2_BROWSING_DATA_KINDS) -> Result<(), String> {
    let (told, hears) = oneshot::channel();
    window
        .with_webview(move |platform| {
            let handler = ClearBrowsingDataCompletedHandler::create(Box::new(move |cleared| {
                drop(told.send(cleared.map_err(|reason| reason.to_string())));
                Ok(())
            }));
            // SAFETY: the controller is that of a window that is alive, and this closure runs on the thread that made it.
            let asked = unsafe {
                platform.controller().CoreWebView2().and_then(|view| {
                    let profile = view.cast::<ICoreWebView2_13>()?.Profile()?.cast::<ICoreWebView2Profile2>()?;
                    profile.ClearBrowsingData(kinds, &handler)
                })
            };
            if let Err(reason) = asked {
                log::warn!("The payment window's storage could not be cleared: {reason}");
            }
        })
        .map_err(|reason| reason.to_string())?;
    hears.await.unwrap_or_else(|_| Err("nothing was told".to_owned()))
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
