//! One version of Stripe's world: the API version that the client asks for, the train of the Stripe.js that the page loads,
//! the types that the page is compiled against, the schema that every call is held against, and the SDK whose types every
//! request is compiled as. Each is read where it stands; they move together.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use stripe_client::STRIPE_VERSION;

/// Which train the npm package `@stripe/stripe-js` is for, by its major version (its README, and `RELEASE_TRAIN` in its code).
const TYPES: [(&str, &str); 5] = [("6", "acacia"), ("7", "basil"), ("8", "clover"), ("9", "dahlia"), ("10", "endive")];

/// Which version the npm package `stripe` pins, by its minor version (its CHANGELOG). That the one that is installed really
/// does is held where it is used, in `tests/sdk/node/requests.test.mjs`.
const SDKS: [(&str, &str); 8] = [
    ("22.0", "2026-03-25.dahlia"),
    ("22.1", "2026-04-22.dahlia"),
    ("22.2", "2026-05-27.dahlia"),
    ("22.3", "2026-06-24.dahlia"),
    ("22.4", "2026-07-29.dahlia"),
    ("22.6", "2026-08-26.dahlia"),
    ("23.0", "2026-09-30.endive"),
    ("23.1", "2026-10-28.endive"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The version of a package that a `package.json` names and that its lock file installs. They must be one.
fn locked(folder: &str, package: &str) -> String {
    let read = |file: &str| serde_json::from_str::<Value>(&text(&format!("{folder}/{file}"))).expect("JSON");
    let (manifest, lock) = (read("package.json"), read("package-lock.json"));
    let named = manifest["devDependencies"][package].as_str().expect("a package that is named").to_owned();
    assert_eq!(
        lock["packages"][""]["devDependencies"][package], named,
        "{folder}: the lock file is of another manifest"
    );
    let installed = lock["packages"][format!("node_modules/{package}")]["version"].as_str().expect("a version");
    assert_eq!(named.rsplit('@').next(), Some(installed), "{folder}: {package} is named exactly");
    installed.to_owned()
}

fn of_row(table: &[(&str, &'static str)], version: &str) -> &'static str {
    let row = table.iter().find(|(begins, _)| version.starts_with(&format!("{begins}.")));
    row.unwrap_or_else(|| panic!("no row for {version}")).1
}

/// The trains of all addresses of Stripe.js in a text, wherever they are loaded from.
fn trains(text: &str) -> Vec<&str> {
    let before = text.split("/stripe.js\"").filter_map(|part| part.rsplit(['"', '/']).next());
    let mut trains: Vec<&str> = before.take(text.matches("/stripe.js\"").count()).collect();
    trains.dedup();
    trains
}

#[test]
fn version_script_types_schema_and_sdk_are_of_one_version() {
    let (_, train) = STRIPE_VERSION.split_once('.').expect("a version with its train");
    assert_eq!(stripe_schema::version(), STRIPE_VERSION, "the schema, tests/schema/data");

    let page = text("src-tauri/src/payment_window/policy.rs");
    assert!(page.contains(&format!("\"https://js.stripe.com/{train}/stripe.js\"")), "the page loads Stripe's script");
    assert_eq!(trains(&page), [train], "the page loads the scripts of one train");

    for folder in ["ui", "src-tauri/crates/stripe-sim/js-tests"] {
        let types = locked(folder, "@stripe/stripe-js");
        assert_eq!(of_row(&TYPES, &types), train, "{folder}: @stripe/stripe-js {types}");
    }

    let sdk = locked("tests/sdk/node", "stripe-pinned");
    assert_eq!(of_row(&SDKS, &sdk), STRIPE_VERSION, "tests/sdk/node: stripe {sdk}");

    assert_eq!(stripe_sim::ApiVersion::DEFAULT.as_str(), STRIPE_VERSION, "the simulated accounts' default version");
}

#[test]
fn the_addresses_of_scripts_are_found() {
    assert_eq!(trains("a \"https://js.stripe.com/basil/stripe.js\" b \"{HOST}/fig/stripe.js\" c"), ["basil", "fig"]);
    assert!(trains("nothing").is_empty());
}
