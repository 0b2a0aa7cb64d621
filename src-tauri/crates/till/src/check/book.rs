//! What a check asks of the one who holds the journal: that a row is written, before it goes on, and which are there.

use tokio::sync::{mpsc, oneshot};

use super::payment::CheckRow;
use crate::Refusal;

/// A question.
pub(crate) enum Ask {
    /// Write this down.
    Write(Box<CheckRow>, oneshot::Sender<Result<(), Refusal>>),
    /// All rows about checks.
    Read(oneshot::Sender<Result<Vec<CheckRow>, Refusal>>),
}

/// The journal, as a check reaches it.
#[derive(Clone)]
pub(crate) struct Book(pub(crate) mpsc::Sender<Ask>);

impl Book {
    /// The row is on the disk when this returns.
    pub(crate) async fn write(&self, row: CheckRow) -> Result<(), Refusal> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Ask::Write(Box::new(row), reply)).await.map_err(|_| Refusal::Closed)?;
        answer.await.map_err(|_| Refusal::Closed)?
    }

    pub(crate) async fn read(&self) -> Result<Vec<CheckRow>, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Ask::Read(reply)).await.map_err(|_| Refusal::Closed)?;
        answer.await.map_err(|_| Refusal::Closed)?
    }
}
