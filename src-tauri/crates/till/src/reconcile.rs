//! The till's books held against Stripe for a span of time, beside the one who writes sales.
//!
//! A [`run`] reads Stripe's lists ([`read`]), reads the sales of the span over a connection of its own, a slice at a time, and
//! says of each whether it agrees ([`compare`]). A sale that does not is read again at Stripe, by its id, and the coordinator is
//! asked to let what was seen into the books ([`asking`]): by the same events as any other look, and in one small step. So a
//! difference is never put right from a list that may be minutes old, and never past the rules of a sale; and nobody who sells
//! waits for a comparison. What it comes to is added up from what the run read itself ([`share`], [`adding_up`]).
//!
//! A sale that moves meanwhile, whoever moved it (another reconcile too), is compared afresh; one that a call is out for is
//! waited for a moment. Only what does not come to rest is left out, and that is said. A run can be stopped between any two of
//! its steps: each leaves the books right.
//!
//! Why it is safe to run at any time: it reads Stripe, and nothing is charged or given back by it. The one thing that can
//! follow is what follows from any look: a payment of a sale that staff had given up is cancelled.
//!
//! What is this till's and what is not: a payment is this till's when its metadata names a sale that is in the journal, or
//! names this till. Everything else in the account is counted and left alone. The span is Stripe's: the till's clock decides
//! only which sales are looked for by name. Who asks for a run, and when the till makes one by itself, is [`desk`]'s.

pub(crate) mod adding_up;
pub(crate) mod asking;
pub(crate) mod compare;
pub(crate) mod desk;
pub(crate) mod progress;
pub(crate) mod read;
pub(crate) mod run;
pub(crate) mod share;

use crate::journal::LastUsed;

/// A span of time, milliseconds since 1970; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
}

/// What is read of an account: its payments in a span, and what happened to payments, perhaps since longer ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) payments: Span,
    pub(crate) refunds: Span,
    pub(crate) disputes: Span,
}

impl Scope {
    /// Everything of one span.
    pub(crate) fn of(span: Span) -> Self {
        Self { payments: span, refunds: span, disputes: span }
    }
}

/// Which span is to be compared.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// The last day, or the time since the till was last used.
    SinceLastUse(LastUsed),
    /// This one, by Stripe's clock.
    Span(Span),
}

impl Wanted {
    /// The span, by the time that it is at Stripe now.
    pub(crate) fn scope(self, stripe_ms: i64) -> Scope {
        let last_used = match self {
            Self::Span(span) => return Scope::of(span),
            Self::SinceLastUse(last_used) => last_used,
        };
        let from = |back_ms: i64| Span { from_ms: stripe_ms.saturating_sub(back_ms), to_ms: stripe_ms };
        let back_ms = match last_used {
            LastUsed::Never => 0,
            LastUsed::NotTold => BACK_MS,
            LastUsed::At(used_ms) => stripe_ms.saturating_sub(used_ms).saturating_add(SLACK_MS),
        };
        Scope {
            payments: from(back_ms.clamp(AT_START_MS, BACK_MS)),
            refunds: from(BACK_MS),
            disputes: from(DISPUTES_BACK_MS),
        }
    }
}

/// The longest span that is compared at once: Stripe keeps what is compared for longer, but lists of years take minutes.
pub(crate) const LONGEST_MS: i64 = 92 * 86_400_000;

/// What the till compares by itself when it is started, at the least: more when it was closed for longer.
const AT_START_MS: i64 = 86_400_000;

/// What it compares by itself at the most. A bank may send a refund back for weeks (docs.stripe.com/refunds: "up to 30
/// days"), so refunds are compared over all of it.
const BACK_MS: i64 = 35 * 86_400_000;

/// Disputes take longer: a bank decides within two to three months.
const DISPUTES_BACK_MS: i64 = 120 * 86_400_000;

/// A till that was closed may have been busy until just before its last row.
const SLACK_MS: i64 = 3_600_000;
