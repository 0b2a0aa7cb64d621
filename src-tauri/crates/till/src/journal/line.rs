//! What the books keep of one sale: taken from the sale itself and from nothing else, so that it can be made again from the
//! rows at any time.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::characters::folded;
use crate::ids::SaleId;
use crate::journal::tags;
use crate::refund::{Refund, RefundStage};
use crate::sale::{AttemptEnd, Decline, Sale, Stage};
use crate::standing::{presses, standing};
use crate::view::Standing;

use super::facets::{Facet, Facets};

/// What the books keep of one sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub sale: SaleId,
    /// The sale's number, from 1. The books are in this order: the clock may have been set meanwhile.
    pub number: u32,
    /// The sale's, which says by which of its rows this was taken from it.
    pub revision: u32,
    /// Milliseconds since 1970 on the till's clock.
    pub opened_ms: i64,
    /// Something may still happen to it, or somebody waits: what a start of the till reads.
    pub unfinished: bool,
    pub facets: Facets,
    /// ISO 4217 code in capitals.
    pub currency: &'static str,
    /// In Stripe's smallest unit for the currency, as every amount here.
    pub total_minor: i64,
    /// What was taken and given back, in the order in which it was.
    pub movements: Vec<Movement>,
    /// The last four digits of the cards tried, each once.
    pub last4s: Vec<String>,
    pub intent: Option<String>,
    pub reference: Option<String>,
    /// What the sale is found by: the words of reference and note, and a tag for each thing that can be asked for.
    pub words: String,
}

/// Money that came in or went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    pub way: Way,
    /// When it was seen (taken) or asked for (given back), milliseconds since 1970 on the till's clock.
    pub at_ms: i64,
    /// Positive, both ways.
    pub amount_minor: i64,
}

/// Which way money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Taken = 0,
    /// Given back: Stripe has taken the refund on, or has made it.
    Refunded = 1,
}

impl Line {
    /// Of the sale as it stands.
    #[must_use]
    pub fn of(sale: &Sale) -> Self {
        let mut line = Self {
            sale: sale.id,
            number: sale.number,
            revision: sale.revision,
            opened_ms: sale.opened_at_ms,
            unfinished: !sale.finished(),
            facets: facets(sale),
            currency: sale.total().currency().code(),
            total_minor: sale.total().amount_minor(),
            movements: movements(sale),
            last4s: last4s(sale),
            intent: sale.intent.as_ref().map(ToString::to_string),
            reference: sale.order.reference.as_ref().map(|reference| reference.as_str().to_owned()),
            words: String::new(),
        };
        let note = sale.order.note.as_ref().map_or("", |note| note.as_str());
        line.words = line.index(note);
        line
    }

    /// What was taken or given back in all.
    #[must_use]
    pub fn sum(&self, way: Way) -> i64 {
        let of_it = self.movements.iter().filter(|movement| movement.way == way);
        of_it.fold(0, |sum: i64, movement| sum.saturating_add(movement.amount_minor))
    }

    /// Tells two texts of words apart, within one version of the till.
    pub(super) fn words_hash(&self) -> i64 {
        let mut hasher = DefaultHasher::new();
        self.words.hash(&mut hasher);
        i64::from_ne_bytes(hasher.finish().to_ne_bytes())
    }

    fn index(&self, note: &str) -> String {
        let mut words = String::new();
        for text in [self.reference.as_deref().unwrap_or(""), note] {
            words.push_str(&folded(text));
            words.push(' ');
            for word in tags::read_out(text) {
                words.push_str(&word);
                words.push(' ');
            }
        }
        let mut tag = |tag: String| {
            // Writing to a text cannot fail.
            let _written = write!(words, "{tag} ");
        };
        tag(tags::number(self.number));
        tag(tags::currency(self.currency));
        let refunds = self.movements.iter().filter(|movement| movement.way == Way::Refunded);
        let mut amounts: Vec<i64> = refunds.map(|movement| movement.amount_minor).collect();
        amounts.push(self.total_minor);
        // Taken in part, it is what the customer's bank shows.
        amounts.extend(Some(self.sum(Way::Taken)).filter(|taken| *taken != 0));
        amounts.sort_unstable();
        amounts.dedup();
        amounts.into_iter().map(|minor| tags::amount(self.currency, minor)).for_each(&mut tag);
        tags::sizes(self.total_minor).into_iter().for_each(&mut tag);
        self.last4s.iter().map(|last4| tags::last4(last4)).for_each(&mut tag);
        self.facets.iter().map(tags::facet).for_each(tag);
        words
    }
}

fn facets(sale: &Sale) -> Facets {
    let declined = |end: &Option<AttemptEnd>| {
        matches!(
            end,
            Some(AttemptEnd::Declined(
                Decline::Refused(_) | Decline::AuthenticationFailed(_) | Decline::HourPassed { .. }
            ))
        )
    };
    let stands = standing(sale, false);
    let mut facets = Facets::default();
    let mut add = |it: bool, facet: Facet| {
        if it {
            facets.add(facet);
        }
    };
    add(matches!(sale.stage, Stage::Approved(_)), Facet::Paid);
    add(matches!(sale.stage, Stage::Held(_)), Facet::Held);
    add(sale.stage == Stage::Cancelled, Facet::Cancelled);
    add(sale.stage == Stage::SetAside, Facet::SetAside);
    add(sale.attempts.iter().any(|attempt| declined(&attempt.end)), Facet::Declined);
    add(stands == Standing::InHand, Facet::InHand);
    add(stands == Standing::LeftToItself, Facet::NotKnown);
    add(sale.refunds.iter().any(is_given_back), Facet::Refunded);
    add(!sale.disputes.is_empty(), Facet::Disputed);
    add(presses(sale, false).is_some(), Facet::Pressing);
    facets
}

fn is_given_back(refund: &Refund) -> bool {
    matches!(refund.stage, RefundStage::Pending | RefundStage::Succeeded)
}

/// What was taken and given back of a sale, in the order in which it was.
pub(crate) fn movements(sale: &Sale) -> Vec<Movement> {
    let mut movements = Vec::new();
    if let Stage::Approved(proof) = &sale.stage {
        movements.push(Movement { way: Way::Taken, at_ms: proof.seen_at_ms, amount_minor: sale.taken_minor() });
    }
    let given_back = sale.refunds.iter().filter(|refund| is_given_back(refund));
    movements.extend(given_back.map(|refund| Movement {
        way: Way::Refunded,
        at_ms: refund.when.at_ms,
        amount_minor: refund.amount_minor,
    }));
    movements
}

fn last4s(sale: &Sale) -> Vec<String> {
    let proof = match &sale.stage {
        Stage::Approved(proof) | Stage::Held(proof) => proof.card.as_ref(),
        _ => None,
    };
    let mut last4s: Vec<String> = Vec::new();
    for card in sale.attempts.iter().filter_map(|attempt| attempt.card.as_ref()).chain(proof) {
        if !last4s.contains(&card.last4) {
            last4s.push(card.last4.clone());
        }
    }
    last4s
}
