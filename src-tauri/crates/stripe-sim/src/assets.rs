//! The stand-in for Stripe.js, its frames, the bank's page and the simulator's own page, as they are in `assets/`.

use crate::version::ApiVersion;

/// The script that pages load: the files of its folder in one function, so that none of their names reaches the page.
const SCRIPT: &str = concat!(
    "(() => {\n'use strict';\n\n",
    include_str!("../assets/stripe/start.js"),
    include_str!("../assets/stripe/frames.js"),
    include_str!("../assets/stripe/elements.js"),
    include_str!("../assets/stripe/challenge.js"),
    include_str!("../assets/stripe/stripe.js"),
    "})();\n",
);

/// The frame that card fields live in.
const FIELDS: &str = concat!(
    include_str!("../assets/fields/fields.html"),
    "<script>\n'use strict';\n",
    include_str!("../assets/fields/rules.js"),
    include_str!("../assets/fields/marks.js"),
    include_str!("../assets/fields/fields.js"),
    include_str!("../assets/fields/layout.js"),
    include_str!("../assets/fields/calls.js"),
    "</script>\n</html>\n",
);

/// Where the bank's page is.
pub(crate) const BANK_PAGE: &str = "/acs/challenge";

/// The content type and the text of an asset.
pub(crate) fn find(path: &str) -> Option<(&'static str, &'static str)> {
    const HTML: &str = "text/html; charset=utf-8";
    const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
    if is_script_of_train(path) {
        return Some((JAVASCRIPT, SCRIPT));
    }
    match path {
        "/" => Some((HTML, include_str!("../assets/home.html"))),
        // Stripe's older address.
        "/v3/stripe.js" | "/v3/" => Some((JAVASCRIPT, SCRIPT)),
        "/v3/controller.html" => Some((HTML, include_str!("../assets/controller.html"))),
        "/v3/elements-card.html" => Some((HTML, FIELDS)),
        "/v3/three-ds-2-challenge.html" => Some((HTML, include_str!("../assets/three-ds-2-challenge.html"))),
        "/v3/three-ds-2-fingerprint.html" => Some((HTML, include_str!("../assets/three-ds-2-fingerprint.html"))),
        BANK_PAGE => Some((HTML, include_str!("../assets/acs-challenge.html"))),
        _ => None,
    }
}

/// Stripe's address for each release train, as `/dahlia/stripe.js`. The script finds its train in its address.
fn is_script_of_train(path: &str) -> bool {
    let train = path.strip_prefix('/').and_then(|path| path.strip_suffix("/stripe.js"));
    train.is_some_and(|train| ApiVersion::all().any(|version| version.train() == Some(train)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_train_has_its_script_and_the_script_its_version() {
        let mut trains: Vec<ApiVersion> = ApiVersion::all().filter(|version| version.train().is_some()).collect();
        trains.dedup_by_key(|version| version.train());
        for first in trains {
            let train = first.train().expect("a train");
            assert!(find(&format!("/{train}/stripe.js")).is_some(), "{train}");
            assert!(SCRIPT.contains(&format!("{train}: '{first}'")), "the script knows what {train} asks for");
        }
        assert!(find("/fig/stripe.js").is_none());
    }
}
