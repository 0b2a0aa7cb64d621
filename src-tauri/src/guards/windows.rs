//! The guards on WebView2.
//!
//! UNTRIED: written from Microsoft's documentation ("Handling process-related events in WebView2"), never run on Windows.

use tauri::WebviewWindow;
use webview2_com::Microsoft::Web::WebView2::Win32::{
    COREWEBVIEW2_PROCESS_FAILED_KIND, COREWEBVIEW2_PROCESS_FAILED_KIND_BROWSER_PROCESS_EXITED,
    COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_EXITED,
    COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_UNRESPONSIVE,
};
use webview2_com::ProcessFailedEventHandler;

use super::PageEnd;

/// WebView2 says every few seconds that a page does not answer. So often it is let be.
const PATIENT_TIMES: u32 = 3;

/// See [`super::watch`]. WebView2 puts an error page where the page was, and goes on by itself without its GPU and utility
/// processes. Without its browser process nothing goes on: the application starts anew, and its journal has what was under way.
#[expect(unsafe_code, reason = "the web view is a COM object, and Tauri hands it out")]
pub(super) fn watch(window: &WebviewWindow, ended: impl Fn(PageEnd) + Send + 'static) -> tauri::Result<()> {
    let app = tauri::Manager::app_handle(window).clone();
    window.with_webview(move |platform| {
        let silent = std::cell::Cell::new(0_u32);
        let handler = ProcessFailedEventHandler::create(Box::new(move |_, failed| {
            let Some(failed) = failed else { return Ok(()) };
            let mut kind = COREWEBVIEW2_PROCESS_FAILED_KIND::default();
            // SAFETY: the arguments are alive for as long as their handler runs.
            unsafe { failed.ProcessFailedKind(&mut kind)? };
            if kind == COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_EXITED {
                ended(PageEnd::Died);
            } else if kind == COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_UNRESPONSIVE {
                silent.set(silent.get() + 1);
                if silent.get() > PATIENT_TIMES {
                    silent.set(0);
                    ended(PageEnd::Hung);
                }
            } else if kind == COREWEBVIEW2_PROCESS_FAILED_KIND_BROWSER_PROCESS_EXITED {
                log::error!("WebView2's browser process ended. The application starts anew.");
                app.request_restart();
            }
            Ok(())
        }));
        let mut token = 0;
        // SAFETY: the controller is that of a window that is alive, and this closure runs on the thread that made it.
        let added = unsafe {
            platform.controller().CoreWebView2().and_then(|view| view.add_ProcessFailed(&handler, &mut token))
        };
        if let Err(reason) = added {
            log::error!("The end of a page's process cannot be watched for: {reason}");
        }
    })
}
