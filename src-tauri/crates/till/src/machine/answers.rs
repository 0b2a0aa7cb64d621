//! What follows from the answer to a call, or from its silence.

#![deny(clippy::wildcard_enum_match_arm)]

use super::belief::{
    Source, believe, cancel_if_wanted, cancelled, declined, end_attempt, refused_or_unauthenticated, take_intent,
};
use super::{Effect, Impossible};
use crate::observed::{Answer, Status};
use crate::sale::{AttemptEnd, Decline, Purpose, Sale, Stage, Why};

pub(super) fn answered(
    sale: &mut Sale,
    purpose: Purpose,
    answer: &Answer,
    at_ms: i64,
) -> Result<Vec<Effect>, Impossible> {
    if sale.in_flight != Some(purpose) {
        return Err(Impossible);
    }
    sale.in_flight = None;
    if purpose == Purpose::Submit {
        note_how_the_card_fared(sale, answer);
    }
    let effects = answer_decides(sale, purpose, answer, at_ms);
    // What came of a cancel is looked at in good time. An answer to one never starts the next: that could go on for ever.
    Ok(if purpose == Purpose::Cancel { Vec::new() } else { effects })
}

/// What an answer says about the attempt's own request, whatever becomes of the sale.
fn note_how_the_card_fared(sale: &mut Sale, answer: &Answer) {
    let Some(attempt) = sale.attempts.last_mut() else { return };
    match answer {
        Answer::Intent { .. } | Answer::Declined { .. } => {}
        // A silence, or a success that could not be read: no word that turns it away.
        Answer::NotExecuted { status: None, .. } | Answer::Unknown { status: None | Some(200..300) } => {}
        Answer::NotExecuted { .. } | Answer::Unknown { .. } => attempt.turned_away = attempt.sent_again,
        Answer::Forbidden => {
            attempt.turned_away = attempt.sent_again;
            attempt.forbidden = !attempt.sent_again;
        }
    }
}

fn answer_decides(sale: &mut Sale, purpose: Purpose, answer: &Answer, at_ms: i64) -> Vec<Effect> {
    match answer {
        Answer::Intent { seen } => believe(sale, seen, at_ms, Source::Answer(purpose)),
        Answer::Declined { seen, decline } => {
            if let Some(seen) = seen {
                if let Some(effects) = take_intent(sale, seen, at_ms, Source::Answer(purpose)) {
                    return effects;
                }
                if seen.status != Status::RequiresPaymentMethod {
                    return believe(sale, seen, at_ms, Source::Answer(purpose));
                }
            }
            declined(sale, refused_or_unauthenticated(decline))
        }
        Answer::NotExecuted { code, status, seen } => {
            let not_taken = Decline::NotTaken { code: code.clone(), status: *status };
            if let Some(seen) = seen {
                let waits_for_a_card = seen.status == Status::RequiresPaymentMethod;
                if purpose != Purpose::Submit || !waits_for_a_card {
                    return believe(sale, seen, at_ms, Source::Answer(purpose));
                }
                return take_intent(sale, seen, at_ms, Source::Answer(purpose))
                    .unwrap_or_else(|| declined(sale, not_taken));
            }
            match purpose {
                // Turned away, or never left: that is the second sending of this create. The first may still come, and a new
                // card would be a second create.
                Purpose::Submit
                    if sale.intent.is_none() && sale.last_attempt().is_some_and(|attempt| attempt.sent_again) =>
                {
                    lost(sale, purpose, at_ms)
                }
                Purpose::Submit if sale.intent.is_none() => {
                    end_attempt(sale, AttemptEnd::NotTried);
                    if sale.cancel_wanted {
                        cancelled(sale);
                    } else {
                        sale.stage = Stage::Open { notice: Some(not_taken) };
                    }
                    Vec::new()
                }
                // The PaymentIntent may stand otherwise than we believe (it succeeded, or was cancelled elsewhere). When
                // the request never left, or was turned away at the door, it stands as it did.
                Purpose::Submit if status.is_none_or(|status| status != 400) => {
                    end_attempt(sale, AttemptEnd::NotTried);
                    sale.stage = Stage::Declined(not_taken);
                    cancel_if_wanted(sale)
                }
                Purpose::Submit | Purpose::ConfirmAgain => lost(sale, purpose, at_ms),
                Purpose::Cancel => {
                    sale.stage = Stage::Cancelling;
                    vec![Effect::Look]
                }
            }
        }
        Answer::Unknown { .. } | Answer::Forbidden => lost(sale, purpose, at_ms),
    }
}

/// A call's fate is open.
pub(super) fn lost(sale: &mut Sale, purpose: Purpose, at_ms: i64) -> Vec<Effect> {
    sale.stage = if sale.cancel_wanted || purpose == Purpose::Cancel {
        Stage::Cancelling
    } else {
        Stage::NotKnown { since_ms: at_ms, lost: purpose, why: Why::NoAnswer, absent: false }
    };
    vec![Effect::Look]
}
