//! Which variables of its environment the till believes.
//!
//! A till is started from an environment that others filled: a developer's profile, a support script, a company's set-up.
//! What would lead trust, a card or a window elsewhere is taken out before anything has read it. So the till does not see
//! it, nor do the processes of its web views, in which cards are keyed and which inherit what is left.
//!
//! Proxies stay, because many shops have no other way out: what they may do stands in `stripe_client::HttpTransport`, and the
//! web views, which ask the system for its proxy, check certificates against the system's store too. What makes a program
//! load foreign code (`LD_PRELOAD`, `GTK_MODULES`, `GIO_EXTRA_MODULES`) stays as well: systems set some of it rightly, and
//! whoever can set the rest is the person at the till. So does `COUNTERSIGN_DATA_DIR`: it names where files are kept, and
//! leads no call.

use std::ffi::OsStr;

/// Taken out of every till's environment.
const NOT_BELIEVED: [&str; 8] = [
    // Authorities beside the system's: a proxy whose certificates they vouch for would read everything.
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    // Writes the secrets of each connection to a file, from which a recording of it can be read: the card too.
    "SSLKEYLOGFILE",
    // What TLS of the web views is content with, and what it writes down of it.
    "GNUTLS_SYSTEM_PRIORITY_FILE",
    "GNUTLS_DEBUG_LEVEL",
    // GTK's inspector, which reaches into the windows and their web views' settings.
    "GTK_DEBUG",
    // WebKit's log of what it loads, and code to load into its pages.
    "WEBKIT_DEBUG",
    "WEBKIT_INJECTED_BUNDLE_PATH",
];

/// Whole families of them: WebView2's take a browser's arguments (a debugging port, certificate errors to be ignored), and
/// those of WebKit's script engine write down what runs.
const NOT_BELIEVED_FAMILIES: [&str; 2] = ["WEBVIEW2_", "JSC_"];

/// What lets another program look into the windows and drive them. Tests do, so a debug build believes these.
const DRIVING: [&str; 3] = ["WEBKIT_INSPECTOR_SERVER", "WEBKIT_INSPECTOR_HTTP_SERVER", "TAURI_WEBVIEW_AUTOMATION"];

/// Takes what is not believed out of this process's environment, and answers with its names.
///
/// The first thing that the program does: threads that read the environment meanwhile would be a danger.
pub(crate) fn forget() -> Vec<String> {
    let names: Vec<_> =
        std::env::vars_os().map(|(name, _)| name).filter(|name| !believed(name, cfg!(debug_assertions))).collect();
    for name in &names {
        #[expect(unsafe_code, reason = "the environment belongs to the whole process")]
        // SAFETY: called at the start of `run`, before the program has made a thread.
        unsafe {
            std::env::remove_var(name);
        }
    }
    names.iter().map(|name| name.to_string_lossy().into_owned()).collect()
}

/// Names are told apart without regard to their case: so does Windows, and elsewhere nothing is lost by it.
fn believed(name: &OsStr, tests_may_drive: bool) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    let driving = DRIVING.contains(&name.as_str());
    let family = NOT_BELIEVED_FAMILIES.iter().any(|family| name.starts_with(family));
    !(NOT_BELIEVED.contains(&name.as_str()) || family || (driving && !tests_may_drive))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_elsewhere_is_not_believed() {
        for name in NOT_BELIEVED.into_iter().chain(["ssl_cert_file", "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS", "JSC_x"])
        {
            assert!(!believed(OsStr::new(name), true) && !believed(OsStr::new(name), false), "{name}");
        }
        for name in DRIVING {
            assert!(believed(OsStr::new(name), true) && !believed(OsStr::new(name), false), "{name}");
        }
    }

    #[test]
    fn what_a_desk_needs_stays() {
        for name in [
            "HOME",
            "DISPLAY",
            "DBUS_SESSION_BUS_ADDRESS",
            "HTTPS_PROXY",
            "no_proxy",
            "WEBKIT_DISABLE_DMABUF_RENDERER",
            "GTK_THEME",
            "COUNTERSIGN_DATA_DIR",
        ] {
            assert!(believed(OsStr::new(name), false), "{name}");
        }
    }
}
