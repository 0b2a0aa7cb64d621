//! What happened to a sale, row by row: for whoever asks how it came to stand as it does, and for Stripe's support.

use std::path::Path;

use rusqlite::Connection;
use serde::Serialize;
use ts_rs::TS;

use super::NoAnswer;
use crate::event::Event;
use crate::ids::SaleId;
use crate::journal::{Author, Entry, entries};
use crate::locale::Locale;
use crate::money::Sum;
use crate::observed::{Answer, RefundAnswer, RefundStatusSeen, Status};
use crate::sale::Purpose;
use crate::view::MoneyView;

/// One row of a sale, as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TimelineRow {
    /// Milliseconds since 1970 on the till's clock.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Milliseconds since 1970 by Stripe's clock, where Stripe told a time.
    #[ts(type = "number | null")]
    pub stripe_ms: Option<i64>,
    pub by: WhoseDoing,
    pub happened: Happened,
    /// Stripe's number for the request whose answer this is, `req_…`.
    pub request: Option<String>,
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

/// How a payment stands, as Stripe told it.
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

/// What an answer came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "came_to", rename_all = "snake_case")]
#[ts(export)]
pub enum AnswerTold {
    Stands {
        status: StatusTold,
    },
    Declined,
    /// Stripe did not act on it.
    NotDone {
        /// HTTP status; none when the request never left the till.
        http: Option<u16>,
    },
    /// It may have acted.
    NoAnswer {
        http: Option<u16>,
    },
    /// The key may not do this, or not see what it did.
    Forbidden,
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
        /// None: no answer, or one that says nothing of it.
        made: Option<bool>,
    },
    RefundsLooked {
        refunds: u32,
    },
    DisputeSeen,
    Kept,
    SetAside,
    WatchEnded,
}

/// What happened to a sale, oldest first. Its amounts are not written yet.
pub struct Timeline(Vec<Entry>);

/// Nothing where the journal does not know the sale.
pub(super) fn timeline(connection: &Connection, sale: SaleId) -> Result<Timeline, NoAnswer> {
    let rows = entries(connection, "about = 'sale' AND subject = ?1", [sale.to_string()], Path::new("journal"))?;
    Ok(Timeline(rows))
}

impl Timeline {
    #[must_use]
    pub fn view(&self, locale: &Locale) -> Vec<TimelineRow> {
        let currency = self.0.iter().find_map(|row| match &row.event {
            Event::Opened { order, .. } | Event::TakenIn { order, .. } => Some(order.total.currency().code()),
            _ => None,
        });
        let money = |amount_minor| Sum { amount_minor, currency: currency.unwrap_or_default().to_owned() }.view(locale);
        self.0.iter().map(|row| shown(row, &money)).collect()
    }
}

fn shown(row: &Entry, money: &impl Fn(i64) -> MoneyView) -> TimelineRow {
    TimelineRow {
        at_ms: row.when.at_ms,
        stripe_ms: row.when.stripe_ms,
        by: match row.by {
            Author::Staff => WhoseDoing::Staff,
            Author::Till => WhoseDoing::Till,
            Author::NotTold => WhoseDoing::NotTold,
        },
        happened: happened(&row.event, money),
        request: row.request.as_ref().map(ToString::to_string),
    }
}

fn happened(event: &Event, money: &impl Fn(i64) -> MoneyView) -> Happened {
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
        Event::RefundStarted { amount_minor, .. } => Happened::RefundSent { money: money(*amount_minor) },
        Event::RefundResent { .. } => Happened::RefundSentAgain,
        Event::RefundAnswered { answer, .. } => Happened::RefundAnswered { made: is_made(answer) },
        Event::RefundsSeen { seen, .. } => {
            Happened::RefundsLooked { refunds: u32::try_from(seen.len()).unwrap_or(u32::MAX) }
        }
        Event::Disputed { .. } => Happened::DisputeSeen,
        Event::Kept => Happened::Kept,
        Event::SetAside => Happened::SetAside,
        Event::WatchEnded => Happened::WatchEnded,
    }
}

fn call(purpose: Purpose) -> CallTold {
    match purpose {
        Purpose::Submit => CallTold::Charge,
        Purpose::ConfirmAgain => CallTold::Finish,
        Purpose::Cancel => CallTold::Cancel,
    }
}

fn told(answer: &Answer) -> AnswerTold {
    match answer {
        Answer::Intent { seen } => AnswerTold::Stands { status: status(&seen.status) },
        Answer::Declined { .. } => AnswerTold::Declined,
        Answer::NotExecuted { status, .. } => AnswerTold::NotDone { http: *status },
        Answer::Unknown { status } => AnswerTold::NoAnswer { http: *status },
        Answer::Forbidden => AnswerTold::Forbidden,
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

fn is_made(answer: &RefundAnswer) -> Option<bool> {
    match answer {
        RefundAnswer::Made { seen } => {
            Some(!matches!(seen.status, RefundStatusSeen::Failed | RefundStatusSeen::Canceled))
        }
        RefundAnswer::NotMade { .. } => Some(false),
        RefundAnswer::Unknown { .. } | RefundAnswer::Forbidden => None,
    }
}
