//! The stand-in for Stripe.js, its frames, and the bank's page, as they are in `assets/`.

/// The content type and the text of an asset.
pub(crate) fn find(path: &str) -> Option<(&'static str, &'static str)> {
    const HTML: &str = "text/html; charset=utf-8";
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    match path {
        "/" => Some((HTML, include_str!("../assets/home.html"))),
        "/v3/stripe.js" | "/v3/" => Some((SCRIPT, include_str!("../assets/stripe.js"))),
        "/v3/controller.html" => Some((HTML, include_str!("../assets/controller.html"))),
        "/v3/elements-card.html" => Some((HTML, include_str!("../assets/elements-card.html"))),
        "/v3/three-ds-2-challenge.html" => Some((HTML, include_str!("../assets/three-ds-2-challenge.html"))),
        "/acs/challenge" => Some((HTML, include_str!("../assets/acs-challenge.html"))),
        _ => None,
    }
}
