//! What the README shows is what there is.

mod common;
use common::*;

use stripe_sim::{ApiRequest, ApiVersion, cards};

const README: &str = include_str!("../README.md");

/// The cells of the rows of all tables, without their backticks.
fn rows() -> impl Iterator<Item = Vec<String>> {
    README
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect())
}

#[test]
fn every_control_route_takes_the_body_that_is_shown() {
    let sim = sim();
    let mut tried = 0;
    for row in rows() {
        let Some((method, path)) = row[0].split_once(' ').filter(|(_, path)| path.starts_with("/_sim/")) else {
            continue;
        };
        let target =
            if path.contains('{') { path.replace("{payment_intent}", &id(&waiting(&sim))) } else { path.to_owned() };
        let mut request = ApiRequest::new(method.parse().unwrap(), &target);
        request.body = if row[1].starts_with('{') { row[1].clone().into_bytes() } else { Vec::new() };
        // Of faults the README shows a whole command.
        if path == "/_sim/faults" {
            let command = README.split("/_sim/faults -d '").nth(1).unwrap().split('\'').next().unwrap();
            request.body = command.as_bytes().to_vec();
        }
        let response = send(&sim, request);
        assert_eq!(response.status, 200, "{method} {path}: {}", response.json());
        tried += 1;
    }
    assert_eq!(tried, 8);
}

#[test]
fn the_cards_are_in_the_table_under_these_numbers() {
    let shown: Vec<_> = rows().filter(|row| row[0].starts_with("4")).collect();
    assert_eq!(shown.len(), 6);
    for row in shown {
        let number = row[0].replace(' ', "");
        let card = cards::by_number(&number).unwrap_or_else(|| panic!("{number} is no test card"));
        assert_eq!(card.payment_method, Some(row[1].as_str()), "{number}");
    }
    assert!(README.contains(&format!("{} numbers", cards::all().len())));
}

#[test]
fn the_version_of_the_types_is_that_of_the_browser_tests() {
    let packages = include_str!("../js-tests/package.json");
    let version = packages.split(r#""@stripe/stripe-js": ""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(README.contains(&format!("`@stripe/stripe-js` {version}")));
}

#[test]
fn the_versions_are_those_that_there_are() {
    let (first, last) = (ApiVersion::all().next().unwrap(), ApiVersion::all().next_back().unwrap());
    assert!(README.contains(&format!("API versions, {first} to {last}")));
    assert!(README.contains(&format!("the account's, {} unless", ApiVersion::DEFAULT)));
    // The table of changes: each begins with a version, in their order.
    let changes: Vec<_> = rows().filter_map(|row| ApiVersion::parse(&row[0]).map(|since| (since, row))).collect();
    assert_eq!(changes.len(), 3);
    assert!(changes.is_sorted_by_key(|(since, _)| *since));
    for (since, row) in changes {
        let (date, train) = since.as_str().split_once('.').unwrap();
        assert!(row[2].starts_with(&format!("{train}/{date}/")), "{since}: {}", row[2]);
    }
}
