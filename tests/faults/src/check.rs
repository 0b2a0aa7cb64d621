//! "Check this till", as it is asked for in a world: who stands at its window, and that nothing of it is left, neither at Stripe
//! nor in the books.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use stripe_client::PublishableKey;
use stripe_sim::{Outcome, Sim};
use till::check::{
    CheckAsked, CheckFound, CheckHeard, CheckItem, CheckReport, CheckShows, CheckStands, CheckStep, CursorTried,
};
use till::coordinator::NotNow;
use till::currency::Currency;
use till::view::Standing;
use till::{Refusal, Till};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::books::Taken;
use crate::counter::{Counter, PUBLISHABLE};
use crate::plan::{AtBank, CheckPlan, Decision};
use crate::tally::{self, Room};
use crate::wishes::Act;

/// In the ledger's book of what was taken, what checks took stands under this and their ids.
pub(crate) const OF_CHECK: &str = "check: ";

/// A little longer than the till waits until it tries again to take away what a check has left.
const TRIED_AGAIN_S: u32 = 660;

/// Longer than a request can be on its way: what Stripe has none of by then never comes.
const NOTHING_COMES_AFTER_S: u32 = 26 * 3_600;

/// Staff check the till, and wait for as long as they have planned. It is refused while a sale is in hand.
///
/// # Errors
/// A sentence when what it tells is not so.
pub(crate) async fn make(counter: &mut Counter, plan: CheckPlan) -> Result<(), String> {
    tally::count(Room::Staff, "check the till");
    let asked = asked().ok_or("no check can be asked for")?;
    let in_hand = counter.till.sales(100).await.iter().any(|view| view.standing == Standing::InHand);
    match counter.till.check(asked).await {
        Ok(()) if in_hand => return Err("a check begins while a sale is in hand".into()),
        Ok(()) => {}
        Err(Refusal::NotNow { why: NotNow::SaleInHand }) if in_hand => return Ok(()),
        Err(refusal) => return Err(format!("a check was refused: {refusal:?}")),
    }
    tally::count(Room::Staff, "a check of the till is begun");
    counter.press_check();
    counter.stand_at_window(tokio::spawn(at_window(counter.till.clone(), counter.sim.clone(), plan)));
    for _ in 0..plan.seconds {
        if !is_under_way(&counter.till) || counter.death.is_dead() {
            break;
        }
        counter.pass(1).await;
    }
    let report = counter.till.checked().borrow().clone();
    match report {
        // A dead machine tells nobody anything.
        Some(report) if report.stands == CheckStands::Done && !counter.death.is_dead() => {
            is_so(&report, &counter.taken_now())
        }
        Some(_) | None => Ok(()),
    }
}

fn asked() -> Option<CheckAsked> {
    // The shell's lines are not of this room.
    let (_, machine) = mpsc::channel(1);
    let publishable = PublishableKey::parse(PUBLISHABLE).ok()?;
    Some(CheckAsked { machine, publishable, currency: Currency::by_code("GBP")?, proxy: None })
}

fn is_under_way(till: &Till) -> bool {
    till.checked().borrow().as_ref().is_some_and(|report| report.stands == CheckStands::Running)
}

/// What the page, the staff and the bank do about what a check shows in the payment window.
async fn at_window(till: Till, sim: Sim, plan: CheckPlan) {
    let mut steps = till.check_step();
    loop {
        let step = steps.borrow_and_update().clone();
        if let Some(step) = step {
            tokio::time::sleep(Duration::from_millis(700)).await;
            answer(&till, &sim, plan, step).await;
        }
        if steps.changed().await.is_err() {
            return;
        }
    }
}

async fn answer(till: &Till, sim: &Sim, plan: CheckPlan, CheckStep { check, shows }: CheckStep) {
    let secret = match shows {
        CheckShows::CardField => {
            if plan.page_tells {
                till.check_heard(check, CheckHeard::Cursor(CursorTried::There)).await;
            }
            return;
        }
        CheckShows::Challenge { client_secret, .. } => client_secret,
    };
    match plan.at_bank {
        AtBank::Decides(decision) => {
            let intent = secret.expose_secret().split("_secret_").next().unwrap_or_default();
            // Refused when the challenge is over already.
            drop(sim.challenge(intent, outcome(decision)));
        }
        AtBank::NobodyAnswers => tally::count(Room::Page, "a check's challenge is left open"),
        AtBank::WindowIsClosed => {
            tally::count(Room::Page, "a check's window is closed");
            till.check_heard(check, CheckHeard::Closed).await;
        }
    }
    if plan.page_tells {
        till.check_heard(check, CheckHeard::ChallengeOver).await;
    }
}

pub(crate) fn outcome(decision: Decision) -> Outcome {
    match decision {
        Decision::Complete => Outcome::Complete,
        Decision::Fail => Outcome::Fail,
        Decision::Cancel => Outcome::Cancel,
    }
}

/// A check of which every line about money went well has left nothing behind.
fn is_so(report: &CheckReport, taken: &BTreeMap<String, Taken>) -> Result<(), String> {
    let in_doubt = report.lines.iter().any(|line| match (&line.result, line.item) {
        (CheckFound::Shown { .. }, _) => false,
        (CheckFound::NotShown { .. }, item) => item == CheckItem::Leftovers,
        (CheckFound::Failed { .. }, item) => !matches!(item, CheckItem::Clock | CheckItem::CardCursor),
    });
    match left(taken) {
        Some(left) if !in_doubt => {
            Err(format!("a check says that all went well, and has left {left}; told {report:?}"))
        }
        _ => Ok(()),
    }
}

/// What a check has left at Stripe, if one has left anything.
fn left(taken: &BTreeMap<String, Taken>) -> Option<String> {
    let is_left = |taken: &Taken| taken.open > 0 || taken.refunded_minor != taken.amount_minor;
    let left = taken.iter().find(|(of, taken)| of.starts_with(OF_CHECK) && is_left(taken));
    left.map(|(check, taken)| format!("{check}: {taken:?}"))
}

/// How many payments of checks were paid and given back.
pub(crate) fn given_back(taken: &BTreeMap<String, Taken>) -> u64 {
    taken.iter().filter(|(of, taken)| of.starts_with(OF_CHECK) && taken.charges > 0).count() as u64
}

/// Whatever happens, a check makes one payment of an id, charges it once at the most, and gives back no more than that.
///
/// # Errors
/// What is wrong, in a sentence.
pub(crate) fn made_once(taken: &BTreeMap<String, Taken>) -> Result<(), String> {
    let too_much =
        |taken: &Taken| taken.payment_intents > 1 || taken.charges > 1 || taken.refunded_minor > taken.amount_minor;
    match taken.iter().find(|(of, taken)| of.starts_with(OF_CHECK) && too_much(taken)) {
        Some((check, taken)) => Err(format!("what a check makes was made more than once: {check}: {taken:?}")),
        None => Ok(()),
    }
}

/// Whether the till acts for a check: by the mark that the call carries, or by the payment that it is about.
pub(crate) fn is_of_one(act: &Act, taken: &BTreeMap<String, Taken>) -> bool {
    let mut of_checks = taken.iter().filter(|(of, _)| of.starts_with(OF_CHECK));
    act.checks || of_checks.any(|(_, taken)| taken.ids.iter().any(|id| act.of.contains(id)))
}

/// Staff go home: a check that is under way is ended.
pub(crate) async fn leave(counter: &Counter) {
    if is_under_way(&counter.till) {
        counter.till.stop_check().await;
        counter.pass(2).await;
    }
}

/// At the end, with the network back: the till has taken away by itself whatever checks have made, and its journal says so.
///
/// # Errors
/// What is left, in a sentence.
pub(crate) async fn nothing_is_left(counter: &mut Counter) -> Result<(), String> {
    if counter.open_checks()? > 0 || left(&counter.taken_now()).is_some() {
        counter.stay_awake(TRIED_AGAIN_S).await;
    }
    if let Some(left) = left(&counter.taken_now()) {
        return Err(format!("a payment of a check is left at Stripe: {left}"));
    }
    if counter.open_checks()? > 0 {
        // One that never arrived is looked for until none can come.
        counter.pass(NOTHING_COMES_AFTER_S).await;
        counter.stay_awake(TRIED_AGAIN_S).await;
    }
    match (counter.open_checks()?, left(&counter.taken_now())) {
        (0, None) => made_once(&counter.taken_now()),
        (open, left) => Err(format!("{open} payments of checks are not over in the journal; at Stripe: {left:?}")),
    }
}

/// Who stands at the window of the check that is under way.
#[derive(Default)]
pub(crate) struct AtWindow(Option<JoinHandle<()>>);

impl AtWindow {
    /// They take the place of whoever stood there.
    pub(crate) fn stand(&mut self, next: JoinHandle<()>) {
        if let Some(before) = self.0.replace(next) {
            before.abort();
        }
    }
}
