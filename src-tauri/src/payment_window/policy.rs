//! What the payment page may load: its Content-Security-Policy, filled in per mode.
//!
//! Training names the simulator and no Stripe host; test and live name Stripe's hosts and no simulator. The page's own
//! script and style are allowed by their hashes alone, which the UI's build writes beside the page.

use serde::Deserialize;

use crate::views::Mode;

/// Where the page carries a place for the policy.
const PLACEHOLDER: &str = "__COUNTERSIGN_CSP__";

/// The built page, as the UI's build left it.
const PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/payment.html"));
/// The hashes of the page's inline script and style.
const HASHES: &str = include_str!(concat!(env!("OUT_DIR"), "/csp.json"));

/// The hashes of what is inline in the page, as CSP writes them (`sha256-…`).
#[derive(Debug, Deserialize)]
struct InlineHashes {
    script: Vec<String>,
    style: Vec<String>,
}

/// Whose Stripe.js the page runs. It decides the policy and the address of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScriptHost {
    /// The stand-in of the simulator in this process.
    Simulator,
    /// js.stripe.com.
    Stripe,
}

impl ScriptHost {
    /// The host for `mode`. Training never meets Stripe, live never meets the simulator.
    pub(crate) fn for_mode(mode: Mode, test_is_simulated: bool) -> Self {
        match mode {
            Mode::Training => Self::Simulator,
            Mode::Test if test_is_simulated => Self::Simulator,
            Mode::Test | Mode::Live => Self::Stripe,
        }
    }

    /// The address of Stripe.js. The train is that of the API version the client is pinned to.
    pub(crate) fn stripe_js(self) -> String {
        match self {
            Self::Simulator => format!("{SIMULATOR_ORIGIN}/dahlia/stripe.js"),
            Self::Stripe => "https://js.stripe.com/dahlia/stripe.js".to_owned(),
        }
    }
}

/// The simulator's origin as a page sees it. Tauri serves custom schemes under an https name on Windows.
#[cfg(not(windows))]
pub(crate) const SIMULATOR_ORIGIN: &str = "countersign-sim://localhost";
/// The simulator's origin as a page sees it. Tauri serves custom schemes under an https name on Windows.
#[cfg(windows)]
pub(crate) const SIMULATOR_ORIGIN: &str = "https://countersign-sim.localhost";

/// Whether what this site has stored is kept from one customer to the next. `site` is as the engine names it: the domain that
/// somebody can register, or a host that is no name.
///
/// Stripe tells by it that this is the till that it knows; `stripe.network` is Stripe's too (docs.stripe.com, "Stripe domains"). On
/// our own pages' names nobody else can be.
pub(crate) fn is_kept(site: &str) -> bool {
    let site = site.trim_start_matches('.').to_ascii_lowercase();
    let belongs_to = |owner: &str| site.strip_suffix(owner).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    ["stripe.com", "stripe.network"].into_iter().any(belongs_to)
        || ["countersign.localhost", "countersign-sim.localhost", "tauri.localhost"].contains(&site.as_str())
}

/// Fills the policy in. `Err` when the page or its hashes are not what the UI's build writes; then no page is shown.
pub(crate) fn page(host: ScriptHost) -> Result<String, String> {
    let hashes: InlineHashes =
        serde_json::from_str(HASHES).map_err(|reason| format!("The payment page's hashes cannot be read: {reason}"))?;
    if PAGE.matches(PLACEHOLDER).count() != 1 {
        return Err(format!("The payment page must hold {PLACEHOLDER} exactly once."));
    }
    Ok(PAGE.replace(PLACEHOLDER, &policy(host, &hashes)))
}

/// The policy for one page. Stripe's hosts are those of its security guide; telemetry hosts are left out on purpose.
fn policy(host: ScriptHost, hashes: &InlineHashes) -> String {
    let (script, frame, connect) = match host {
        // The stand-in's frames talk to the simulator; the page itself never does.
        ScriptHost::Simulator => (SIMULATOR_ORIGIN, SIMULATOR_ORIGIN, ""),
        ScriptHost::Stripe => (
            "https://js.stripe.com https://*.js.stripe.com",
            "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
            " https://api.stripe.com",
        ),
    };
    [
        "default-src 'none'".to_owned(),
        format!("script-src {} {script}", quoted(&hashes.script)),
        format!("style-src {}", quoted(&hashes.style)),
        format!("frame-src {frame}"),
        format!("connect-src ipc: http://ipc.localhost{connect}"),
        "img-src data:".to_owned(),
        "font-src data:".to_owned(),
        "base-uri 'none'".to_owned(),
        "form-action 'none'".to_owned(),
    ]
    .join("; ")
}

/// Hashes in the quotes that CSP wants, whether or not they came with them; `'none'` for none.
fn quoted(hashes: &[String]) -> String {
    if hashes.is_empty() {
        return "'none'".to_owned();
    }
    let each: Vec<String> = hashes.iter().map(|hash| format!("'{}'", hash.trim_matches('\''))).collect();
    each.join(" ")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn hashes() -> InlineHashes {
        serde_json::from_str(HASHES).expect("the hashes are JSON")
    }

    /// The text of every inline `<tag …>…</tag>` of the page.
    fn inline<'page>(page: &'page str, tag: &str) -> Vec<&'page str> {
        let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
        let mut found = Vec::new();
        let mut rest = page;
        while let Some(at) = rest.find(&open) {
            let after = &rest[at..];
            let start = after.find('>').expect("the tag ends") + 1;
            let end = after.find(&close).expect("the element ends");
            found.push(&after[start..end]);
            rest = &after[end + close.len()..];
        }
        found
    }

    fn sha256(text: &str) -> String {
        format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
    }

    #[test]
    fn every_inline_script_and_style_is_named_by_its_hash() {
        let hashes = hashes();
        for (tag, named) in [("script", &hashes.script), ("style", &hashes.style)] {
            let texts = inline(PAGE, tag);
            let bare: Vec<&str> = named.iter().map(|hash| hash.trim_matches('\'')).collect();
            for text in &texts {
                assert!(bare.contains(&sha256(text).as_str()), "an inline {tag} is not in csp.json");
            }
            assert_eq!(texts.len(), bare.len(), "csp.json names a {tag} that the page does not hold");
        }
        assert!(!hashes.script.is_empty(), "the payment page has a script");
    }

    #[test]
    fn what_is_kept_between_customers_is_stripes_and_ours() {
        for kept in ["stripe.com", "js.stripe.com", ".stripe.com", "m.stripe.network", "countersign.localhost"] {
            assert!(is_kept(kept), "{kept}");
        }
        for other in
            ["bank.example", "notstripe.com", "stripe.com.bank.example", "stripe.co", "127.0.0.2", "localhost", ""]
        {
            assert!(!is_kept(other), "{other}");
        }
    }

    #[test]
    fn training_names_no_stripe_host() {
        let policy = policy(ScriptHost::Simulator, &hashes());
        assert!(!policy.contains("stripe.com"));
        assert!(policy.contains(SIMULATOR_ORIGIN));
    }

    #[test]
    fn live_names_stripe_and_no_simulator() {
        let policy = policy(ScriptHost::for_mode(Mode::Live, true), &hashes());
        assert!(!policy.contains("countersign-sim"));
        assert!(policy.contains("script-src 'sha256-"));
        assert!(policy.contains("connect-src ipc: http://ipc.localhost https://api.stripe.com;"));
        assert!(!policy.contains("unsafe"));
    }

    #[test]
    fn the_page_carries_the_policy() {
        let page = page(ScriptHost::Stripe).expect("a page");
        assert!(!page.contains(PLACEHOLDER));
        assert!(page.contains("https://hooks.stripe.com"));
    }
}
