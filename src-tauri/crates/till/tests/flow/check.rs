//! "Check this till" against the simulator: each line is well when all is, and is made to fail by what it is about. What a check
//! makes is on record before it is sent, is taken away again, and is in no total and no list.

mod left;
mod window;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use stripe_client::PublishableKey;
use stripe_sim::{Access, AccountSettings, Fault, FaultRule, Latency, Moment, Outcome, Resource};
use till::check::{
    CheckAsked, CheckDetail, CheckFault, CheckFound, CheckHeard, CheckItem, CheckLine, CheckReport, CheckShows,
    CheckStands, CheckStep, CursorTried, KeyRight, WhyNotShown,
};
use till::currency::Currency;
use till::view::Agreement;
use tokio::sync::mpsc;

use crate::counter::{Counter, Keys, PUBLISHABLE, SECRET};

const RESTRICTED: &str = "rk_test_counterTests0001";
const APPROVED: &str = "4242424242424242";
const INTENTS: &str = "/v1/payment_intents";

fn asked_with(publishable: &str, machine: Vec<CheckLine>) -> CheckAsked {
    let (lines, told) = mpsc::channel(8);
    for line in machine {
        lines.try_send(line).expect("few");
    }
    let currency = Currency::by_code("GBP").expect("GBP");
    let publishable = PublishableKey::parse(publishable).expect("a key");
    CheckAsked { machine: told, publishable, currency, proxy: None }
}

fn asked() -> CheckAsked {
    asked_with(PUBLISHABLE, Vec::new())
}

/// What staff and the page do at the payment window.
#[derive(Clone, Copy)]
struct AtWindow {
    /// What the page tells of the cursor; none: nothing.
    cursor: Option<CheckHeard>,
    /// What staff tell the bank; none: nothing.
    bank: Option<Outcome>,
    /// What the page tells then; none: nothing.
    says: Option<CheckHeard>,
}

/// All goes as it should.
const ALL_WELL: AtWindow = AtWindow {
    cursor: Some(CheckHeard::Cursor(CursorTried::There)),
    bank: Some(Outcome::Complete),
    says: Some(CheckHeard::ChallengeOver),
};

/// What is in the window now.
fn step(counter: &Counter) -> Option<CheckStep> {
    counter.till.check_step().borrow().clone()
}

fn challenge_is_shown(counter: &Counter) -> bool {
    matches!(step(counter), Some(CheckStep { shows: CheckShows::Challenge { .. }, .. }))
}

/// The payment whose challenge is open.
fn challenged(counter: &Counter) -> String {
    let ledger = counter.ledger();
    let asks = ledger.payment_intents().find(|intent| intent["status"] == "requires_action");
    asks.expect("a challenge")["id"].as_str().expect("an id").to_owned()
}

async fn serve(counter: &Counter, at_window: AtWindow) {
    match step(counter) {
        Some(CheckStep { check, shows: CheckShows::CardField }) => {
            if let Some(heard) = at_window.cursor {
                counter.till.check_heard(check, heard).await;
            }
        }
        Some(CheckStep { check, shows: CheckShows::Challenge { .. } }) => {
            let asks = counter.ledger().payment_intents().any(|intent| intent["status"] == "requires_action");
            if let Some(outcome) = at_window.bank.filter(|_| asks) {
                counter.sim.challenge(&challenged(counter), outcome).expect("answered");
            }
            if let Some(says) = at_window.says {
                counter.till.check_heard(check, says).await;
            }
        }
        None => {}
    }
}

async fn over(counter: &Counter) -> CheckReport {
    over_with(counter, ALL_WELL).await
}

async fn over_with(counter: &Counter, at_window: AtWindow) -> CheckReport {
    for _ in 0..3_000 {
        serve(counter, at_window).await;
        if let Some(report) = counter.till.checked().borrow().clone()
            && report.stands != CheckStands::Running
        {
            return report;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("it never ended: {:?}", counter.till.checked().borrow());
}

async fn checked(counter: &Counter, asked: CheckAsked) -> CheckReport {
    counter.till.check(asked).await.expect("begun");
    over(counter).await
}

fn found(report: &CheckReport, item: CheckItem) -> &CheckFound {
    let line = report.lines.iter().find(|line| line.item == item);
    &line.unwrap_or_else(|| panic!("no line about {item:?}: {report:?}")).result
}

fn is_shown(report: &CheckReport, item: CheckItem) -> bool {
    matches!(found(report, item), CheckFound::Shown { .. })
}

fn fault(report: &CheckReport, item: CheckItem) -> CheckFault {
    match found(report, item) {
        CheckFound::Failed { fault } => fault.clone(),
        other => panic!("{item:?} did not fail: {other:?}"),
    }
}

fn not_shown(report: &CheckReport, item: CheckItem) -> WhyNotShown {
    match found(report, item) {
        CheckFound::NotShown { why } => *why,
        other => panic!("{item:?} was told: {other:?}"),
    }
}

fn strike(counter: &Counter, times: u32, method: &str, path: &str, moment: Moment, fault: Fault) {
    counter.sim.faults().add(FaultRule::next(times, method, path, moment, fault));
}

fn refused(status: u16) -> Fault {
    Fault::Status { status, should_retry: Some(false) }
}

/// The statuses of the payments that checks made.
fn statuses(counter: &Counter) -> Vec<String> {
    let ledger = counter.ledger();
    let made = ledger.payment_intents().filter(|intent| intent["metadata"]["countersign_check"].is_string());
    made.map(|intent| intent["status"].as_str().expect("a status").to_owned()).collect()
}

/// What test cards have paid and was not given back.
fn left_minor(counter: &Counter) -> i64 {
    let ledger = counter.ledger();
    let sum =
        |values: Vec<&serde_json::Value>, field: &str| -> i64 { values.iter().filter_map(|v| v[field].as_i64()).sum() };
    sum(ledger.payment_intents().collect(), "amount_received") - sum(ledger.refunds().collect(), "amount")
}

/// Waits until checks have made so many payments.
async fn until_made(counter: &Counter, payments: usize) {
    for _ in 0..2_000 {
        if statuses(counter).len() == payments {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("there are {:?}", statuses(counter));
}

/// Nothing of a check is left anywhere: at Stripe, in the totals, in the lists; and every call that acts is on record.
async fn nothing_is_left(counter: &Counter) {
    let open: Vec<String> =
        statuses(counter).into_iter().filter(|status| status != "canceled" && status != "succeeded").collect();
    assert_eq!((open, left_minor(counter)), (Vec::new(), 0));
    assert_eq!(counter.till.sales(100).await, [], "no check is a sale");
    let report = counter.reconcile_day().await;
    assert_eq!((report.agreement, report.differences.len()), (Agreement::Agrees, 0), "{report:?}");
    assert_eq!(report.others.payments, 0, "{:?}", report.others);
    let kept = keys_on_record(counter);
    for request in counter.ledger().requests.iter().filter(|request| request.method == "POST") {
        let Some(key) = &request.idempotency_key else { continue };
        assert!(kept.contains(key), "{} was sent without a row", request.path);
    }
}

fn keys_on_record(counter: &Counter) -> Vec<String> {
    let reader = rusqlite::Connection::open_with_flags(&counter.path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("the journal");
    let mut select =
        reader.prepare("SELECT idempotency_key FROM entries WHERE idempotency_key IS NOT NULL").expect("rows");
    let keys = select.query_map([], |row| row.get(0)).expect("keys");
    keys.map(|key| key.expect("a key")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_till_that_is_well_is_shown_to_be_line_by_line_and_nothing_stays() {
    let counter = Counter::open();
    let machine = vec![CheckLine::shown(CheckItem::Keyring, None)];
    let report = checked(&counter, asked_with(PUBLISHABLE, machine)).await;
    assert_eq!((report.stands, report.live), (CheckStands::Done, false));
    let well = |line: &CheckLine| matches!(line.result, CheckFound::Shown { .. });
    assert!(report.lines.iter().all(well), "{:#?}", report.lines);
    let items: Vec<CheckItem> = report.lines.iter().map(|line| line.item).collect();
    use CheckItem as Item;
    let all = [
        Item::Keyring,
        Item::Network,
        Item::Clock,
        Item::SecretKey,
        Item::AccountName,
        Item::ReadPaymentIntents,
        Item::ReadCharges,
        Item::ReadDisputes,
        Item::SaleRequest,
        Item::WritePaymentIntents,
        Item::KeyMode,
        Item::PublishableKey,
        Item::Cancel,
        Item::ApprovedCard,
        Item::Refund,
        Item::WriteCharges,
        Item::DeclinedCard,
        Item::CardCursor,
        Item::Challenge,
    ];
    assert_eq!(items, all);
    let parameters = ["payment_method", "confirm", "use_stripe_sdk"].map(str::to_owned).to_vec();
    let tried = CheckFound::Shown { detail: Some(CheckDetail::NotTried { parameters }) };
    assert_eq!(*found(&report, Item::SaleRequest), tried);
    assert_eq!(
        statuses(&counter),
        ["canceled", "succeeded", "canceled", "succeeded"],
        "cancelled, given back, declined and cancelled, authenticated and given back"
    );
    nothing_is_left(&counter).await;
    // And it says no secret, which is what makes it fit to be copied.
    let told = serde_json::to_string(&report).expect("written");
    for secret in ["sk_", "rk_", "pk_", "_secret_", "\"pi_"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

/// The same, beside one sale of this much.
async fn nothing_is_left_but(counter: &Counter, taken: i64) {
    assert_eq!(left_minor(counter), taken);
    let open: Vec<String> =
        statuses(counter).into_iter().filter(|status| status != "canceled" && status != "succeeded").collect();
    assert_eq!(open, Vec::<String>::new());
    let ledger = counter.ledger();
    let of_checks = ledger.payment_intents().filter(|intent| intent["metadata"]["countersign_check"].is_string());
    let of_checks: Vec<&str> = of_checks.filter_map(|intent| intent["id"].as_str()).collect();
    let sales = counter.till.sales(100).await;
    let of_sales: Vec<&str> = sales.iter().filter_map(|sale| sale.payment_intent.as_deref()).collect();
    assert!(of_sales.len() == 1 && !of_checks.contains(&of_sales[0]), "{of_sales:?}, and of checks {of_checks:?}");
    let report = counter.reconcile_day().await;
    assert_eq!((report.agreement, report.others.payments), (Agreement::Agrees, 0), "{report:?}");
    assert_eq!((report.books.payments, report.stripe.payments), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn in_live_mode_no_card_is_tried_and_what_only_an_act_would_show_is_not_shown() {
    let counter = Counter::open_with(Keys { secret: SECRET, live: true });
    counter.way.edit(|_, told| {
        if told["object"] == "payment_intent" {
            told["livemode"] = true.into();
        }
    });
    let report = checked(&counter, asked()).await;
    assert_eq!(not_shown(&report, CheckItem::WriteCharges), WhyNotShown::OnlyByActing);
    assert_eq!(
        *found(&report, CheckItem::KeyMode),
        CheckFound::Shown { detail: Some(CheckDetail::Mode { live: true }) }
    );
    let cards = [CheckItem::ApprovedCard, CheckItem::DeclinedCard, CheckItem::Refund, CheckItem::Challenge];
    assert!(is_shown(&report, CheckItem::CardCursor), "an empty field harms nobody");
    assert!(report.lines.iter().all(|line| !cards.contains(&line.item)), "{report:?}");
    assert_eq!(statuses(&counter), ["canceled"]);
    assert!(counter.ledger().charges().next().is_none(), "no card was tried");
    assert!(counter.ledger().requests.iter().all(|request| !request.path.ends_with("/confirm")));
}

#[tokio::test(start_paused = true)]
async fn each_line_about_the_way_to_stripe_fails_by_what_it_is_about() {
    use CheckItem::{Clock, Network, SaleRequest};
    let counter = Counter::open();
    counter.sim.faults().set_gone(true);
    let report = checked(&counter, asked()).await;
    assert_eq!(fault(&report, Network), CheckFault::Offline);
    assert_eq!(not_shown(&report, Clock), WhyNotShown::NotReached);
    assert_eq!(not_shown(&report, SaleRequest), WhyNotShown::NotReached);
    counter.sim.faults().set_gone(false);

    strike(&counter, 100, "GET", INTENTS, Moment::Before, Fault::NotJson);
    assert_eq!(fault(&checked(&counter, asked()).await, Network), CheckFault::NotStripe);
    counter.sim.faults().clear();

    strike(&counter, 100, "GET", INTENTS, Moment::Before, refused(401));
    let report = checked(&counter, asked()).await;
    assert!(is_shown(&report, Network), "Stripe answers: {report:?}");
    assert_eq!(fault(&report, CheckItem::SecretKey), CheckFault::KeyNotAccepted);
    assert_eq!(not_shown(&report, SaleRequest), WhyNotShown::LineBefore);
    counter.sim.faults().clear();

    for (off_ms, told) in
        [(3_600_000, CheckFault::ClockAhead { minutes: 60 }), (-600_000, CheckFault::ClockBehind { minutes: 10 })]
    {
        counter.clock_off_ms.store(off_ms, Ordering::Relaxed);
        assert_eq!(fault(&checked(&counter, asked()).await, Clock), told);
    }
    counter.clock_off_ms.store(0, Ordering::Relaxed);
    counter.way.without_dates.store(true, Ordering::Relaxed);
    assert_eq!(not_shown(&checked(&counter, asked()).await, Clock), WhyNotShown::NoStripeTime);
    counter.way.without_dates.store(false, Ordering::Relaxed);
    nothing_is_left(&counter).await;
}

/// A restricted key with these rights; what is not named, it may not touch.
fn restricted(rights: &[(Resource, Access)]) -> Counter {
    let counter = Counter::open_with(Keys { secret: RESTRICTED, live: false });
    let restricted_key = Some(rights.iter().copied().collect());
    counter.sim.set_account(None, AccountSettings { restricted_key, ..AccountSettings::default() }).expect("set");
    counter
}

#[tokio::test(start_paused = true)]
async fn each_right_that_is_missing_is_named_and_the_accounts_name_is_none_of_them() {
    use Access::{Read, Write};
    use Resource::{Charges, Disputes, PaymentIntents};
    let whole = [(PaymentIntents, Write), (Charges, Write), (Disputes, Read)];
    let report = checked(&restricted(&whole), asked()).await;
    assert_eq!(not_shown(&report, CheckItem::AccountName), WhyNotShown::KeyMayNotRead);
    let others = report.lines.iter().filter(|line| line.item != CheckItem::AccountName);
    assert!(others.clone().all(|line| matches!(line.result, CheckFound::Shown { .. })), "{report:#?}");

    let lacks = |report: &CheckReport, item| {
        let right = match item {
            CheckItem::ReadDisputes => KeyRight::Disputes,
            CheckItem::ReadCharges | CheckItem::Refund | CheckItem::WriteCharges => KeyRight::ChargesAndRefunds,
            _ => KeyRight::PaymentIntents,
        };
        assert_eq!(fault(report, item), CheckFault::LacksRight { right }, "{report:#?}");
    };
    let report = checked(&restricted(&[(PaymentIntents, Write), (Charges, Write)]), asked()).await;
    lacks(&report, CheckItem::ReadDisputes);
    assert!(is_shown(&report, CheckItem::ReadCharges));

    let counter = restricted(&[(PaymentIntents, Write), (Charges, Read), (Disputes, Read)]);
    let report = checked(&counter, asked()).await;
    lacks(&report, CheckItem::Refund);
    lacks(&report, CheckItem::WriteCharges);
    assert!(is_shown(&report, CheckItem::ApprovedCard) && left_minor(&counter) > 0);
    // The owner gives the key the right: what a test card has paid is given back without being asked for.
    counter.sim.set_account(None, AccountSettings::default()).expect("set");
    counter.seconds(700).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    nothing_is_left(&counter).await;

    let counter = restricted(&[(PaymentIntents, Read), (Charges, Read), (Disputes, Read)]);
    let report = checked(&counter, asked()).await;
    lacks(&report, CheckItem::SaleRequest);
    lacks(&report, CheckItem::WritePaymentIntents);
    assert_eq!(not_shown(&report, CheckItem::PublishableKey), WhyNotShown::LineBefore);
    assert_eq!(counter.payment_intents(), 0);
    // The answer was final: nothing is looked for, and no line about cancelling frightens anybody.
    assert!(report.lines.iter().all(|line| line.item != CheckItem::Cancel), "{report:#?}");
    let before = counter.ledger().requests.len();
    counter.seconds(1_400).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(counter.ledger().requests.len(), before);
}

/// The charge comes with the answer to a create, so without that right the sale's request is refused too: and the right that
/// is there is not told as missing.
#[tokio::test(start_paused = true)]
async fn a_key_that_may_not_read_charges_is_told_so_at_each_line_that_shows_one() {
    use Access::{Read, Write};
    use Resource::{Disputes, PaymentIntents};
    for expansion_checked in [Moment::Before, Moment::After] {
        let counter = Counter::open_with(Keys { secret: RESTRICTED, live: false });
        let restricted_key = Some([(PaymentIntents, Write), (Disputes, Read)].into_iter().collect());
        let settings = AccountSettings { restricted_key, expansion_checked, ..AccountSettings::default() };
        counter.sim.set_account(None, settings).expect("set");
        let report = checked(&counter, asked()).await;
        assert!(is_shown(&report, CheckItem::ReadPaymentIntents), "{report:#?}");
        let lacks = CheckFault::LacksRight { right: KeyRight::ChargesAndRefunds };
        for item in [CheckItem::ReadCharges, CheckItem::SaleRequest, CheckItem::ApprovedCard, CheckItem::DeclinedCard] {
            assert_eq!(fault(&report, item), lacks, "{item:?}, {expansion_checked:?}");
        }
        assert_eq!(not_shown(&report, CheckItem::WritePaymentIntents), WhyNotShown::LineBefore);
        let wrong = CheckFault::LacksRight { right: KeyRight::PaymentIntents };
        let is_wrong = |line: &&CheckLine| line.result == CheckFound::Failed { fault: wrong.clone() };
        assert_eq!(report.lines.iter().find(is_wrong), None);
        // With the right, whatever was made is taken away.
        counter.sim.set_account(None, AccountSettings::default()).expect("set");
        counter.later(26 * 3_600);
        counter.seconds(700).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        nothing_is_left(&counter).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_publishable_key_of_another_account_and_one_that_is_revoked_are_told_apart() {
    let counter = Counter::open();
    let other = asked_with("pk_test_anotherShop0001", Vec::new());
    assert_eq!(fault(&checked(&counter, other).await, CheckItem::PublishableKey), CheckFault::OtherAccount);
    // The first that reads a payment by its id is the page's key.
    strike(&counter, 1, "GET", "/v1/payment_intents/*", Moment::Before, refused(401));
    let report = checked(&counter, asked()).await;
    assert_eq!(fault(&report, CheckItem::PublishableKey), CheckFault::PublishableNotAccepted);
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn a_parameter_that_stripe_refuses_is_named_before_a_customer_meets_it() {
    let counter = Counter::open();
    counter.way.later_version.store(true, Ordering::Relaxed);
    let report = checked(&counter, asked()).await;
    let CheckFault::Refused { status: 400, param, .. } = fault(&report, CheckItem::SaleRequest) else {
        panic!("{report:?}")
    };
    assert_eq!(param.as_deref(), Some("payment_method_types"));
    assert_eq!(not_shown(&report, CheckItem::WritePaymentIntents), WhyNotShown::LineBefore);
    assert_eq!(counter.payment_intents(), 0);
}

#[tokio::test(start_paused = true)]
async fn payments_of_the_other_mode_are_told_and_no_card_is_tried_with_them() {
    let counter = Counter::open();
    counter.way.edit(|_, told| {
        if told["object"] == "payment_intent" {
            told["livemode"] = true.into();
        }
    });
    let report = checked(&counter, asked()).await;
    assert_eq!(fault(&report, CheckItem::KeyMode), CheckFault::OtherMode { live: true });
    use CheckItem::{ApprovedCard, Challenge, DeclinedCard, Refund, WriteCharges};
    for item in [ApprovedCard, Refund, WriteCharges, DeclinedCard, Challenge] {
        assert_eq!(not_shown(&report, item), WhyNotShown::LineBefore, "{item:?}");
    }
    let ledger = counter.ledger();
    assert_eq!((statuses(&counter), ledger.charges().count()), (vec!["canceled".to_owned()], 0), "no card was tried");
    assert_eq!(ledger.refunds().count(), 0);
    assert!(ledger.requests.iter().all(|request| !request.path.ends_with("/confirm")));
}

#[tokio::test(start_paused = true)]
async fn each_test_card_that_ends_otherwise_is_told() {
    let counter = Counter::open();
    counter.sim.decline_next("do_not_honor", 1).expect("a code");
    let report = checked(&counter, asked()).await;
    let told = fault(&report, CheckItem::ApprovedCard);
    assert!(matches!(told, CheckFault::Refused { status: 402, .. }), "{told:?}");
    assert_eq!(not_shown(&report, CheckItem::Refund), WhyNotShown::LineBefore);
    nothing_is_left(&counter).await;
    // The third create is the declined card's.
    let made = statuses(&counter).len();
    counter.sim.faults().set_latency(Latency { ms: 1_000, jitter_ms: 0 });
    counter.till.check(asked()).await.expect("begun");
    until_made(&counter, made + 2).await;
    strike(&counter, 1, "POST", INTENTS, Moment::Before, refused(500));
    let report = over(&counter).await;
    assert!(is_shown(&report, CheckItem::ApprovedCard), "{report:?}");
    assert!(matches!(fault(&report, CheckItem::DeclinedCard), CheckFault::Refused { status: 500, .. }), "{report:?}");
    strike(&counter, 3, "POST", "/v1/refunds", Moment::Before, refused(403));
    let report = checked(&counter, asked()).await;
    assert_eq!(fault(&report, CheckItem::Refund), CheckFault::LacksRight { right: KeyRight::ChargesAndRefunds });
    assert_eq!(fault(&report, CheckItem::WriteCharges), CheckFault::LacksRight { right: KeyRight::ChargesAndRefunds });
    counter.sim.faults().clear();
    // The next check takes away what that one has left, and says so: a day later, when the lost one can come no more.
    counter.later(26 * 3_600);
    let report = checked(&counter, asked()).await;
    assert!(is_shown(&report, CheckItem::Leftovers), "{report:?}");
    nothing_is_left(&counter).await;
}

/// The reports on which the browser tests and the fake core run: what the till really tells, of a till that is well and of
/// some that are not. Written with `COUNTERSIGN_WRITE_VIEWS=1`.
#[tokio::test(start_paused = true)]
async fn the_screen_is_tried_with_what_a_check_really_tells() {
    let mut reports = BTreeMap::new();
    let machine = || {
        vec![
            CheckLine::shown(CheckItem::Keyring, None),
            CheckLine::shown(CheckItem::Disk, None),
            CheckLine::shown(CheckItem::Room, None),
            CheckLine::shown(CheckItem::CardField, None),
            CheckLine::shown(CheckItem::JournalCopy, Some(CheckDetail::CopiedAt { at_ms: 1_789_990_000_000 })),
        ]
    };
    let counter = Counter::open();
    reports.insert("well", checked(&counter, asked_with(PUBLISHABLE, machine())).await);
    counter.sim.faults().set_gone(true);
    reports.insert("offline", checked(&counter, asked_with(PUBLISHABLE, machine())).await);
    counter.sim.faults().set_gone(false);
    counter.way.later_version.store(true, Ordering::Relaxed);
    reports.insert("refused", checked(&counter, asked_with("pk_test_anotherShop0001", machine())).await);
    let counter = restricted(&[(Resource::PaymentIntents, Access::Read), (Resource::Charges, Access::Read)]);
    let troubled = vec![
        CheckLine::failed(CheckItem::Keyring, CheckFault::KeyringLocked),
        CheckLine::failed(
            CheckItem::Disk,
            CheckFault::DiskNotWritten { said: "Permission denied (os error 13)".into() },
        ),
        CheckLine::failed(CheckItem::Room, CheckFault::DiskFull),
        CheckLine::failed(CheckItem::CardField, CheckFault::NoCardField),
        CheckLine::failed(CheckItem::JournalCopy, CheckFault::NoCopyFolder),
    ];
    counter.clock_off_ms.store(3_600_000, Ordering::Relaxed);
    counter.till.check(asked_with(PUBLISHABLE, troubled)).await.expect("begun");
    let click = Some(CheckHeard::Cursor(CursorTried::NeedsClick));
    reports.insert("troubled", over_with(&counter, AtWindow { cursor: click, ..ALL_WELL }).await);
    let counter = Counter::open_with(Keys { secret: SECRET, live: true });
    counter.way.edit(|_, told| {
        if told["object"] == "payment_intent" {
            told["livemode"] = true.into();
        }
    });
    reports.insert("live", checked(&counter, asked_with(PUBLISHABLE, machine())).await);
    let today = serde_json::to_string_pretty(&reports).expect("written") + "\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/shared/true_checks.json");
    if std::env::var_os("COUNTERSIGN_WRITE_VIEWS").is_some() {
        std::fs::write(&file, &today).expect("kept");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == today, "ui/shared/true_checks.json is not what a check tells; write it anew (see above)");
}
