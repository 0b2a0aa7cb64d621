//! The till's books held against Stripe for a span of time.
//!
//! Two rooms: [`read`] asks Stripe, [`compare`] says what is not the same. The coordinator stands between them: it looks
//! again, by id, at every sale that does not agree, and lets what Stripe says into the books by the same events as any other
//! look. So a difference is never put right from a list that may be a minute old, and never past the rules of a sale.
//!
//! Why it is safe to run at any time: it reads Stripe, and nothing is charged or given back by it. The one thing that can
//! follow is what follows from any look: a payment of a sale that staff had given up is cancelled.
//!
//! What is this till's and what is not: a payment is this till's when its metadata names a sale that is in the journal, or
//! names this till. Everything else in the account is counted and left alone. The span is Stripe's: the till's clock decides
//! only which sales are looked for by name.

pub(crate) mod compare;
pub(crate) mod read;

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

/// The longest span that is compared at once: Stripe keeps what is compared for longer, but lists of years take minutes.
pub(crate) const LONGEST_MS: i64 = 92 * 86_400_000;

/// What the till compares by itself when it is started, at the least: more when it was closed for longer.
pub(crate) const AT_START_MS: i64 = 86_400_000;

/// What it compares by itself at the most. A bank may send a refund back for weeks (docs.stripe.com/refunds: "up to 30
/// days"), so refunds are compared over all of it.
pub(crate) const BACK_MS: i64 = 35 * 86_400_000;

/// Disputes take longer: a bank decides within two to three months.
pub(crate) const DISPUTES_BACK_MS: i64 = 120 * 86_400_000;
