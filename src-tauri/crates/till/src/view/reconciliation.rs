//! What a reconcile came to.

use serde::Serialize;
use ts_rs::TS;

use super::MoneyView;
use super::difference::{ComparedList, ComparisonNote, Difference};
use crate::locale::Locale;
use crate::money::Sum;

/// Payments of a span of time, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export, concrete(A = MoneyView))]
pub struct TotalsView<A = MoneyView> {
    pub payments: u32,
    /// How much in all, one amount for each currency.
    pub money: Vec<A>,
}

/// What is not the same in the till's books and at Stripe, or what happened at Stripe that the till did not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DifferenceKind {
    /// Stripe has a payment of this till that is not in its books.
    MissingHere,
    /// The books have a payment that Stripe does not have.
    MissingThere,
    /// The amounts or currencies differ.
    Amount,
    /// The books said another outcome than Stripe.
    Outcome,
    /// Stripe has a second payment for a sale.
    SecondPayment,
    /// A refund was made elsewhere.
    RefundElsewhere,
    /// A refund stands otherwise than the books said.
    Refund,
    /// The cardholder disputes a payment.
    Dispute,
    /// The payment is this sale's, and does not carry its mark, or carries another's.
    Mark,
    /// Less was taken than the books said: a hold was taken in part.
    TakenInPart,
}

/// Why a span of time was not compared, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ComparisonGap {
    /// Stripe's answers told no time, so nobody knows which span the lists are of. Nothing was compared.
    NoStripeTime,
    /// Paid sales of which no time of Stripe's is known, so that they may belong to another span.
    SalesWithoutStripeTime { sales: u32 },
    /// Sales that were being worked on meanwhile, or were too many to be looked at one by one.
    SalesLeftOut { sales: u32 },
    /// A list could not be read, or not to its end. The notes say which.
    ListsCut,
    /// Payments that carry another till's mark and are from before this till's first row: of another till of the shop, or,
    /// where the journal and the till's id were lost, this till's own.
    OtherTillsBefore { payments: u32 },
    /// Payments that carry this till's mark, were made while this till ran, and are not in its books: another computer uses
    /// the same id, as a copied disk or folder does.
    IdInUseElsewhere { payments: u32 },
}

/// What a comparison came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Agreement {
    /// The whole span was compared, and nothing is left to look at.
    Agrees,
    /// Something is left to look at.
    Differs,
    /// Nothing was found, but not everything was compared: see the gaps.
    NotWhole,
    /// Nothing was compared.
    NotCompared,
}

/// What staff can do about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Remedy {
    /// Open the sale, where what can be done is offered.
    OpenSale,
    /// Take the payment into the books.
    TakeIn,
    /// Look at the payment in the Stripe Dashboard.
    Dashboard,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export, concrete(A = MoneyView))]
pub struct DifferenceView<A = MoneyView> {
    pub kind: DifferenceKind,
    /// The sale, if the till knows it.
    pub sale_id: Option<String>,
    pub number: Option<u32>,
    /// The PaymentIntent's id, where there is one.
    pub payment_intent: Option<String>,
    /// How much it is about.
    pub money: Option<A>,
    /// The same with what its sentence needs.
    pub difference: Difference<A>,
    /// True when the books have been put right already, so that nothing is left to do but to know.
    pub put_right: bool,
    /// What can be done, the obvious first.
    pub remedies: Vec<Remedy>,
}

/// The till's books held against Stripe for a span of time. Its amounts are written, or [`Sum`]s that are not written yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export, concrete(A = MoneyView))]
pub struct ReconciliationView<A = MoneyView> {
    /// From when, milliseconds since 1970 by Stripe's clock.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// To when, milliseconds since 1970 by Stripe's clock.
    #[ts(type = "number")]
    pub to_ms: i64,
    /// What it came to.
    pub agreement: Agreement,
    /// What was not compared.
    pub gaps: Vec<ComparisonGap>,
    /// When Stripe was asked, milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Paid sales of the span, by the till's books (after they were put right).
    pub books: TotalsView<A>,
    /// The same by Stripe.
    pub stripe: TotalsView<A>,
    /// Payments of the account in the same span that are not this till's.
    pub others: TotalsView<A>,
    /// What could not be compared, list by list and sale by sale.
    pub notes: Vec<ComparisonNote>,
    /// What is not the same.
    pub differences: Vec<DifferenceView<A>>,
}

/// How far a comparison is that somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "step", rename_all = "snake_case")]
#[ts(export)]
pub enum ComparisonProgress {
    /// One of Stripe's lists is read, and has shown so much so far. How long it is, Stripe does not say.
    Listing { list: ComparedList, read: u32 },
    /// The sales of the span are held against the lists.
    Comparing { compared: u32, of: u32 },
    /// The sales that do not agree, or have moved meanwhile, are read at Stripe one by one.
    ReadingAgain { read: u32, of: u32 },
}

impl TotalsView<Sum> {
    fn view(&self, locale: &Locale) -> TotalsView {
        TotalsView { payments: self.payments, money: self.money.iter().map(|sum| sum.view(locale)).collect() }
    }
}

impl DifferenceView<Sum> {
    fn view(&self, locale: &Locale) -> DifferenceView {
        let Self { kind, sale_id, number, payment_intent, money, difference, put_right, remedies } = self;
        DifferenceView {
            kind: *kind,
            sale_id: sale_id.clone(),
            number: *number,
            payment_intent: payment_intent.clone(),
            money: money.as_ref().map(|sum| sum.view(locale)),
            difference: difference.view(locale),
            put_right: *put_right,
            remedies: remedies.clone(),
        }
    }
}

impl ReconciliationView<Sum> {
    /// As a screen shows it.
    #[must_use]
    pub fn view(&self, locale: &Locale) -> ReconciliationView {
        let Self { from_ms, to_ms, agreement, gaps, at_ms, books, stripe, others, notes, differences } = self;
        ReconciliationView {
            from_ms: *from_ms,
            to_ms: *to_ms,
            agreement: *agreement,
            gaps: gaps.clone(),
            at_ms: *at_ms,
            books: books.view(locale),
            stripe: stripe.view(locale),
            others: others.view(locale),
            notes: notes.clone(),
            differences: differences.iter().map(|difference| difference.view(locale)).collect(),
        }
    }
}
