//! Taking away what a check made: after each line, at every start for what a stop left behind, and before the next check.
//!
//! It looks before it acts. Nothing is created here, and no card is tried: what is open is cancelled, and what a test card
//! has paid is given back.

use std::sync::Arc;

use stripe_client::{
    CancelPaymentIntent, Client, CreateRefund, Created, Error, Heard, IdempotencyKey, Page, PaymentIntent,
    PaymentIntentId, PaymentIntentStatus, Prepared,
};
use tokio::sync::Mutex;

use super::book::Book;
use super::payment::{CHECK_METADATA, CheckEvent, CheckPayment, CheckRow, Ended, can_be_cancelled, replay};
use crate::call::Call;
use crate::clock::{Clock, Entropy, When};
use crate::ids::{AttemptId, TillId};
use crate::look::{self, Found, made_at};
use crate::machine;
use crate::observed::TILL_METADATA;
use crate::{CheckId, Refusal};

/// Longer than a request can be on its way, and than Stripe keeps an idempotency key.
const NOTHING_COMES_AFTER_MS: i64 = 25 * 3_600_000;
/// Stripe's own machines may tell times that differ by seconds.
const SLACK_S: i64 = 300;
/// Pages of 100 payments that are gone through for one whose id never arrived.
const MOST_PAGES: u32 = 200;

/// Who does the work of a check: the account, the journal, the time.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) book: Book,
    pub(crate) stripe: Client,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) till: TillId,
    /// The ids that this till's payments carry.
    pub(crate) tills: Vec<TillId>,
    /// Real money?
    pub(crate) live: bool,
    /// Held while what checks have left is taken away: one task at a time reads the rows and acts on them.
    pub(crate) taking_away: Arc<Mutex<()>>,
}

/// What is left of the payments of checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Left {
    /// Something is open, or could not be asked about.
    pub(crate) open: bool,
    /// Stripe has none of one that may yet come.
    pub(crate) none_so_far: bool,
    /// Somebody has taken real money with one. It is over.
    pub(crate) taken: bool,
}

/// Why a payment of a check is not over yet. It is tried again.
pub(crate) enum NotEnded {
    /// Stripe did not do what it was asked, or could not be asked.
    Stripe(Error),
    /// The journal cannot be written, so nothing was sent.
    NotOnRecord(Refusal),
    /// Stripe has it in a state in which nothing can be done now.
    NotYet,
    /// Stripe has none of it, and one may yet come.
    NoneSoFar,
}

impl NotEnded {
    /// For the log: no word of Stripe's, which could quote what was sent.
    fn kind(&self) -> String {
        match self {
            Self::Stripe(Error::Api(error)) => format!("HTTP {}, code {:?}", error.status, error.code),
            Self::Stripe(error) => error.to_string(),
            Self::NotOnRecord(refusal) => refusal.code().to_owned(),
            Self::NotYet => "as it stands at Stripe".to_owned(),
            Self::NoneSoFar => "none so far".to_owned(),
        }
    }
}

impl From<Error> for NotEnded {
    fn from(error: Error) -> Self {
        Self::Stripe(error)
    }
}

impl From<Refusal> for NotEnded {
    fn from(refusal: Refusal) -> Self {
        Self::NotOnRecord(refusal)
    }
}

impl Desk {
    pub(crate) fn now(&self) -> When {
        When { at_ms: self.clock.now_ms(), stripe_ms: self.stripe.stripe_ms() }
    }

    /// A call with a key of its own.
    pub(crate) fn call(&self, what: &str, request: Prepared) -> Result<Call, Refusal> {
        let unique = AttemptId::new(&*self.entropy);
        let key = IdempotencyKey::parse(&format!("countersign-check-{what}-{unique}"));
        let key = key.map_err(|_| Refusal::NotNow { why: crate::refusal::NotNow::NoKey })?;
        Ok(Call { key, request })
    }

    /// Writes a row about this payment, and has the payment know it.
    pub(crate) async fn write(&self, payment: &mut CheckPayment, event: CheckEvent) -> Result<(), Refusal> {
        let row = CheckRow { check: payment.id, when: self.now(), revision: payment.revision.saturating_add(1), event };
        match self.book.write(row.clone()).await {
            // The row before was told as not written, and was.
            Err(Refusal::StaleAttempt) if self.catch_up(payment).await? => {
                let row = CheckRow { revision: payment.revision.saturating_add(1), ..row };
                self.book.write(row.clone()).await?;
                payment.take(&row);
            }
            written => {
                written?;
                payment.take(&row);
            }
        }
        Ok(())
    }

    /// Has the payment know the rows about it that are on record. True when there were more than it knew.
    async fn catch_up(&self, payment: &mut CheckPayment) -> Result<bool, Refusal> {
        let rows = self.book.read().await?;
        let unknown = rows.iter().filter(|row| row.check == payment.id && row.revision > payment.revision);
        let unknown: Vec<_> = unknown.collect();
        unknown.iter().for_each(|row| payment.take(row));
        Ok(!unknown.is_empty())
    }

    /// The marks of a check's payment.
    pub(crate) fn marks(&self, id: CheckId) -> [(&'static str, String); 2] {
        [(CHECK_METADATA, id.to_string()), (TILL_METADATA, self.till.to_string())]
    }

    async fn over(&self, payment: &mut CheckPayment, how: Ended) -> Result<Ended, NotEnded> {
        self.write(payment, CheckEvent::CheckEnded { how }).await?;
        Ok(how)
    }

    /// Takes away whatever of this payment is at Stripe.
    pub(crate) async fn end(&self, payment: &mut CheckPayment) -> Result<Ended, NotEnded> {
        if let Some(how) = payment.ended {
            return Ok(how);
        }
        let intent = match &payment.intent {
            Some(id) => id.clone(),
            None => match self.find(payment).await? {
                Some(id) => {
                    self.write(payment, CheckEvent::CheckMade { id: id.clone() }).await?;
                    id
                }
                None if payment.forbidden => return self.over(payment, Ended::NeverMade).await,
                None if self.can_come_no_more(payment) => return self.over(payment, Ended::NothingFound).await,
                None => return Err(NotEnded::NoneSoFar),
            },
        };
        let seen = match look::by_id(&self.stripe, &intent).await.found {
            Found::It(seen) => seen,
            Found::Gone => return self.over(payment, Ended::Gone).await,
            Found::NoAnswer(error) => return Err(error.into()),
            Found::Nothing | Found::TooMany | Found::Foreign | Found::Refunds(_) => return Err(NotEnded::NotYet),
        };
        match &seen.status {
            PaymentIntentStatus::Canceled => self.over(payment, Ended::Cancelled).await,
            // A check tries no card with real money. Somebody else has taken it: the comparison of the books tells it, and
            // whether it goes back is for people to say.
            PaymentIntentStatus::Succeeded if self.live || seen.livemode => {
                self.over(payment, Ended::TakenElsewhere).await
            }
            PaymentIntentStatus::Succeeded => self.give_back(payment, &seen).await,
            status if can_be_cancelled(status) => self.cancel(payment, &intent).await,
            _ => Err(NotEnded::NotYet),
        }
    }

    /// Stripe was just asked, and had none. Can one still come?
    fn can_come_no_more(&self, payment: &CheckPayment) -> bool {
        match (payment.when.stripe_ms, self.stripe.stripe_ms()) {
            (Some(since_ms), Some(now_ms)) => now_ms.saturating_sub(since_ms) >= NOTHING_COMES_AFTER_MS,
            _ => false,
        }
    }

    async fn cancel(&self, payment: &mut CheckPayment, id: &PaymentIntentId) -> Result<Ended, NotEnded> {
        // A cancel gives nothing out, so each try may have a key of its own: a refusal that Stripe keeps under a key would
        // be answered for a day.
        let call = self.call("cancel", CancelPaymentIntent { id }.prepare())?;
        self.write(payment, CheckEvent::CheckCancelStarted { call: call.clone() }).await?;
        let cancelled = self.stripe.act(&call.request, &call.key).await.result?;
        match cancelled.status {
            PaymentIntentStatus::Canceled => self.over(payment, Ended::Cancelled).await,
            _ => Err(NotEnded::NotYet),
        }
    }

    /// Gives back what a test card has paid. Never more than once: its refunds are read first.
    async fn give_back(&self, payment: &mut CheckPayment, seen: &PaymentIntent) -> Result<Ended, NotEnded> {
        let looked = look::refunds(&self.stripe, &seen.id).await;
        let refunds = match looked.found {
            Found::Refunds(refunds) => refunds,
            Found::NoAnswer(error) => return Err(error.into()),
            _ => return Err(NotEnded::NotYet),
        };
        let given: i64 = refunds
            .iter()
            .filter(|refund| {
                !matches!(
                    refund.status,
                    Some(stripe_client::RefundStatus::Failed | stripe_client::RefundStatus::Canceled)
                )
            })
            .map(|refund| refund.amount_minor)
            .sum();
        let left = seen.received_minor.saturating_sub(given);
        if left <= 0 {
            return self.over(payment, Ended::Refunded).await;
        }
        // By the time that came with this very look: the machine may have slept since any before it.
        let remembered = |when: When| machine::remembered(when.stripe_ms, looked.stripe_ms);
        let begun = payment.refund.clone().filter(|(_, when)| remembered(*when));
        let call = match begun {
            Some((call, _)) => call,
            None => {
                let marks = self.marks(payment.id);
                let marks: Vec<(&str, &str)> = marks.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let refund = CreateRefund { payment_intent: &seen.id, amount_minor: left, metadata: &marks };
                let call = self.call("refund", refund.prepare())?;
                self.write(payment, CheckEvent::CheckRefundStarted { call: call.clone() }).await?;
                call
            }
        };
        let Heard { result, .. } = self.stripe.refund(&call.request, &call.key).await;
        result?;
        self.over(payment, Ended::Refunded).await
    }

    /// Goes through the account's payments for the one that carries this check's mark.
    async fn find(&self, payment: &CheckPayment) -> Result<Option<PaymentIntentId>, NotEnded> {
        let created = payment.when.stripe_ms.map(|ms| Created { from_s: ms.div_euclid(1_000) - SLACK_S, to_s: None });
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let page =
                self.stripe.list_payment_intents(&Page { starting_after: after.as_deref(), created }).await.result?;
            let its_own = page.data.iter().find(|listed| {
                let mark = listed.metadata.get(CHECK_METADATA).and_then(|mark| CheckId::parse(mark));
                mark == Some(payment.id) && made_at(listed, &self.tills)
            });
            if let Some(id) = its_own.and_then(|listed| PaymentIntentId::parse(&listed.id).ok()) {
                return Ok(Some(id));
            }
            if !page.has_more {
                return Ok(None);
            }
            after = page.data.last().map(|last| last.id.clone()).or(after);
        }
        Err(NotEnded::NotYet)
    }

    /// Takes away what checks of before have left.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub(crate) async fn end_all(&self) -> Result<Left, Refusal> {
        let _alone = self.taking_away.lock().await;
        let mut left = Left::default();
        for mut payment in self.open_ones().await? {
            match self.end(&mut payment).await {
                Ok(how) => {
                    left.taken |= how == Ended::TakenElsewhere;
                    log::info!("The payment of check {} is over: {how:?}.", payment.id);
                }
                Err(why) => {
                    *if matches!(why, NotEnded::NoneSoFar) { &mut left.none_so_far } else { &mut left.open } = true;
                    log::warn!("The payment of check {} is not over yet: {}.", payment.id, why.kind());
                }
            }
        }
        Ok(left)
    }

    async fn open_ones(&self) -> Result<Vec<CheckPayment>, Refusal> {
        Ok(replay(&self.book.read().await?).into_iter().filter(|payment| payment.ended.is_none()).collect())
    }

    /// Closes these, which earlier checks left at a simulator that is no more.
    pub(crate) async fn forget(&self, payments: Vec<CheckPayment>) {
        for mut payment in payments {
            let _known = self.over(&mut payment, Ended::TrainingEnded).await;
        }
    }
}

impl Left {
    /// Whether it has to be tried again.
    pub(crate) fn goes_on(self) -> bool {
        self.open || self.none_so_far
    }
}
