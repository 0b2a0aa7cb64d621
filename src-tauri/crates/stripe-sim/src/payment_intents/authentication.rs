//! The end of a payment's challenge.

use super::attempt::{self, Manner};
use super::{ConfirmationMethod, PaymentIntent, Status, Step};
use crate::challenge::Decision;
use crate::errors::ApiError;
use crate::world::Context;

/// Ends the challenge. With manual confirmation the server confirms next; otherwise the payment goes on by itself.
pub(crate) fn finish(context: &mut Context<'_>, intent: &mut PaymentIntent, decision: Decision) {
    if intent.status() != Status::RequiresAction {
        return;
    }
    match decision {
        Decision::Failed => {
            let error = ApiError::refused(
                "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
            )
            .code("payment_intent_authentication_failure");
            attempt::end_unpaid(context, intent, error, Step::AuthenticationFailed);
        }
        Decision::Passed => {
            intent.challenge = None;
            intent.authenticated = true;
            match intent.confirmation_method {
                ConfirmationMethod::Manual => {
                    intent.take(Step::AuthenticationPassed);
                    super::save(context, intent);
                }
                ConfirmationMethod::Automatic => {
                    // A decline is on the PaymentIntent; there is no caller to give a 402 to.
                    let _ = attempt::run(context, intent, &Manner::default());
                }
            }
        }
    }
}
