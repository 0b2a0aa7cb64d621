//! The card field of the payment page, as the page tells of it.

use std::time::Duration;

use tokio::sync::watch;

/// How the card field stands, as the payment page told last. It is believed for the words of a check alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CardField {
    /// Stripe.js is there, and its field is ready.
    pub(crate) ready: bool,
    /// The page is on a secure address.
    pub(crate) secure: bool,
}

/// What the payment page has told of its card field; none since it was loaded.
#[derive(Default)]
pub(crate) struct CardFieldHeard(watch::Sender<Option<CardField>>);

impl CardFieldHeard {
    /// The page tells how its field stands.
    pub(crate) fn hear(&self, field: CardField) {
        self.0.send_replace(Some(field));
    }

    /// The page was loaded anew: what the one before told is not so any more.
    pub(crate) fn forget(&self) {
        self.0.send_replace(None);
    }

    /// How it stands, as soon as the page has told that it is ready; otherwise what is known after `patience`.
    pub(crate) async fn once_ready(&self, patience: Duration) -> Option<CardField> {
        let mut heard = self.0.subscribe();
        let ready = heard.wait_for(|field| field.is_some_and(|field| field.ready));
        drop(tokio::time::timeout(patience, ready).await);
        *self.0.borrow()
    }
}
