//! Journals of every stage, as earlier versions wrote them: each later version must open them and read them alike.
//!
//! `tests/kept/journal-2.sqlite` and `journal-3.sqlite` were written by the last programs of their steps, by
//! [`play_every_stage`] and nothing else; `journal-2.txt` and `journal-3.txt` beside them are what those programs read in them.
//! None is ever written again. To keep the journal of another step, run `COUNTERSIGN_KEEP=<folder> cargo test -p till --test flow every_stage` at that step.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use stripe_client::PaymentIntentId;
use stripe_sim::{Fault, FaultRule, Moment, Outcome};
use till::clock::When;
use till::event::Event;
use till::journal::{Author, Entry, Journal, Line, Start, Subject};
use till::machine;
use till::observed::Status;
use till::refund::{Refund, RefundStage};
use till::sale::{Attempt, AttemptEnd, Decline, Sale, Stage, Why};
use till::view::{RefundState, SaleView, StageView};
use till::{RefundId, SaleId, TillId};

use crate::counter::{Counter, TILL, pounds};

const APPROVED: &str = "4242424242424242";
const CHALLENGED: &str = "4000002500003155";
const NO_FUNDS: &str = "4000000000009995";
const CREATE: &str = "/v1/payment_intents";
const REFUNDS: &str = "/v1/refunds";

/// The shop whose days are played: it opens sales of amounts that no other has.
struct Shop {
    counter: Counter,
    next_pence: i64,
}

impl Shop {
    async fn open(&mut self) -> SaleId {
        self.next_pence += 1;
        let sale = SaleId::new(&till::OsEntropy);
        let text = format!("{}.{:02}", self.next_pence / 100, self.next_pence % 100);
        self.counter.till.open_sale_anyway(sale, pounds(&text)).await.expect("opened");
        sale
    }

    async fn paid(&mut self, card: &str) -> (SaleId, SaleView) {
        let sale = self.open().await;
        let view = self.counter.pay(sale, card).await;
        (sale, view)
    }

    fn strike(&self, times: u32, method: &str, path: &str, moment: Moment, fault: Fault) {
        self.counter.sim.faults().add(FaultRule::next(times, method, path, moment, fault));
    }

    async fn ticks(&self, n: u32) {
        for _ in 0..n {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            self.counter.till.tick().await;
        }
    }

    async fn refund(&self, sale: SaleId, amount_minor: i64) {
        let view = self.counter.till.sale(sale).await.expect("the sale");
        let refund = RefundId::parse(&view.refundable.as_ref().expect("refundable").refund_id).expect("an id");
        self.counter.till.refund(sale, refund, amount_minor).await.expect("asked for");
    }

    /// A create whose three sendings are lost before they arrive.
    async fn lost(&mut self, card: &str) -> SaleId {
        self.strike(3, "POST", CREATE, Moment::Before, Fault::Drop);
        let sale = self.open().await;
        self.counter.charge(sale, card).await;
        self.counter.until(sale, |stage| matches!(stage, StageView::NotKnown { .. })).await;
        sale
    }
}

fn intent(view: &SaleView) -> String {
    view.payment_intent.clone().expect("a PaymentIntent")
}

/// A till that was closed with every kind of sale in its journal.
pub(crate) async fn play_every_stage() -> Counter {
    let mut shop = Shop { counter: Counter::open(), next_pence: 1_000 };
    // What training left open when it was started again.
    shop.lost(APPROVED).await;
    shop.open().await;
    shop.counter = shop.counter.crash_and_start_on_a_new_stripe().await;
    // The machine dies with a call out, and is started again.
    let sale = shop.open().await;
    shop.strike(1, "POST", CREATE, Moment::After, Fault::Delay { ms: 40_000 });
    shop.counter.charge(sale, APPROVED).await;
    shop.counter = shop.counter.crash_and_start_again().await;
    shop.counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;

    paid_sales(&mut shop).await;
    refused_sales(&mut shop).await;
    given_up_sales(&mut shop).await;
    unknown_sales(&mut shop).await;
    sales_at_the_bank(&mut shop).await;
    // The last of all: a create, a second confirm and a refund are out when the machine dies.
    let (sale, view) = shop.paid(CHALLENGED).await;
    shop.counter.sim.challenge(&intent(&view), Outcome::Complete).expect("answered");
    let hang = Fault::Delay { ms: 40_000 };
    shop.strike(1, "POST", "/v1/payment_intents/*/confirm", Moment::Before, hang);
    let attempt = till::AttemptId::parse(&view.attempts[0].attempt_id).expect("an id");
    shop.counter.till.authentication_hint(sale, attempt).await.expect("heard");
    shop.counter.until(sale, |stage| *stage == StageView::Confirming).await;
    let (refunded, _) = shop.paid(APPROVED).await;
    shop.strike(1, "POST", REFUNDS, Moment::Before, hang);
    shop.refund(refunded, 100).await;
    let out = shop.open().await;
    shop.strike(1, "POST", CREATE, Moment::Before, hang);
    shop.counter.charge(out, APPROVED).await;
    shop.counter
}

async fn paid_sales(shop: &mut Shop) {
    shop.paid(APPROVED).await;
    // After the bank's yes.
    let (sale, view) = shop.paid(CHALLENGED).await;
    shop.counter.sim.challenge(&intent(&view), Outcome::Complete).expect("answered");
    let attempt = till::AttemptId::parse(&view.attempts[0].attempt_id).expect("an id");
    shop.counter.till.authentication_hint(sale, attempt).await.expect("heard");
    shop.counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    // By the second card.
    let (sale, _) = shop.paid(NO_FUNDS).await;
    shop.counter.pay(sale, APPROVED).await;
    // Given back in part; pending; failed; lost and asked for again; elsewhere; refused.
    let (sale, _) = shop.paid(APPROVED).await;
    shop.refund(sale, 300).await;
    shop.counter.refunds_known(sale).await;
    let (sale, _) = shop.paid("4000000000007726").await;
    shop.refund(sale, 300).await;
    shop.counter.refunds_known(sale).await;
    let (sale, _) = shop.paid("4000000000005126").await;
    shop.refund(sale, 300).await;
    shop.counter.refunds_known(sale).await;
    shop.counter.later(3 * 86_400);
    let (sale, _) = shop.paid(APPROVED).await;
    shop.strike(3, "POST", REFUNDS, Moment::Before, Fault::Drop);
    shop.refund(sale, 300).await;
    shop.counter.until_view(sale, |view| view.refunds.iter().any(|r| r.state == RefundState::NotRefunded)).await;
    shop.refund(sale, 300).await;
    shop.counter.refunds_known(sale).await;
    let (_, view) = shop.paid(APPROVED).await;
    shop.counter.at_stripe(REFUNDS, &[("payment_intent", &intent(&view)), ("amount", "100")]);
    // Disputed.
    shop.paid("4000000000000259").await;
    shop.counter.reconcile(5 * 86_400_000).await.expect("compared");
    // Taken in: a payment that carries this till's mark, made when the journal was another.
    let (id, card) = (SaleId::new(&till::OsEntropy).to_string(), shop.counter.key(APPROVED));
    let form = [
        ("amount", "2500"),
        ("currency", "gbp"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("confirmation_method", "manual"),
        ("payment_method_types[]", "card"),
        ("metadata[countersign_sale]", &id),
        ("metadata[countersign_till]", TILL),
    ];
    let made = shop.counter.at_stripe(CREATE, &form);
    let made = PaymentIntentId::parse(made["id"].as_str().expect("an id")).expect("an id");
    shop.counter.till.take_in(made).await.expect("taken in");
}

async fn refused_sales(shop: &mut Shop) {
    shop.open().await;
    for _ in 0..4 {
        shop.paid(NO_FUNDS).await;
    }
    // Not even tried.
    shop.strike(1, "POST", CREATE, Moment::Before, Fault::Status { status: 429, should_retry: Some(false) });
    shop.paid(APPROVED).await;
    // The bank's challenge was failed, or its hour passed.
    let (sale, view) = shop.paid(CHALLENGED).await;
    shop.counter.sim.challenge(&intent(&view), Outcome::Fail).expect("answered");
    shop.counter.until_within(sale, 60, |view| matches!(view.stage, StageView::Declined { .. })).await;
    let (sale, _) = shop.paid(CHALLENGED).await;
    shop.counter.later(3_700);
    shop.counter.until_within(sale, 60, |view| matches!(view.stage, StageView::Declined { .. })).await;
    // The second card never arrived.
    let (sale, view) = shop.paid(NO_FUNDS).await;
    let confirm = format!("/v1/payment_intents/{}/confirm", intent(&view));
    shop.strike(3, "POST", &confirm, Moment::Before, Fault::Drop);
    shop.counter.charge(sale, APPROVED).await;
    shop.counter.until(sale, |stage| matches!(stage, StageView::Declined { .. })).await;
}

async fn given_up_sales(shop: &mut Shop) {
    let sale = shop.open().await;
    shop.counter.till.cancel(sale).await.expect("given up");
    let (sale, _) = shop.paid(NO_FUNDS).await;
    shop.counter.till.cancel(sale).await.expect("given up");
    shop.counter.settled(sale).await;
    // Still watched, and watched to the end.
    for watched_to_the_end in [true, false] {
        let sale = shop.lost(APPROVED).await;
        shop.counter.till.cancel(sale).await.expect("given up");
        shop.counter.until(sale, |stage| *stage == StageView::Cancelled).await;
        if watched_to_the_end {
            shop.counter.later(8 * 86_400);
            shop.ticks(4_000).await;
        }
    }
    // Paid although it was given up: undecided, and kept.
    for kept in [true, false] {
        shop.strike(1, "POST", CREATE, Moment::After, Fault::Delay { ms: 3_000 });
        let sale = shop.open().await;
        shop.counter.charge(sale, APPROVED).await;
        shop.counter.till.cancel(sale).await.expect("wanted");
        shop.counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
        if kept {
            shop.counter.till.keep(sale).await.expect("kept");
        }
    }
}

async fn unknown_sales(shop: &mut Shop) {
    // Sent again, and paid.
    let sale = shop.lost(APPROVED).await;
    shop.ticks(200).await;
    shop.counter.till.try_again(sale).await.expect("sent again");
    shop.counter.until(sale, |stage| matches!(stage, StageView::Approved { .. })).await;
    // Proven absent.
    shop.lost(APPROVED).await;
    shop.ticks(200).await;
    // Somebody changed the amount; noted or not.
    for noted in [true, false] {
        let (sale, view) = shop.paid(NO_FUNDS).await;
        shop.counter.at_stripe(&format!("/v1/payment_intents/{}", intent(&view)), &[("amount", "950")]);
        shop.counter.reconcile(86_400_000).await.expect("compared");
        if noted {
            shop.counter.till.set_aside(sale).await.expect("noted");
        }
    }
    // Being given up while nobody knows.
    let sale = shop.lost(APPROVED).await;
    shop.counter.till.cancel(sale).await.expect("wanted");
    // Just lost.
    shop.lost(APPROVED).await;
}

async fn sales_at_the_bank(shop: &mut Shop) {
    shop.paid(CHALLENGED).await;
    shop.paid(CHALLENGED).await;
    // Given up at the challenge.
    let (sale, _) = shop.paid(CHALLENGED).await;
    shop.counter.till.cancel(sale).await.expect("given up");
    shop.counter.settled(sale).await;
    // A hold of this till's that its journal lost.
    let (id, card) = (SaleId::new(&till::OsEntropy).to_string(), shop.counter.key(APPROVED));
    let form = [
        ("amount", "2600"),
        ("currency", "gbp"),
        ("payment_method", card.as_str()),
        ("confirm", "true"),
        ("confirmation_method", "manual"),
        ("capture_method", "manual"),
        ("payment_method_types[]", "card"),
        ("metadata[countersign_sale]", &id),
        ("metadata[countersign_till]", TILL),
    ];
    let made = shop.counter.at_stripe(CREATE, &form);
    let made = PaymentIntentId::parse(made["id"].as_str().expect("an id")).expect("an id");
    shop.counter.till.take_in(made).await.expect("taken in");
}

/// Stripe's states that no documented test card leads to are written by the journal itself, from what it had read.
pub(crate) fn append_what_no_card_plays(path: &Path) {
    let mut journal =
        Journal::open(path, "training", Start { till: TillId::new(&till::OsEntropy), at_ms: 0 }).expect("the journal");
    let mut sales: Vec<Sale> =
        machine::replay(&journal.load(u32::MAX).expect("rows")).expect("sound").into_values().collect();
    sales.sort_by_key(|sale| sale.number);
    let mut open = sales.iter().filter(|sale| {
        sale.intent.is_some() && matches!(sale.stage, Stage::Declined(Decline::Refused(_))) && sale.attempts.len() == 1
    });
    for status in [Status::Processing, Status::Other("requires_a_new_thing".to_owned())] {
        let sale = open.next().expect("a sale with a PaymentIntent");
        let seen = seen(sale, status);
        append(&mut journal, sale, Event::Looked { seen, settled: true });
    }
    let sale = open.next().expect("a sale with a PaymentIntent");
    append(&mut journal, sale, Event::Gone);
    let challenged = sales.iter().find(|sale| sale.stage == Stage::NeedsAuthentication).expect("one");
    append(
        &mut journal,
        challenged,
        Event::Looked { seen: seen(challenged, Status::RequiresConfirmation), settled: false },
    );
}

fn seen(sale: &Sale, status: Status) -> till::observed::SeenIntent {
    let id = sale.intent.as_ref().expect("a PaymentIntent").to_string();
    serde_json::from_value(serde_json::json!({
        "id": id, "status": status, "amount_minor": sale.total().amount_minor(), "currency": "gbp",
        "sale": sale.id.to_string(), "payment_method": null, "decline": null, "charge": null,
    }))
    .expect("a reading")
}

fn append(journal: &mut Journal, sale: &Sale, event: Event) {
    let when = When::by_the_till(sale.opened_at_ms + 1);
    let (after, _) = machine::step(sale, &event, when).expect("it can follow");
    let entry =
        Entry { about: Subject::Sale(sale.id), when, revision: after.revision, by: Author::Till, request: None, event };
    journal.append(&entry, &Line::of(&after)).expect("written");
}

/// What a journal says, in words that stay when the types around them change.
fn told(path: &Path) -> String {
    let journal =
        Journal::open(path, "training", Start { till: TillId::new(&till::OsEntropy), at_ms: 0 }).expect("a journal");
    let mut sales: Vec<Sale> =
        machine::replay(&journal.load(u32::MAX).expect("rows")).expect("sound").into_values().collect();
    sales.sort_by_key(|sale| sale.number);
    sales.iter().map(|sale| line(sale) + "\n").collect()
}

fn line(sale: &Sale) -> String {
    let yes = |it: bool, word: &str| if it { format!(" {word}") } else { String::new() };
    let attempts: Vec<String> = sale.attempts.iter().map(attempt).collect();
    let refunds: Vec<String> = sale.refunds.iter().map(refund).collect();
    let disputes: Vec<&str> = sale.disputes.iter().map(|dispute| dispute.status.as_str()).collect();
    format!(
        "{} {} {} {} {}{}{}{}{}{}{}{} left {} attempts [{}] refunds [{}] disputes [{}]",
        sale.number,
        sale.total().amount_minor(),
        sale.total().currency().code(),
        stage(&sale.stage),
        if sale.intent.is_some() { "with a PaymentIntent" } else { "without" },
        yes(sale.in_flight.is_some(), "a call is out"),
        yes(sale.cancel_wanted, "cancel wanted"),
        yes(sale.finished(), "finished"),
        yes(sale.over(), "over"),
        yes(machine::accepts_card(sale), "takes a card"),
        yes(sale.paid_unasked(), "unasked"),
        yes(sale.kept, "kept"),
        sale.left_minor(),
        attempts.join(", "),
        refunds.join(", "),
        disputes.join(", "),
    )
}

fn stage(stage: &Stage) -> String {
    match stage {
        Stage::Open { notice: None } => "open".into(),
        Stage::Open { notice: Some(why) } => format!("open after {}", decline(why)),
        Stage::Submitting => "submitting".into(),
        Stage::NeedsAuthentication => "needs authentication".into(),
        Stage::Authenticated { .. } => "authenticated".into(),
        Stage::Confirming => "confirming".into(),
        Stage::Approved(proof) => format!("approved {:?}", proof.card.as_ref().map(|card| &card.last4)),
        Stage::Held(proof) => format!("held {:?}", proof.card.as_ref().map(|card| &card.last4)),
        Stage::Processing => "processing".into(),
        Stage::Declined(why) => format!("declined: {}", decline(why)),
        Stage::NotKnown { lost, why, .. } => {
            let why = match why {
                Why::NoAnswer => "no answer".to_owned(),
                Why::Mismatch => "mismatch".to_owned(),
                Why::StrangeStatus(name) => format!("status {name}"),
                Why::Gone => "gone".to_owned(),
            };
            format!("not known, {lost:?}, {why}")
        }
        Stage::Cancelling => "cancelling".into(),
        Stage::Cancelled => "cancelled".into(),
        Stage::SetAside => "set aside".into(),
    }
}

fn attempt(attempt: &Attempt) -> String {
    let end = match &attempt.end {
        None => "in play".to_owned(),
        Some(AttemptEnd::Approved) => "approved".to_owned(),
        Some(AttemptEnd::Held) => "held".to_owned(),
        Some(AttemptEnd::Declined(why)) => decline(why),
        Some(AttemptEnd::NotTried) => "not tried".to_owned(),
        Some(AttemptEnd::Cancelled) => "cancelled".to_owned(),
    };
    let confirmed = if attempt.confirm_again.is_some() { ", confirmed again" } else { "" };
    format!("{end}, as {}{confirmed}", attempt.submit.request.api_version)
}

fn decline(why: &Decline) -> String {
    match why {
        Decline::Refused(seen) => format!("refused {}", seen.decline_code.as_deref().unwrap_or("?")),
        Decline::AuthenticationFailed(_) => "authentication failed".into(),
        Decline::HourPassed { .. } => "hour passed".into(),
        Decline::NeverArrived => "never arrived".into(),
        Decline::NotTaken { status, .. } => format!("not taken {status:?}"),
    }
}

fn refund(refund: &Refund) -> String {
    let origin = if refund.id().is_some() { "here" } else { "elsewhere" };
    // As the version that wrote the fixture called it.
    let stage = if refund.stage == RefundStage::InFlight { "Out".to_owned() } else { format!("{:?}", refund.stage) };
    format!("{} {origin} {stage}", refund.amount_minor).split(" {").next().unwrap_or_default().to_owned()
}

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kept").join(name)
}

/// The kinds of rows in a journal.
fn kinds(path: &Path) -> BTreeSet<String> {
    let reader =
        rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a journal");
    let mut select = reader.prepare("SELECT DISTINCT event FROM entries").expect("a question");
    let rows = select.query_map([], |row| row.get(0)).expect("rows");
    rows.map(|row| row.expect("a name")).collect()
}

#[test]
fn every_stage_of_a_kept_journal_is_read_alike() {
    for step in [2, 3] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("training.sqlite");
        // A copy: opening may take it a step further.
        std::fs::copy(kept(&format!("journal-{step}.sqlite")), &path).expect("the kept journal");
        let was = std::fs::read_to_string(kept(&format!("journal-{step}.txt"))).expect("what it said");
        assert_eq!(told(&path), was, "{step}");
        assert_eq!(told(&path), was, "{step}: and when it is opened again");
    }
}

#[tokio::test(start_paused = true)]
async fn every_stage_is_played_today_as_it_was_when_the_journal_was_kept() {
    let counter = play_every_stage().await;
    let path = counter.close_as_it_stands().await;
    append_what_no_card_plays(&path.file);
    let today = told(&path.file);
    if let Some(folder) = std::env::var_os("COUNTERSIGN_KEEP") {
        let folder = Path::new(&folder);
        std::fs::copy(&path.file, folder.join("journal.sqlite")).expect("kept");
        std::fs::write(folder.join("journal.txt"), &today).expect("kept");
    }
    let stages = |text: &str| -> BTreeSet<String> {
        text.lines().filter_map(|line| line.splitn(4, ' ').nth(3)?.split(" with").next().map(str::to_owned)).collect()
    };
    for step in [2, 3] {
        let was = std::fs::read_to_string(kept(&format!("journal-{step}.txt"))).expect("what it said");
        assert_eq!(stages(&today), stages(&was));
        // A copy: reading a journal puts its log beside it.
        let old = path.file.with_file_name("kept.sqlite");
        std::fs::copy(kept(&format!("journal-{step}.sqlite")), &old).expect("the kept journal");
        let missing: Vec<String> = kinds(&old).difference(&kinds(&path.file)).cloned().collect();
        assert_eq!(missing, Vec::<String>::new(), "rows of these kinds are written no more");
    }
}
