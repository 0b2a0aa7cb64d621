//! Adding up what was taken and given back, between edges in time: a day by its hours, a year by its days.

use rusqlite::Connection;
use serde::Serialize;
use ts_rs::TS;

use super::{NoAnswer, no_answer};
use crate::journal::{QUARTER_MS, Way};
use crate::locale::Locale;
use crate::money::Sum;
use crate::view::MoneyView;

/// More slots than this no screen shows: a year by days has 366.
pub const MOST_SLOTS: usize = 800;

/// What came in and went out between two edges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Milliseconds since 1970; it belongs to the slot.
    pub from_ms: i64,
    /// It does not.
    pub to_ms: i64,
    /// Each currency apart, in the order of their codes.
    pub sums: Vec<SlotSum>,
}

/// The same of one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotSum {
    /// ISO 4217 code in capitals.
    pub currency: String,
    /// In the smallest unit, as Stripe counts it.
    pub taken_minor: i64,
    pub refunded_minor: i64,
    /// Payments that were taken.
    pub payments: u32,
    pub refunds: u32,
}

/// A slot, as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SlotView {
    /// Milliseconds since 1970; it belongs to the slot.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// It does not.
    #[ts(type = "number")]
    pub to_ms: i64,
    pub sums: Vec<SumsView>,
}

/// What was taken and given back in a span of time, as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SpanView {
    /// Of the slots together, each currency apart: all of it from one look at the books.
    pub sums: Vec<SumsView>,
    pub slots: Vec<SlotView>,
}

/// The sums of one currency, as a screen shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SumsView {
    pub taken: MoneyView,
    pub refunded: MoneyView,
    /// Taken less refunded; below zero where more was given back.
    pub net: MoneyView,
    /// Payments that were taken.
    pub payments: u32,
    pub refunds: u32,
}

/// These are no edges between which something can be added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("edges must rise, be whole quarters of an hour, and at most {MOST_SLOTS} apart")]
pub struct BadEdges;

pub(super) fn totals(connection: &Connection, edges_ms: &[i64]) -> Result<Vec<Slot>, NoAnswer> {
    let mut slots = slots(edges_ms)?;
    let (Some(from_ms), Some(to_ms)) = (edges_ms.first(), edges_ms.last()) else { return Err(BadEdges.into()) };
    let told = |error: rusqlite::Error| no_answer(&error);
    let mut select = connection
        .prepare_cached(
            "SELECT quarter, currency, way, count(*), sum(amount_minor) FROM movements
             WHERE quarter >= ?1 AND quarter < ?2 GROUP BY quarter, currency, way",
        )
        .map_err(told)?;
    let mut rows = select.query([from_ms / QUARTER_MS, to_ms / QUARTER_MS]).map_err(told)?;
    let mut at = 0;
    while let Some(row) = rows.next().map_err(told)? {
        let quarter: i64 = row.get(0).map_err(told)?;
        while slots.get(at).is_some_and(|slot| slot.to_ms <= quarter * QUARTER_MS) {
            at += 1;
        }
        let Some(slot) = slots.get_mut(at) else { break };
        let sum = slot.sum_of(row.get_ref(1).map_err(told)?.as_str().map_err(|_| NoAnswer::Damaged)?);
        let (count, minor): (u32, i64) = (row.get(3).map_err(told)?, row.get(4).map_err(told)?);
        if row.get::<_, i64>(2).map_err(told)? == Way::Taken as i64 {
            sum.payments = sum.payments.saturating_add(count);
            sum.taken_minor = sum.taken_minor.saturating_add(minor);
        } else {
            sum.refunds = sum.refunds.saturating_add(count);
            sum.refunded_minor = sum.refunded_minor.saturating_add(minor);
        }
    }
    Ok(slots)
}

fn slots(edges_ms: &[i64]) -> Result<Vec<Slot>, BadEdges> {
    let is_whole = edges_ms.iter().all(|edge| edge.rem_euclid(QUARTER_MS) == 0);
    let rises = edges_ms.is_sorted_by(|before, after| before < after);
    if !is_whole || !rises || !(2..=MOST_SLOTS + 1).contains(&edges_ms.len()) {
        return Err(BadEdges);
    }
    let between = edges_ms.iter().zip(edges_ms.iter().skip(1));
    Ok(between.map(|(from, to)| Slot { from_ms: *from, to_ms: *to, sums: Vec::new() }).collect())
}

impl SpanView {
    /// Of these slots, one after the other.
    #[must_use]
    pub fn of(slots: &[Slot], locale: &Locale) -> Self {
        let mut whole = Slot { from_ms: 0, to_ms: 0, sums: Vec::new() };
        for sum in slots.iter().flat_map(|slot| &slot.sums) {
            whole.sum_of(&sum.currency).add(sum);
        }
        Self { sums: whole.view(locale).sums, slots: slots.iter().map(|slot| slot.view(locale)).collect() }
    }
}

impl Slot {
    #[must_use]
    pub fn view(&self, locale: &Locale) -> SlotView {
        let sums = self.sums.iter().map(|sum| sum.view(locale)).collect();
        SlotView { from_ms: self.from_ms, to_ms: self.to_ms, sums }
    }

    fn sum_of(&mut self, currency: &str) -> &mut SlotSum {
        let at = match self.sums.binary_search_by(|sum| sum.currency.as_str().cmp(currency)) {
            Ok(at) => at,
            Err(at) => {
                let none = SlotSum {
                    currency: currency.to_owned(),
                    taken_minor: 0,
                    refunded_minor: 0,
                    payments: 0,
                    refunds: 0,
                };
                self.sums.insert(at, none);
                at
            }
        };
        &mut self.sums[at]
    }
}

impl SlotSum {
    fn add(&mut self, more: &Self) {
        self.taken_minor = self.taken_minor.saturating_add(more.taken_minor);
        self.refunded_minor = self.refunded_minor.saturating_add(more.refunded_minor);
        self.payments = self.payments.saturating_add(more.payments);
        self.refunds = self.refunds.saturating_add(more.refunds);
    }

    fn view(&self, locale: &Locale) -> SumsView {
        let money = |minor| Sum { amount_minor: minor, currency: self.currency.clone() }.view(locale);
        SumsView {
            taken: money(self.taken_minor),
            refunded: money(self.refunded_minor),
            net: money(self.taken_minor.saturating_sub(self.refunded_minor)),
            payments: self.payments,
            refunds: self.refunds,
        }
    }
}
