//! The payment page on WKWebView: `loadHTMLString:baseURL:` gives a text the address it is to have.
//!
//! UNTRIED: written from Apple's and Tauri's documentation, never run on a Mac. To be checked there first: that the
//! page's origin is https, that the IPC answers it under the remote capability, and that the simulator's scheme loads
//! in it.

use std::cell::Cell;
use std::ptr::NonNull;
use std::rc::Rc;
use std::time::Duration;

use block2::RcBlock;
use objc2::MainThreadMarker;
use objc2::rc::Retained;
use objc2_foundation::{NSArray, NSDate, NSSet, NSString, NSURL};
use objc2_web_kit::{WKWebView, WKWebsiteDataRecord, WKWebsiteDataStore};
use tauri::{PhysicalSize, WebviewWindow};
use tokio::sync::oneshot;

use super::{PAGE_URL, policy};

/// What the window holds until the shell has put the page in.
pub(super) const FIRST_URL: &str = "about:blank";

/// How long an answer or a navigation that is under way may take.
const GONE_AFTER: Duration = Duration::from_millis(100);

/// Nothing to set here: the context menu is suppressed by the page, and WebKit's cookie policy cannot be changed for one view.
pub(super) fn prepare(_window: &WebviewWindow) -> tauri::Result<()> {
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

/// Takes the page out, so that nothing of it can store anything any more. WebKit has no public way to end its process.
pub(super) async fn end_page(window: &WebviewWindow, _process: bool) {
    // What the page asked last is answered first: a question that is open while its page goes would be asked a second time.
    tokio::time::sleep(GONE_AFTER).await;
    match FIRST_URL.parse().map(|blank| window.navigate(blank)) {
        Ok(Ok(())) => tokio::time::sleep(GONE_AFTER).await,
        Ok(Err(reason)) => log::warn!("The payment page could not be taken out: {reason}"),
        Err(reason) => log::warn!("The payment page could not be taken out: {reason}"),
    }
}

/// Removes what was stored by anybody but those that are kept: all that WebKit keeps, by its records.
#[expect(unsafe_code, reason = "WebKit's storage is Objective-C's")]
pub(super) async fn remove_what_is_not_kept(window: &WebviewWindow) -> Result<(), String> {
    on_store(window, |store, types, told| {
        let (remover, all) = (store.clone(), types.clone());
        let found = RcBlock::new(move |found: NonNull<NSArray<WKWebsiteDataRecord>>| {
            let done = tells(&told);
            // SAFETY: WebKit calls back on the main thread, with an array that is alive for as long as this runs.
            unsafe {
                let others: Vec<_> = found.as_ref().to_vec();
                let others: Vec<_> =
                    others.into_iter().filter(|site| !policy::is_kept(&site.displayName().to_string())).collect();
                let others = NSArray::from_retained_slice(&others);
                remover.removeDataOfTypes_forDataRecords_completionHandler(&all, &others, &done);
            }
        });
        // SAFETY: the store is alive, and this runs on the main thread.
        unsafe { store.fetchDataRecordsOfTypes_completionHandler(types, &found) };
    })
    .await
}

/// Removes everything that was ever stored, by anybody.
#[expect(unsafe_code, reason = "WebKit's storage is Objective-C's")]
pub(super) async fn remove_everything(window: &WebviewWindow) -> Result<(), String> {
    on_store(window, |store, types, told| {
        let done = tells(&told);
        // SAFETY: the store is alive, and this runs on the main thread.
        unsafe { store.removeDataOfTypes_modifiedSince_completionHandler(types, &NSDate::distantPast(), &done) };
    })
    .await
}

/// Who waits for the end of it; taken when it is told.
type Told = Rc<Cell<Option<oneshot::Sender<()>>>>;

fn tells(told: &Told) -> RcBlock<dyn Fn()> {
    let told = Rc::clone(told);
    RcBlock::new(move || drop(told.take().map(|told| told.send(()))))
}

/// Asks the window's storage on the main thread, and waits until it is done.
#[expect(unsafe_code, reason = "the web view is an Objective-C object, and Tauri hands out its address")]
async fn on_store(
    window: &WebviewWindow,
    ask: impl FnOnce(&Retained<WKWebsiteDataStore>, &Retained<NSSet<NSString>>, Told) + Send + 'static,
) -> Result<(), String> {
    let (told, hears) = oneshot::channel();
    window
        .with_webview(move |platform| {
            let Some(main) = MainThreadMarker::new() else { return };
            // SAFETY: on macOS `inner` is the window's WKWebView, alive as long as the window, and this closure runs on the
            // main thread, where WebKit must be called.
            let (store, types) = unsafe {
                let view: &WKWebView = &*platform.inner().cast();
                (view.configuration().websiteDataStore(), WKWebsiteDataStore::allWebsiteDataTypes(main))
            };
            ask(&store, &types, Rc::new(Cell::new(Some(told))));
        })
        .map_err(|reason| reason.to_string())?;
    hears.await.map_err(|_| "nothing was told".to_owned())
}
