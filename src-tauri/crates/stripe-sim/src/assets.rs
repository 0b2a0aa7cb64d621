//! The stand-in for Stripe.js, its frames, the bank's page and the simulator's own page, as they are in `assets/`.

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

/// The content type and the text of an asset.
pub(crate) fn find(path: &str) -> Option<(&'static str, &'static str)> {
    const HTML: &str = "text/html; charset=utf-8";
    const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
    match path {
        "/" => Some((HTML, include_str!("../assets/home.html"))),
        // Stripe's addresses: the older one, and one for each release train.
        "/v3/stripe.js" | "/v3/" | "/endive/stripe.js" => Some((JAVASCRIPT, SCRIPT)),
        "/v3/controller.html" => Some((HTML, include_str!("../assets/controller.html"))),
        "/v3/elements-card.html" => Some((HTML, FIELDS)),
        "/v3/three-ds-2-challenge.html" => Some((HTML, include_str!("../assets/three-ds-2-challenge.html"))),
        "/acs/challenge" => Some((HTML, include_str!("../assets/acs-challenge.html"))),
        _ => None,
    }
}
