//! What Stripe shows of an account in a span of time, and of one sale.

use std::collections::BTreeMap;

use stripe_client::{
    Client, Created, Dispute, Error, List, ListedPaymentIntent, Page, PaymentIntent, PaymentIntentId,
    PaymentIntentStatus, Refund,
};

use super::progress::Progress;
use super::{Scope, Span};
use crate::ids::SaleId;
use crate::look::{self, Found, Look, names};
use crate::pacing::Asked;
use crate::view::{ComparedList, ComparisonNote, ComparisonProgress};

/// Pages of 100 objects that are read of one list: three months of a shop that sells a thousand times a day.
const MOST_PAGES: u32 = 1_000;
/// Objects on a page.
const PAGE: u32 = 100;

/// An account in a span of time.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    pub(crate) scope: Scope,
    /// The time at Stripe when the reading began, milliseconds since 1970.
    pub(crate) stripe_ms: i64,
    /// The payments by the sale that each names, a sale's newest first.
    pub(crate) payments: BTreeMap<SaleId, Vec<ListedPaymentIntent>>,
    /// Those that name none.
    pub(crate) unnamed: Vec<ListedPaymentIntent>,
    /// The refunds by the sale that their payment names, each sale's in the order of the list. Of one whose payment names no
    /// sale, or was not told with it, nothing is kept.
    pub(crate) refunds: BTreeMap<SaleId, Vec<Refund>>,
    /// Newest first.
    pub(crate) disputes: Vec<Dispute>,
    /// What could not be read.
    pub(crate) notes: Vec<ComparisonNote>,
    /// A list was longer than what is read of one, or could not be read.
    pub(crate) cut: bool,
}

impl Lists {
    /// The payments that name this sale.
    pub(crate) fn payments_of(&self, sale: SaleId) -> &[ListedPaymentIntent] {
        self.payments.get(&sale).map_or(&[], Vec::as_slice)
    }

    /// The refunds of payments that name this sale.
    pub(crate) fn refunds_of(&self, sale: SaleId) -> &[Refund] {
        self.refunds.get(&sale).map_or(&[], Vec::as_slice)
    }

    /// The sale's payment was read again since the lists were.
    pub(crate) fn freshen(&mut self, sale: SaleId, intent: &PaymentIntent) {
        let listed = self.payments.get_mut(&sale);
        let listed = listed.and_then(|all| all.iter_mut().find(|seen| seen.id == intent.id.as_str()));
        if let Some(listed) = listed
            && intent.status == PaymentIntentStatus::Succeeded
            && listed.status != "succeeded"
        {
            listed.status = "succeeded".to_owned();
            listed.received_minor = intent.received_minor;
        }
    }

    fn note_rest(&mut self, more: bool, list: ComparedList) {
        if more {
            self.cut = true;
            self.notes.push(ComparisonNote::ListTooLong { list, most: MOST_PAGES * PAGE });
        }
    }
}

/// Reads the lists, a page at a time. What was read of them is whole, or a note says that it is not.
///
/// # Errors
/// When the payments or refunds cannot be read: then nothing can be compared.
pub(crate) async fn lists(stripe: &Client, scope: Scope, stripe_ms: i64, progress: &Progress) -> Result<Lists, Error> {
    let mut lists = Lists {
        scope,
        stripe_ms,
        payments: BTreeMap::new(),
        unnamed: Vec::new(),
        refunds: BTreeMap::new(),
        disputes: Vec::new(),
        notes: Vec::new(),
        cut: false,
    };
    read_payments(stripe, &mut lists, progress).await?;
    read_refunds(stripe, &mut lists, progress).await?;
    read_disputes(stripe, &mut lists, progress).await?;
    Ok(lists)
}

async fn read_payments(stripe: &Client, lists: &mut Lists, progress: &Progress) -> Result<(), Error> {
    let mut walk = Walk::new(lists.scope.payments, ComparedList::Payments);
    while walk.goes_on(progress) {
        let page = stripe.list_payment_intents(&walk.page()).await.result?;
        for payment in walk.take(page, |last| &last.id) {
            match names(&payment) {
                Some(sale) => lists.payments.entry(sale).or_default().push(payment),
                None => lists.unnamed.push(payment),
            }
        }
    }
    lists.note_rest(walk.more, walk.list);
    Ok(())
}

async fn read_refunds(stripe: &Client, lists: &mut Lists, progress: &Progress) -> Result<(), Error> {
    let mut walk = Walk::new(lists.scope.refunds, ComparedList::Refunds);
    while walk.goes_on(progress) {
        let page = stripe.list_refunds(&walk.page()).await.result?;
        for refund in walk.take(page, |last| &last.id) {
            file(&mut lists.refunds, refund);
        }
    }
    lists.note_rest(walk.more, walk.list);
    Ok(())
}

/// Puts a refund to the sale that its payment names.
pub(crate) fn file(by_sale: &mut BTreeMap<SaleId, Vec<Refund>>, refund: Refund) {
    if let Some(sale) = refund.payment().and_then(names) {
        by_sale.entry(sale).or_default().push(refund);
    }
}

async fn read_disputes(stripe: &Client, lists: &mut Lists, progress: &Progress) -> Result<(), Error> {
    let mut walk = Walk::new(lists.scope.disputes, ComparedList::Disputes);
    while walk.goes_on(progress) {
        match stripe.list_disputes(&walk.page()).await.result {
            Ok(page) => lists.disputes.extend(walk.take(page, |last| &last.id)),
            // A key without the permission must not keep the payments from being compared.
            Err(Error::Api(error)) if matches!(error.status, 400 | 403 | 404) => {
                lists.notes.push(ComparisonNote::DisputesNotRead);
                lists.cut = true;
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
    lists.note_rest(walk.more, walk.list);
    Ok(())
}

/// How far one list has been read.
struct Walk {
    list: ComparedList,
    created: Option<Created>,
    /// The last object's id.
    after: Option<String>,
    pages: u32,
    read: u32,
    more: bool,
}

impl Walk {
    fn new(span: Span, list: ComparedList) -> Self {
        let seconds = |ms: i64| ms.div_euclid(1_000);
        let created = Some(Created { from_s: seconds(span.from_ms), to_s: Some(seconds(span.to_ms)) });
        Self { list, created, after: None, pages: 0, read: 0, more: true }
    }

    /// Whether there is another page, and it may be read.
    fn goes_on(&self, progress: &Progress) -> bool {
        progress.tell(ComparisonProgress::Listing { list: self.list, read: self.read });
        self.more && self.pages < MOST_PAGES
    }

    fn page(&self) -> Page<'_> {
        Page { starting_after: self.after.as_deref(), created: self.created }
    }

    fn take<T>(&mut self, page: List<T>, id: impl Fn(&T) -> &String) -> Vec<T> {
        self.pages = self.pages.saturating_add(1);
        self.read = self.read.saturating_add(u32::try_from(page.data.len()).unwrap_or(u32::MAX));
        self.more = page.has_more;
        // An empty page of a list that goes on is gone past by asking again from where it was.
        self.after = page.data.last().map(|last| id(last).clone()).or(self.after.take());
        page.data
    }
}

/// A sale that does not agree, or may not: what is asked about it.
#[derive(Debug, Clone)]
pub(crate) struct ToReadAgain {
    pub(crate) sale: SaleId,
    /// How the sale stood then: an answer is news only while no call of it went out since.
    pub(crate) asked: Asked,
    pub(crate) intent: PaymentIntentId,
    pub(crate) with_refunds: bool,
}

/// What Stripe answered about it.
#[derive(Debug)]
pub(crate) struct ReadAgain {
    pub(crate) asked_for: ToReadAgain,
    /// None when Stripe has no such PaymentIntent.
    pub(crate) intent: Option<Box<PaymentIntent>>,
    /// Oldest first, where they were asked for.
    pub(crate) refunds: Option<Vec<Refund>>,
    /// When, milliseconds since 1970 by Stripe's clock.
    pub(crate) stripe_ms: Option<i64>,
}

/// Reads the sale's payment by its id.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn again(stripe: &Client, asked_for: ToReadAgain) -> Result<ReadAgain, Error> {
    let Look { found, stripe_ms } = look::by_id(stripe, &asked_for.intent).await;
    let intent = match found {
        Found::It(intent) => Some(intent),
        Found::Gone | Found::Nothing | Found::TooMany | Found::Foreign | Found::Refunds(_) => None,
        Found::NoAnswer(error) => return Err(error),
    };
    let refunds = match (asked_for.with_refunds && intent.is_some()).then_some(&asked_for.intent) {
        Some(id) => match look::refunds(stripe, id).await.found {
            Found::Refunds(refunds) => Some(refunds),
            Found::NoAnswer(error) => return Err(error),
            Found::It(_) | Found::Gone | Found::Nothing | Found::TooMany | Found::Foreign => None,
        },
        None => None,
    };
    Ok(ReadAgain { asked_for, intent, refunds, stripe_ms })
}
