//! What a check needs the payment window for: the cursor in the card field, and a bank's challenge, which staff answer. The page
//! is never believed about money, and whatever comes between, nothing is left.

use super::*;
use till::CheckId;
use till::OsEntropy;

const CURSOR: CheckItem = CheckItem::CardCursor;
const CHALLENGE: CheckItem = CheckItem::Challenge;

/// Begins a check and serves it as far as the bank's challenge.
async fn as_far_as_the_challenge(counter: &Counter) {
    counter.till.check(asked()).await.expect("begun");
    for _ in 0..1_000 {
        if challenge_is_shown(counter) {
            return;
        }
        serve(counter, ALL_WELL).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no challenge: {:?}", counter.till.checked().borrow());
}

fn confirms(counter: &Counter) -> usize {
    counter.ledger().requests.iter().filter(|request| request.path.ends_with("/confirm")).count()
}

#[tokio::test(start_paused = true)]
async fn a_challenge_that_staff_complete_is_confirmed_once_and_given_back_and_the_window_is_left() {
    let counter = Counter::open();
    let report = checked(&counter, asked()).await;
    assert!(is_shown(&report, CHALLENGE) && is_shown(&report, CURSOR), "{report:#?}");
    assert_eq!((confirms(&counter), counter.ledger().refunds().count()), (1, 2));
    assert!(step(&counter).is_none(), "nothing of it stays in the window, and no client secret");
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn the_till_finds_out_by_itself_when_the_page_tells_nothing() {
    let counter = Counter::open();
    counter.till.check(asked()).await.expect("begun");
    let report = over_with(&counter, AtWindow { says: None, ..ALL_WELL }).await;
    assert!(is_shown(&report, CHALLENGE), "{report:#?}");
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn what_the_page_says_confirms_nothing_and_what_is_said_of_another_check_is_not_heard() {
    let counter = Counter::open();
    as_far_as_the_challenge(&counter).await;
    let check = step(&counter).expect("the challenge").check;
    let other = CheckId::new(&OsEntropy);
    for heard in [CheckHeard::Closed, CheckHeard::NoWindow] {
        counter.till.check_heard(other, heard).await;
    }
    for _ in 0..20 {
        counter.till.check_heard(check, CheckHeard::ChallengeOver).await;
        counter.till.check_heard(check, CheckHeard::Cursor(CursorTried::There)).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(confirms(&counter), 0, "Stripe says that the bank still waits");
    assert!(challenge_is_shown(&counter));
    let report = over(&counter).await;
    assert!(is_shown(&report, CHALLENGE), "{report:#?}");
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn a_challenge_that_is_not_passed_is_told_and_charges_nobody() {
    for outcome in [Outcome::Fail, Outcome::Cancel] {
        let counter = Counter::open();
        counter.till.check(asked()).await.expect("begun");
        let report = over_with(&counter, AtWindow { bank: Some(outcome), ..ALL_WELL }).await;
        assert_eq!(fault(&report, CHALLENGE), CheckFault::NotAuthenticated, "{outcome:?}");
        assert_eq!((confirms(&counter), counter.ledger().refunds().count()), (0, 1));
        nothing_is_left(&counter).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_window_that_staff_close_and_a_bank_that_nobody_answers_show_nothing() {
    let closed = AtWindow { bank: None, says: Some(CheckHeard::Closed), ..ALL_WELL };
    let taken = AtWindow { bank: None, says: Some(CheckHeard::NoWindow), ..ALL_WELL };
    let nobody = AtWindow { bank: None, says: None, ..ALL_WELL };
    let on_and_on = AtWindow { bank: None, says: Some(CheckHeard::ChallengeOver), ..ALL_WELL };
    for (at_window, why) in [
        (closed, WhyNotShown::WindowClosed),
        (taken, WhyNotShown::NoWindow),
        (nobody, WhyNotShown::NotAnswered),
        (on_and_on, WhyNotShown::NotAnswered),
    ] {
        let counter = Counter::open();
        counter.till.check(asked()).await.expect("begun");
        let report = over_with(&counter, at_window).await;
        assert_eq!((report.stands, not_shown(&report, CHALLENGE)), (CheckStands::Done, why));
        assert_eq!(confirms(&counter), 0, "{why:?}");
        assert_eq!(statuses(&counter).last().map(String::as_str), Some("canceled"));
        nothing_is_left(&counter).await;
    }
}

/// What stays open at Stripe is told before that the window was closed, and is taken away once Stripe can be asked.
#[tokio::test(start_paused = true)]
async fn a_payment_that_cannot_be_cancelled_when_the_window_is_closed_is_told_as_open() {
    let counter = Counter::open();
    as_far_as_the_challenge(&counter).await;
    strike(&counter, 1_000, "POST", "/v1/payment_intents/*/cancel", Moment::Before, Fault::Drop);
    let closed = AtWindow { bank: None, says: Some(CheckHeard::Closed), ..ALL_WELL };
    let report = over_with(&counter, closed).await;
    assert_eq!(fault(&report, CHALLENGE), CheckFault::Offline);
    assert_eq!(statuses(&counter).last().map(String::as_str), Some("requires_action"));
    counter.sim.faults().clear();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        counter.seconds(700).await;
    }
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn the_cursor_is_told_as_it_was_seen_and_as_not_shown_where_it_was_not() {
    for (tried, expected) in [
        (CursorTried::NotInFront, WhyNotShown::WindowNotInFront),
        (CursorTried::Touched, WhyNotShown::Touched),
        (CursorTried::NoField, WhyNotShown::LineBefore),
    ] {
        let counter = Counter::open();
        counter.till.check(asked()).await.expect("begun");
        let report = over_with(&counter, AtWindow { cursor: Some(CheckHeard::Cursor(tried)), ..ALL_WELL }).await;
        assert_eq!(not_shown(&report, CURSOR), expected);
        assert!(is_shown(&report, CHALLENGE), "the challenge needs no cursor: {report:#?}");
    }
    let counter = Counter::open();
    counter.till.check(asked()).await.expect("begun");
    let click = Some(CheckHeard::Cursor(CursorTried::NeedsClick));
    let report = over_with(&counter, AtWindow { cursor: click, ..ALL_WELL }).await;
    assert_eq!(fault(&report, CURSOR), CheckFault::CursorNeedsClick);
    // A page that tells nothing shows nothing.
    counter.till.check(asked()).await.expect("begun");
    let report = over_with(&counter, AtWindow { cursor: None, ..ALL_WELL }).await;
    assert_eq!(not_shown(&report, CURSOR), WhyNotShown::NoWindow);
    assert!(is_shown(&report, CHALLENGE), "{report:#?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_window_no_card_is_tried_that_would_need_one() {
    for (heard, why) in [(CheckHeard::Closed, WhyNotShown::WindowClosed), (CheckHeard::NoWindow, WhyNotShown::NoWindow)]
    {
        let counter = Counter::open();
        counter.till.check(asked()).await.expect("begun");
        let report = over_with(&counter, AtWindow { cursor: Some(heard), ..ALL_WELL }).await;
        assert_eq!((not_shown(&report, CURSOR), not_shown(&report, CHALLENGE)), (why, why));
        assert_eq!(statuses(&counter), ["canceled", "succeeded", "canceled"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_confirm_that_cannot_be_written_down_is_not_sent() {
    let counter = Counter::open();
    as_far_as_the_challenge(&counter).await;
    counter.disk_full.store(true, Ordering::Relaxed);
    let report = over(&counter).await;
    assert!(matches!(fault(&report, CHALLENGE), CheckFault::NotOnRecord { .. }), "{report:?}");
    assert_eq!(confirms(&counter), 0);
    counter.disk_full.store(false, Ordering::Relaxed);
    counter.seconds(700).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn a_confirm_whose_answer_is_lost_is_no_success_and_is_given_back() {
    let counter = Counter::open();
    as_far_as_the_challenge(&counter).await;
    strike(&counter, 100, "POST", "/v1/payment_intents/*/confirm", Moment::After, Fault::Drop);
    let report = over(&counter).await;
    assert_eq!(fault(&report, CHALLENGE), CheckFault::Offline);
    counter.seconds(700).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(statuses(&counter).last().map(String::as_str), Some("succeeded"));
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn money_that_does_not_come_back_is_told_at_the_challenge_too() {
    let counter = Counter::open();
    as_far_as_the_challenge(&counter).await;
    strike(&counter, 3, "POST", "/v1/refunds", Moment::Before, refused(403));
    let report = over(&counter).await;
    assert_eq!(fault(&report, CHALLENGE), CheckFault::LacksRight { right: KeyRight::ChargesAndRefunds });
    counter.sim.faults().clear();
    counter.seconds(700).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn a_till_that_is_killed_in_the_challenge_cancels_at_the_next_start_and_shows_it_to_nobody() {
    let counter = Counter::open();
    as_far_as_the_challenge(&counter).await;
    let counter = counter.crash_and_start_again().await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(step(&counter).is_none());
    assert_eq!((statuses(&counter).last().map(String::as_str), confirms(&counter)), (Some("canceled"), 0));
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn a_till_that_is_killed_while_it_confirms_gives_back_at_the_next_start() {
    let counter = Counter::open();
    as_far_as_the_challenge(&counter).await;
    strike(&counter, 1, "POST", "/v1/payment_intents/*/confirm", Moment::After, Fault::Delay { ms: 300_000 });
    serve(&counter, ALL_WELL).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(confirms(&counter), 1, "it is at Stripe, and the till has not heard of it");
    let counter = counter.crash_and_start_again().await;
    tokio::time::sleep(Duration::from_secs(400)).await;
    counter.seconds(10).await;
    assert_eq!((confirms(&counter), counter.ledger().refunds().count()), (1, 2));
    nothing_is_left(&counter).await;
}

#[tokio::test(start_paused = true)]
async fn a_sale_that_begins_takes_the_window_from_the_challenge() {
    let counter = Counter::open();
    as_far_as_the_challenge(&counter).await;
    let sale = counter.sell("25.00").await;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(step(&counter).is_none());
    assert_eq!(over(&counter).await.stands, CheckStands::Stopped);
    let view = counter.pay(sale, APPROVED).await;
    assert!(matches!(view.stage, till::view::StageView::Approved { .. }));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!((confirms(&counter), counter.taken_minor(sale)), (0, 2_500));
    let open = statuses(&counter).into_iter().filter(|status| status == "requires_action").count();
    assert_eq!(open, 0, "what it had made is taken away meanwhile");
}
