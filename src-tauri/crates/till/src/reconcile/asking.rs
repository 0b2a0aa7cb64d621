//! What a reconcile asks of the one who writes sales. Each question is about one sale, and is answered in one step.

use stripe_client::Error;
use tokio::sync::{mpsc, oneshot};

use super::compare::Finding;
use super::read::ReadAgain;
use crate::Refusal;
use crate::ids::SaleId;
use crate::money::Sum;
use crate::observed::SeenDispute;
use crate::pacing::Asked;
use crate::sale::Sale;

/// A question.
pub(crate) enum Ask {
    /// How a sale stands, before Stripe is asked about it. None where the till has no such sale.
    Stands(SaleId, oneshot::Sender<Option<Stands>>),
    /// Let what Stripe says of a sale into the books. None when a call of it went out since, or is out: what was read is older
    /// than its answer then.
    Agree(Box<ReadAgain>, oneshot::Sender<Option<Agreed>>),
    /// Let a dispute into the books, at this time of Stripe's. None where the till has no such sale.
    Disputed { sale: SaleId, seen: SeenDispute, stripe_ms: i64, reply: oneshot::Sender<Option<Disputed>> },
    /// Who answered when Stripe was asked: Stripe, unless there is an error that says otherwise. No answer is waited for.
    Heard(Option<Error>),
}

/// A sale about which Stripe is to be asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stands {
    pub(crate) asked: Asked,
    /// What is read while a call is out may be older than its answer.
    pub(crate) call_out: bool,
}

/// What came of letting Stripe's word into the books.
#[derive(Debug)]
pub(crate) struct Agreed {
    /// What was not the same.
    pub(crate) differences: Vec<Finding>,
    /// The sale since.
    pub(crate) now: Sale,
}

/// What came of a dispute.
#[derive(Debug)]
pub(crate) struct Disputed {
    /// The books did not have it.
    pub(crate) is_news: bool,
    /// The sale since.
    pub(crate) now: Sale,
}

/// The one who writes sales, as a reconcile reaches it.
#[derive(Clone)]
pub(crate) struct Asking(pub(crate) mpsc::Sender<Ask>);

impl Asking {
    async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Result<T, Refusal<Sum>> {
        let (reply, answer) = oneshot::channel();
        self.0.send(question(reply)).await.map_err(|_| Refusal::Closed)?;
        answer.await.map_err(|_| Refusal::Closed)
    }

    /// As [`Ask::Stands`].
    ///
    /// # Errors
    /// [`Refusal::Closed`] when the till has ended.
    pub(crate) async fn stands(&self, sale: SaleId) -> Result<Option<Stands>, Refusal<Sum>> {
        self.ask(|reply| Ask::Stands(sale, reply)).await
    }

    /// As [`Ask::Agree`].
    ///
    /// # Errors
    /// [`Refusal::Closed`] when the till has ended.
    pub(crate) async fn agree(&self, seen: ReadAgain) -> Result<Option<Agreed>, Refusal<Sum>> {
        self.ask(|reply| Ask::Agree(Box::new(seen), reply)).await
    }

    /// As [`Ask::Disputed`].
    ///
    /// # Errors
    /// [`Refusal::Closed`] when the till has ended.
    pub(crate) async fn disputed(
        &self,
        sale: SaleId,
        seen: SeenDispute,
        stripe_ms: i64,
    ) -> Result<Option<Disputed>, Refusal<Sum>> {
        self.ask(|reply| Ask::Disputed { sale, seen, stripe_ms, reply }).await
    }

    /// As [`Ask::Heard`].
    pub(crate) async fn heard(&self, error: Option<Error>) {
        let _closing = self.0.send(Ask::Heard(error)).await;
    }
}
