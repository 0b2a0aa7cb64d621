//! What is told of a world in which the promise was broken.
//!
//! Everything in it follows from the seed, so it is the same to the byte every time: whoever reads it can see it happen again.

use std::fmt::Write as _;

use crate::plan::Plan;
use crate::run::{self, Broken};
use crate::sabotage::Sabotage;
use crate::shrink;

/// Where a plan comes from, and what it is played with.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Of the run.
    pub seed: u64,
    /// Which of its worlds.
    pub world: u64,
    /// Wrapped around the till.
    pub sabotage: Option<Sabotage>,
}

/// The failure, how to see it again, and the smallest plan that still fails, with both books.
#[must_use]
pub fn report(source: &Source, first: &Broken) -> String {
    let Source { seed, world, sabotage } = *source;
    let with = sabotage.map(|sabotage| format!(" --sabotage {}", sabotage.name())).unwrap_or_default();
    let again = format!("Again: cargo xtask faults --seed {seed} --world {world}{with}");
    let told = told(&Plan::of_world(seed, world), sabotage);
    format!("The promise was broken: {}\n{again}\n{told}", first.what)
}

/// The smallest plan that still fails, as it can be fed back, and what happens there.
#[must_use]
pub fn told(plan: &Plan, sabotage: Option<Sabotage>) -> String {
    let smallest = shrink::shrink(plan, &|plan| run::play_with(plan, sabotage).is_err());
    let mut text = String::new();
    let written = serde_json::to_string(&smallest).unwrap_or_else(|error| error.to_string());
    let _infallible =
        writeln!(text, "The smallest schedule that breaks it, to be saved and fed back with --plan FILE:\n{written}");
    if let Err(smaller) = run::play_with(&smallest, sabotage) {
        let _infallible = writeln!(text, "There: {}\n{}", smaller.what, smaller.books);
    }
    text
}
