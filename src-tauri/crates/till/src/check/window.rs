//! What a check shows in the payment window, and what it hears from there: an empty card field, to see whether it takes the
//! cursor by itself, and in test and training mode the bank's challenge of a test card.
//!
//! The page is believed for the words about the cursor alone. What became of a challenge is read from Stripe, and whatever the
//! page says is a reason to read.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use stripe_client::{PaymentIntent, PaymentIntentId, PaymentIntentStatus};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use ts_rs::TS;

use super::payment::{CheckEvent, CheckPayment, Ended, Tries};
use super::run::{Answer, Run, other_outcome};
use super::told::{CheckFault, CheckFound, CheckItem, CheckLine, WhyNotShown};
use crate::CheckId;
use crate::currency::Currency;
use crate::look::{self, Found};
use crate::order::Paying;

/// Stripe's ready-made card that asks for authentication each time: that of 4000 0027 6000 3184.
const CHALLENGED: &str = "pm_card_authenticationRequired";
/// How long the page may take to tell of the cursor. It is shown first, and then gives itself some seconds.
const CURSOR_PATIENCE: Duration = Duration::from_secs(20);
/// How long staff may take to answer the bank.
const BANK_PATIENCE: Duration = Duration::from_secs(600);
/// How often the payment is read meanwhile: the page may never tell that the bank's page has closed.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What the payment window is to show for a check. Holds a client secret, so it has no `Debug`.
#[derive(Clone)]
pub struct CheckStep {
    pub check: CheckId,
    pub shows: CheckShows,
}

/// See [`CheckStep`].
#[derive(Clone)]
pub enum CheckShows {
    /// An empty card field. No card can be handed over from it.
    CardField,
    /// The bank's challenge of a test card.
    Challenge {
        /// For `handleCardAction`, in the payment window only.
        client_secret: SecretString,
        /// In Stripe's smallest unit for the currency.
        amount_minor: i64,
        /// The shop's currency.
        currency: &'static Currency,
        /// When the check waits no longer, milliseconds since 1970.
        deadline_ms: i64,
    },
}

/// What is heard from the payment window about what a check shows there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckHeard {
    /// How the card field took the cursor.
    Cursor(CursorTried),
    /// The page believes that the challenge is over, in whatever way.
    ChallengeOver,
    /// Staff have closed the window.
    Closed,
    /// The window cannot be had: its page does not come up, or a sale is there.
    NoWindow,
}

/// How the card field took the cursor, with nobody touching anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CursorTried {
    /// The field said that it has the focus, and it was not there before.
    There,
    /// It did not come while the window was in front.
    NeedsClick,
    /// The window never came to the front.
    NotInFront,
    /// Somebody pressed a key or a button meanwhile, so that it shows nothing.
    Touched,
    NoField,
}

/// The payment window, as a check reaches it.
pub(crate) struct Window {
    pub(crate) step: watch::Sender<Option<CheckStep>>,
    pub(crate) heard: mpsc::Receiver<(CheckId, CheckHeard)>,
}

impl Window {
    fn show(&self, check: CheckId, shows: CheckShows) {
        self.step.send_replace(Some(CheckStep { check, shows }));
    }

    fn leave(&self) {
        self.step.send_replace(None);
    }

    /// The next that is heard about this one, if anything is in time.
    async fn next_heard(&mut self, check: CheckId, until: Instant) -> Option<CheckHeard> {
        loop {
            let (about, heard) = tokio::time::timeout_at(until, self.heard.recv()).await.ok()??;
            if about == check {
                return Some(heard);
            }
        }
    }
}

impl CheckHeard {
    /// Why nothing more is to be shown, where the window is gone.
    fn gone(self) -> Option<WhyNotShown> {
        match self {
            Self::Closed => Some(WhyNotShown::WindowClosed),
            Self::NoWindow => Some(WhyNotShown::NoWindow),
            Self::Cursor(_) | Self::ChallengeOver => None,
        }
    }
}

impl Run {
    /// What needs the payment window, in one showing. `mode_agrees`: Stripe's payments are of the mode that the till is in.
    pub(super) async fn at_window(&mut self, mode_agrees: bool) {
        let id = CheckId::new(&*self.desk.entropy);
        let window = self.card_cursor(id).await;
        if !self.desk.live {
            match window {
                _ if !mode_agrees => {
                    self.tell(CheckLine::not_shown(CheckItem::Challenge, WhyNotShown::LineBefore));
                }
                Ok(()) => self.challenge(id).await,
                Err(why) => self.tell(CheckLine::not_shown(CheckItem::Challenge, why)),
            }
        }
        self.window.leave();
    }

    /// Whether the empty field takes the cursor with nobody touching anything. An error when the window is gone.
    async fn card_cursor(&mut self, id: CheckId) -> Result<(), WhyNotShown> {
        let item = CheckItem::CardCursor;
        self.window.show(id, CheckShows::CardField);
        let until = Instant::now() + CURSOR_PATIENCE;
        let (line, window) = loop {
            let not_shown = |why| CheckLine::not_shown(item, why);
            break match self.window.next_heard(id, until).await {
                Some(CheckHeard::ChallengeOver) => continue,
                Some(CheckHeard::Cursor(CursorTried::There)) => (CheckLine::shown(item, None), Ok(())),
                Some(CheckHeard::Cursor(CursorTried::NeedsClick)) => {
                    (CheckLine::failed(item, CheckFault::CursorNeedsClick), Ok(()))
                }
                Some(CheckHeard::Cursor(CursorTried::NotInFront)) => (not_shown(WhyNotShown::WindowNotInFront), Ok(())),
                Some(CheckHeard::Cursor(CursorTried::Touched)) => (not_shown(WhyNotShown::Touched), Ok(())),
                Some(CheckHeard::Cursor(CursorTried::NoField)) => (not_shown(WhyNotShown::LineBefore), Ok(())),
                Some(CheckHeard::Closed) => (not_shown(WhyNotShown::WindowClosed), Err(WhyNotShown::WindowClosed)),
                Some(CheckHeard::NoWindow) => (not_shown(WhyNotShown::NoWindow), Err(WhyNotShown::NoWindow)),
                // A page that does not tell may show the bank's all the same.
                None => (not_shown(WhyNotShown::NoWindow), Ok(())),
            };
        };
        self.tell(line);
        window
    }

    /// A test card whose bank asks: staff answer it in the window, the payment is confirmed again, and its money given back.
    async fn challenge(&mut self, id: CheckId) {
        let item = CheckItem::Challenge;
        let (mut payment, answer) = match self.pay(id, Tries::Challenge, CHALLENGED).await {
            Ok(made) => made,
            Err(fault) => return self.tell(CheckLine::failed(item, fault)),
        };
        let met = self.authenticated(&mut payment, &answer).await;
        self.window.leave();
        let ended = self.desk.end(&mut payment).await;
        self.tell(match (met, ended) {
            (Ok(()), Ok(Ended::Refunded)) => CheckLine::shown(item, None),
            (Ok(()), Ok(Ended::TakenElsewhere)) => CheckLine::failed(item, CheckFault::TakenElsewhere),
            (Ok(()), Ok(_)) => CheckLine::failed(item, CheckFault::StillOpen),
            (Ok(()), Err(why)) => CheckLine::failed(item, self.not_ended(CheckItem::Refund, why)),
            // Staff know that they have closed the window, and not that something stays open.
            (Err(CheckFound::NotShown { .. }), Err(why)) => {
                CheckLine::failed(item, self.not_ended(CheckItem::Cancel, why))
            }
            (Err(result), _) => CheckLine { item, result },
        });
    }

    /// Has the bank's challenge answered and the payment confirmed again. An error says what the line says then.
    async fn authenticated(&mut self, payment: &mut CheckPayment, answer: &Answer) -> Result<(), CheckFound> {
        let failed = |fault| CheckFound::Failed { fault };
        let intent = match answer {
            Ok(intent) => intent,
            Err(error) => return Err(failed(self.fault(CheckItem::Challenge, error))),
        };
        self.answered_by_staff(payment.id, intent).await?;
        let call = self.desk.call("confirm", self.order().request(Paying::Finish { intent: &intent.id }));
        let call = call.map_err(|refusal| failed(CheckFault::NotOnRecord { refusal }))?;
        let started = CheckEvent::CheckConfirmStarted { call: call.clone() };
        let written = self.desk.write(payment, started).await;
        written.map_err(|refusal| failed(CheckFault::NotOnRecord { refusal }))?;
        match self.desk.stripe.act(&call.request, &call.key).await.result {
            Ok(intent) if intent.status == PaymentIntentStatus::Succeeded => Ok(()),
            Ok(intent) => Err(failed(other_outcome(&intent))),
            Err(error) => Err(failed(self.fault(CheckItem::Challenge, &error))),
        }
    }

    /// Shows the challenge until Stripe says that the bank has its answer.
    async fn answered_by_staff(&mut self, check: CheckId, intent: &PaymentIntent) -> Result<(), CheckFound> {
        let failed = |fault| CheckFound::Failed { fault };
        let client_secret = match &intent.client_secret {
            Some(secret) if intent.status == PaymentIntentStatus::RequiresAction => secret.clone(),
            _ => return Err(failed(other_outcome(intent))),
        };
        let patience_ms = i64::try_from(BANK_PATIENCE.as_millis()).unwrap_or(i64::MAX);
        self.window.show(
            check,
            CheckShows::Challenge {
                client_secret,
                amount_minor: intent.amount_minor,
                currency: self.asked.currency,
                deadline_ms: self.desk.clock.now_ms().saturating_add(patience_ms),
            },
        );
        let deadline = Instant::now() + BANK_PATIENCE;
        loop {
            let over = Instant::now() >= deadline;
            let heard = self.window.next_heard(check, deadline.min(Instant::now() + LOOK_EVERY)).await;
            if let Some(why) = heard.and_then(CheckHeard::gone) {
                return Err(CheckFound::NotShown { why });
            }
            match self.read(&intent.id).await {
                Some(PaymentIntentStatus::RequiresConfirmation) => return Ok(()),
                Some(PaymentIntentStatus::RequiresPaymentMethod) => return Err(failed(CheckFault::NotAuthenticated)),
                Some(PaymentIntentStatus::RequiresAction) | None if over => {
                    return Err(CheckFound::NotShown { why: WhyNotShown::NotAnswered });
                }
                Some(PaymentIntentStatus::RequiresAction) | None => {}
                Some(other) => return Err(failed(CheckFault::OtherOutcome { status: other.as_str().to_owned() })),
            }
        }
    }

    /// How the payment stands, if Stripe says.
    async fn read(&self, id: &PaymentIntentId) -> Option<PaymentIntentStatus> {
        match look::by_id(&self.desk.stripe, id).await.found {
            Found::It(seen) => Some(seen.status),
            Found::Refunds(_) | Found::Nothing | Found::Gone | Found::NoAnswer(_) | Found::TooMany | Found::Foreign => {
                None
            }
        }
    }
}
