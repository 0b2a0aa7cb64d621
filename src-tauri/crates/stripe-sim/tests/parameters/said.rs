//! That the README's table of parameters says what there is.

use std::collections::BTreeSet;

use stripe_schema::Leaf;

use crate::calls::answer;
use crate::{all, is_not_played};

/// The calls by the names that the README's table gives them.
const OBJECTS: &[(&str, &str, &str)] = &[
    ("PI", "/v1/payment_intents", "{intent}"),
    ("SI", "/v1/setup_intents", "{intent}"),
    ("PM", "/v1/payment_methods", "{payment_method}"),
    ("CT", "/v1/test_helpers/confirmation_tokens", ""),
    ("Customer", "/v1/customers", "{customer}"),
    ("Charge", "/v1/charges", "{charge}"),
    ("Refund", "/v1/refunds", "{refund}"),
    ("Dispute", "/v1/disputes", "{dispute}"),
    ("Token", "/v1/tokens", ""),
    ("Event", "/v1/events", ""),
    ("Transaction", "/v1/balance_transactions", ""),
];

/// As `POST /v1/refunds` of `Refund` and `create`.
fn operation_named(object: &str, call: &str) -> String {
    let (_, path, id) = OBJECTS.iter().find(|(name, ..)| *name == object).unwrap_or_else(|| panic!("{object}"));
    match call {
        "create" => format!("POST {path}"),
        "update" => format!("POST {path}/{id}"),
        "list" => format!("GET {path}"),
        "search" => format!("GET {path}/search"),
        "retrieve" => format!("GET {path}/{id}"),
        "cards" => format!("GET {path}/{id}/payment_methods"),
        call => format!("POST {path}/{id}/{call}"),
    }
}

/// A parameter as the table names it: whole objects, but for what is said of a card.
fn row_of(leaf: &Leaf) -> String {
    let name = leaf.name.replace("[0]", "");
    let steps: Vec<&str> = name.split('[').collect();
    let kept = match steps[0] {
        "payment_method_options" => 3,
        "card" => 2,
        _ => 1,
    };
    steps.into_iter().take(kept).collect::<Vec<_>>().join("[")
}

#[test]
fn the_readme_says_which_call_takes_what() {
    let mut taken = BTreeSet::new();
    for (operation, leaf) in all() {
        let row = row_of(&leaf);
        let is_said_of_all = ["expand", "limit", "starting_after", "ending_before", "created"].contains(&row.as_str());
        if !is_said_of_all && !is_not_played(&answer(operation, "usd", &leaf.name, "x")["error"]) {
            taken.insert((row, operation.to_owned()));
        }
    }
    // An object that can be unset as a whole is in the table by what is in it.
    let outer = |name: &str| taken.iter().any(|(other, _)| other.starts_with(&format!("{name}[")));
    let taken: BTreeSet<_> = taken.iter().filter(|(name, _)| !outer(name)).cloned().collect();

    let readme = include_str!("../../README.md");
    let table = readme.split("| parameters | taken by |").nth(1).and_then(|rest| rest.split("\n\n").next());
    let mut said = BTreeSet::new();
    for line in table.expect("the table").lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        for name in cells[0].split('`').skip(1).step_by(2) {
            for door in cells[1].trim().split("; ") {
                let (object, calls) = door.split_once(' ').expect("an object and its calls");
                for call in calls.split(' ') {
                    assert!(said.insert((name.to_owned(), operation_named(object, call))), "twice: {name} {door}");
                }
            }
        }
    }
    let missing: Vec<_> = taken.difference(&said).collect();
    let invented: Vec<_> = said.difference(&taken).collect();
    assert!(missing.is_empty() && invented.is_empty(), "not said: {missing:#?}\nnot so: {invented:#?}");
}
