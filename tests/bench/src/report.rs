//! What was measured, as a table and as `books.json`.

use std::path::Path;

use serde::Serialize;

use crate::filled::Res;
use crate::timed::Timed;

/// One thing that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) ours: f64,
    /// What it is held against; none where there is nothing.
    pub(crate) theirs: Option<f64>,
    pub(crate) unit: &'static str,
    /// Ours by theirs.
    pub(crate) ratio: Option<f64>,
    /// None where it is only told.
    pub(crate) goal: Option<String>,
    pub(crate) met: Option<bool>,
}

#[derive(Default)]
pub(crate) struct Report(pub(crate) Vec<Measured>);

/// What a number has to be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// Only told.
    None,
    Below(f64),
    /// So many times theirs, at most.
    Times(f64),
}

impl Report {
    pub(crate) fn add(
        &mut self,
        name: impl Into<String>,
        ours: f64,
        theirs: Option<f64>,
        unit: &'static str,
        goal: Goal,
    ) {
        let ratio = theirs.filter(|theirs| *theirs > 0.0).map(|theirs| ours / theirs);
        let (goal, met) = match goal {
            Goal::None => (None, None),
            Goal::Below(most) => (Some(format!("< {most} {unit}")), Some(ours < most)),
            Goal::Times(most) => (Some(format!("ratio <= {most:.2}")), Some(ratio.is_some_and(|ratio| ratio <= most))),
        };
        let measured = Measured { name: name.into(), ours, theirs, unit, ratio, goal, met };
        println!("{}", line(&measured));
        self.0.push(measured);
    }

    /// The median, the 99th of a hundred, which is held against the goal, and the worst.
    pub(crate) fn add_times(&mut self, name: &str, ours: &Timed, theirs: Option<&Timed>, p99: Goal) {
        self.add(format!("{name}, p50"), ours.p(50), theirs.map(|theirs| theirs.p(50)), "ms", Goal::None);
        self.add(format!("{name}, p99"), ours.p(99), theirs.map(|theirs| theirs.p(99)), "ms", p99);
        let worst = format!("{name}, worst of {}", ours.how_many());
        self.add(worst, ours.worst(), theirs.map(Timed::worst), "ms", Goal::None);
    }

    pub(crate) fn write(&self, path: &Path) -> Res<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, serde_json::to_string_pretty(&self.0)?)?;
        let goals = self.0.iter().filter(|one| one.met.is_some()).count();
        let missed: Vec<&Measured> = self.0.iter().filter(|one| one.met == Some(false)).collect();
        println!("\n{} of {goals} goals met; written to {}", goals - missed.len(), path.display());
        for one in missed {
            println!("MISSED  {}", line(one));
        }
        Ok(())
    }
}

pub(crate) fn head() -> String {
    format!("{:<58} {:>12} {:>12} {:<8} {:>7}  {:<14} met", "what", "ours", "theirs", "unit", "ratio", "goal")
}

fn line(one: &Measured) -> String {
    let figure = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), rounded);
    let met = match one.met {
        None => "-",
        Some(true) => "yes",
        Some(false) => "NO",
    };
    format!(
        "{:<58} {:>12} {:>12} {:<8} {:>7}  {:<14} {met}",
        one.name,
        figure(Some(one.ours)),
        figure(one.theirs),
        one.unit,
        figure(one.ratio),
        one.goal.as_deref().unwrap_or("-"),
    )
}

fn rounded(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
