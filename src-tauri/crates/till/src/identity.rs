//! Whether a key is of the account that a journal is of: the payments that the journal knows are read with the key.
//!
//! A payment is visible to the keys of its own account alone. To those of another account Stripe says `resource_missing`,
//! exactly as for a payment that was never made; so a till that took a stranger's key for its own would tell staff that
//! nothing was charged, of customers who were.

use stripe_client::{Client, Error, PaymentIntentId};

/// What reading with the key came to.
#[derive(Debug)]
pub enum KeySees {
    /// One of the payments: the key and the journal are of one account.
    AKnownPayment,
    /// None of them, though Stripe answered each time.
    NoneOfThem,
    /// The journal knows no payment, so there is nothing to go by.
    NothingToReadFor,
    /// Stripe did not say. Nothing is known by this.
    NoAnswer(Error),
}

/// Reads the payments `known` with the key of `stripe`, until one of them is there. One that is not may have been deleted
/// with test data, so more than one are asked for.
pub async fn key_sees(stripe: &Client, known: &[PaymentIntentId]) -> KeySees {
    let mut sees = KeySees::NothingToReadFor;
    for id in known {
        match stripe.retrieve_payment_intent(id).await.result {
            Ok(_) => return KeySees::AKnownPayment,
            Err(Error::Api(error)) if error.status == 404 && error.code.as_deref() == Some("resource_missing") => {
                sees = KeySees::NoneOfThem;
            }
            Err(error) => return KeySees::NoAnswer(error),
        }
    }
    sees
}
