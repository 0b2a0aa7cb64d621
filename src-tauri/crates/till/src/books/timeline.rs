//! What happened to a sale, row by row: for whoever asks how it came to stand as it does, and for Stripe's support.

use std::path::Path;

use rusqlite::Connection;
use serde::Serialize;
use ts_rs::TS;

use super::NoAnswer;
use crate::decline;
use crate::event::Event;
use crate::ids::SaleId;
use crate::journal::{Author, Entry, JournalError, entries};
use crate::locale::Locale;
use crate::machine;
use crate::money::Sum;
use crate::observed::{Answer, RefundAnswer, SeenIntent, Status};
use crate::sale::{Purpose, Sale, Stage, Why};
use crate::show::{dispute_status, refund_stands};
use crate::view::{DisputeStatus, MoneyView, RefundState, WhyDeclined};

/// One row of a sale, as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TimelineRow {
    /// Milliseconds since 1970 on the till's clock.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Milliseconds since 1970 by Stripe's clock, of what Stripe answered or was seen to have, where it told a time.
    #[ts(type = "number | null")]
    pub stripe_ms: Option<i64>,
    pub by: WhoseDoing,
    pub happened: Happened,
    /// How the sale stood from then on, where Stripe was heard.
    pub leaves: Option<Leaves>,
    /// Stripe's number for the request whose answer this is, `req_…`.
    pub request: Option<String>,
    /// What Stripe calls what this row is about besides the payment: `ch_…`, `re_…`, `du_…`.
    pub ids: Vec<String>,
}

/// Whose doing a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum WhoseDoing {
    Staff,
    Till,
    /// Nobody wrote it down.
    NotTold,
}

/// A request to Stripe that acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CallTold {
    /// Try a card.
    Charge,
    /// Confirm again after the bank's yes.
    Finish,
    Cancel,
}

/// A payment's status, as Stripe told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum StatusTold {
    WaitsForCard,
    WaitsForConfirm,
    BankAsks,
    Processing,
    Held,
    Cancelled,
    Paid,
    /// A state that this version does not know.
    Other,
}

/// What came back of a request. What it means for the sale, [`Leaves`] tells: a second sending may be turned away while the first
/// was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "came", rename_all = "snake_case")]
#[ts(export)]
pub enum AnswerTold {
    /// An answer, with the payment's status in it, if there is a payment.
    Answered { status: Option<StatusTold> },
    /// Stripe did not act on this sending.
    TurnedAway {
        /// HTTP status; none when it never left the till.
        http: Option<u16>,
        /// The payment's, where the refusal told it.
        status: Option<StatusTold>,
    },
    /// It may have acted.
    Silence {
        /// HTTP status of an answer that did not say what was done; none where none came.
        http: Option<u16>,
    },
    /// The key may not do this, or not see what it did.
    Forbidden,
}

/// How a sale stands after a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "stands", rename_all = "snake_case")]
#[ts(export)]
pub enum Leaves {
    WaitsForCard,
    /// A call is out.
    UnderWay,
    BankAsks,
    /// The bank said yes; it is to be confirmed.
    BankSaidYes,
    Paid,
    Held,
    Processing,
    Declined {
        why: WhyDeclined,
    },
    NotKnown,
    /// The payment is not this sale's, as far as the till can tell.
    Mismatch,
    /// A state that this version does not know.
    Strange,
    /// Stripe has no such payment.
    Gone,
    /// It was given up, and what becomes of it is found out.
    BeingCancelled,
    Cancelled,
    SetAside,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
#[ts(export)]
pub enum Happened {
    Opened,
    TakenIn,
    Sent {
        call: CallTold,
    },
    SentAgain {
        call: CallTold,
    },
    Answered {
        call: CallTold,
        answer: AnswerTold,
    },
    CancelWanted,
    Looked {
        status: StatusTold,
    },
    FoundNothing,
    Gone,
    Interrupted,
    TrainingEnded,
    RefundSent {
        money: MoneyView,
    },
    RefundSentAgain,
    RefundAnswered {
        answer: AnswerTold,
        /// How the refund stood from then on.
        stands: RefundState,
    },
    RefundsLooked {
        refunds: u32,
    },
    DisputeSeen {
        status: DisputeStatus,
    },
    Kept,
    SetAside,
    WatchEnded,
}

/// What happened to a sale, oldest first. Its amounts are not written yet.
pub struct Timeline(Vec<(Entry, Sale)>);

/// Nothing where the journal does not know the sale.
pub(super) fn timeline(connection: &Connection, sale: SaleId) -> Result<Timeline, NoAnswer> {
    let rows = entries(connection, "about = 'sale' AND subject = ?1", [sale.to_string()], Path::new("journal"))?;
    let mut told: Vec<(Entry, Sale)> = Vec::with_capacity(rows.len());
    for row in rows {
        let after = match told.last() {
            None => machine::open(sale, &row.event, row.when),
            Some((_, before)) => machine::step(before, &row.event, row.when).map(|(after, _)| after),
        };
        let after = after.map_err(|_| JournalError::Corrupt { path: "the sales journal".into() })?;
        told.push((row, after));
    }
    Ok(Timeline(told))
}

impl Timeline {
    #[must_use]
    pub fn view(&self, locale: &Locale) -> Vec<TimelineRow> {
        self.0.iter().map(|(row, after)| shown(row, after, locale)).collect()
    }
}

fn shown(row: &Entry, after: &Sale, locale: &Locale) -> TimelineRow {
    // Of what is about to be sent, the row has the time that Stripe told last before: of another answer.
    let is_stripes = is_stripes_word(&row.event);
    TimelineRow {
        at_ms: row.when.at_ms,
        stripe_ms: row.when.stripe_ms.filter(|_| is_stripes),
        by: match row.by {
            Author::Staff => WhoseDoing::Staff,
            Author::Till => WhoseDoing::Till,
            Author::NotTold => WhoseDoing::NotTold,
        },
        happened: happened(&row.event, after, locale),
        leaves: leaves(&row.event, after),
        request: row.request.as_ref().map(ToString::to_string),
        ids: ids(&row.event),
    }
}

fn is_stripes_word(event: &Event) -> bool {
    matches!(
        event,
        Event::TakenIn { .. }
            | Event::Answered { .. }
            | Event::Looked { .. }
            | Event::FoundNothing
            | Event::Gone
            | Event::RefundAnswered { .. }
            | Event::RefundsSeen { .. }
            | Event::Disputed { .. }
    )
}

fn happened(event: &Event, after: &Sale, locale: &Locale) -> Happened {
    match event {
        Event::Opened { .. } => Happened::Opened,
        Event::TakenIn { .. } => Happened::TakenIn,
        Event::Submitted { .. } => Happened::Sent { call: CallTold::Charge },
        Event::ConfirmedAgain { .. } => Happened::Sent { call: CallTold::Finish },
        Event::CancelStarted { .. } => Happened::Sent { call: CallTold::Cancel },
        Event::Resent { purpose } => Happened::SentAgain { call: call(*purpose) },
        Event::Answered { purpose, answer } => Happened::Answered { call: call(*purpose), answer: told(answer) },
        Event::CancelWanted => Happened::CancelWanted,
        Event::Looked { seen, .. } => Happened::Looked { status: status(&seen.status) },
        Event::FoundNothing => Happened::FoundNothing,
        Event::Gone => Happened::Gone,
        Event::Interrupted => Happened::Interrupted,
        Event::TrainingEnded => Happened::TrainingEnded,
        Event::RefundStarted { amount_minor, .. } => {
            let currency = after.total().currency().code();
            Happened::RefundSent { money: Sum::of(*amount_minor, currency).view(locale) }
        }
        Event::RefundResent { .. } => Happened::RefundSentAgain,
        Event::RefundAnswered { refund, answer } => {
            let known = after.refunds.iter().find(|known| known.id() == Some(*refund));
            let stands = known.map_or(RefundState::NotKnown, |known| refund_stands(known).0);
            Happened::RefundAnswered { answer: refund_told(answer), stands }
        }
        Event::RefundsSeen { seen, .. } => {
            Happened::RefundsLooked { refunds: u32::try_from(seen.len()).unwrap_or(u32::MAX) }
        }
        Event::Disputed { seen } => Happened::DisputeSeen { status: dispute_status(&seen.status) },
        Event::Kept => Happened::Kept,
        Event::SetAside => Happened::SetAside,
        Event::WatchEnded => Happened::WatchEnded,
    }
}

/// Told where Stripe was heard about the payment itself.
fn leaves(event: &Event, after: &Sale) -> Option<Leaves> {
    let is_heard = matches!(
        event,
        Event::TakenIn { .. } | Event::Answered { .. } | Event::Looked { .. } | Event::FoundNothing | Event::Gone
    );
    is_heard.then(|| match &after.stage {
        Stage::Open { .. } => Leaves::WaitsForCard,
        Stage::Submitting | Stage::Confirming => Leaves::UnderWay,
        Stage::NeedsAuthentication => Leaves::BankAsks,
        Stage::Authenticated { .. } => Leaves::BankSaidYes,
        Stage::Approved(_) => Leaves::Paid,
        Stage::Held(_) => Leaves::Held,
        Stage::Processing => Leaves::Processing,
        Stage::Declined(why) => Leaves::Declined { why: decline::explain(why).why },
        Stage::NotKnown { why: Why::NoAnswer, .. } => Leaves::NotKnown,
        Stage::NotKnown { why: Why::Mismatch, .. } => Leaves::Mismatch,
        Stage::NotKnown { why: Why::StrangeStatus(_), .. } => Leaves::Strange,
        Stage::NotKnown { why: Why::Gone, .. } => Leaves::Gone,
        Stage::Cancelling => Leaves::BeingCancelled,
        Stage::Cancelled => Leaves::Cancelled,
        Stage::SetAside => Leaves::SetAside,
    })
}

fn call(purpose: Purpose) -> CallTold {
    match purpose {
        Purpose::Submit => CallTold::Charge,
        Purpose::ConfirmAgain => CallTold::Finish,
        Purpose::Cancel => CallTold::Cancel,
    }
}

fn told(answer: &Answer) -> AnswerTold {
    let shown = |seen: &Option<SeenIntent>| seen.as_ref().map(|seen| status(&seen.status));
    match answer {
        Answer::Intent { seen } => AnswerTold::Answered { status: Some(status(&seen.status)) },
        Answer::Declined { seen, .. } => AnswerTold::Answered { status: shown(seen) },
        Answer::NotExecuted { status: http, seen, .. } => AnswerTold::TurnedAway { http: *http, status: shown(seen) },
        Answer::Unknown { status } => AnswerTold::Silence { http: *status },
        Answer::Forbidden => AnswerTold::Forbidden,
    }
}

fn refund_told(answer: &RefundAnswer) -> AnswerTold {
    match answer {
        RefundAnswer::Made { .. } => AnswerTold::Answered { status: None },
        RefundAnswer::NotMade { status, .. } => AnswerTold::TurnedAway { http: *status, status: None },
        RefundAnswer::Unknown { status } => AnswerTold::Silence { http: *status },
        RefundAnswer::Forbidden => AnswerTold::Forbidden,
    }
}

fn ids(event: &Event) -> Vec<String> {
    let of_charge = |seen: &SeenIntent| seen.charge.as_ref().map(|charge| charge.id.clone());
    match event {
        Event::TakenIn { seen, .. }
        | Event::Looked { seen, .. }
        | Event::Answered {
            answer:
                Answer::Intent { seen }
                | Answer::Declined { seen: Some(seen), .. }
                | Answer::NotExecuted { seen: Some(seen), .. },
            ..
        } => of_charge(seen).into_iter().collect(),
        Event::RefundAnswered { answer: RefundAnswer::Made { seen }, .. } => vec![seen.id.clone()],
        Event::RefundsSeen { seen, .. } => seen.iter().map(|refund| refund.id.clone()).collect(),
        Event::Disputed { seen } => vec![seen.id.clone()],
        _ => Vec::new(),
    }
}

fn status(status: &Status) -> StatusTold {
    match status {
        Status::RequiresPaymentMethod => StatusTold::WaitsForCard,
        Status::RequiresConfirmation => StatusTold::WaitsForConfirm,
        Status::RequiresAction => StatusTold::BankAsks,
        Status::Processing => StatusTold::Processing,
        Status::RequiresCapture => StatusTold::Held,
        Status::Canceled => StatusTold::Cancelled,
        Status::Succeeded => StatusTold::Paid,
        Status::Other(_) => StatusTold::Other,
    }
}
