//! The machine dies at every row and every call of three sales, one after the other until none is left.

use countersign_faults::plan::{
    AtBank, Boundary, Button, CheckPlan, Crash, Decision, Move, NetworkFault, NetworkKind, Plan, SalePlan, Share,
};
use countersign_faults::run::{self, Summary};

fn wait(seconds: u32) -> Move {
    Move::Wait { seconds }
}

fn charge(card: usize) -> Move {
    Move::Charge { card, twice: false }
}

fn press(button: Button) -> Move {
    Move::Press { button, twice: false }
}

fn refund(share: Share) -> Move {
    Move::Refund { share, twice: false }
}

/// A world without faults but these.
fn plan(sales: &[&[Move]], crashes: Vec<Crash>) -> Plan {
    plan_after(None, sales, crashes)
}

/// The same, with a check of the till before the first sale.
fn plan_after(check: Option<CheckPlan>, sales: &[&[Move]], crashes: Vec<Crash>) -> Plan {
    let sales = sales.iter().enumerate().map(|(at, moves)| SalePlan {
        amount_minor: 2_500 + i64::try_from(at).expect("few"),
        check: check.filter(|_| at == 0),
        anyway: true,
        reference: String::new(),
        note: String::new(),
        moves: moves.to_vec(),
    });
    let sales = sales.collect();
    Plan { seed: 1, sales, network: Vec::new(), crashes, disk_full: Vec::new(), very_late: false, vanishes: false }
}

/// Plays it with a death at each crossing of each boundary. How many there were.
fn die_everywhere(sales: &[&[Move]]) -> u32 {
    die_everywhere_after(None, sales)
}

fn die_everywhere_after(check: Option<CheckPlan>, sales: &[&[Move]]) -> u32 {
    let mut deaths = 0;
    for at in [Boundary::BeforeRow, Boundary::AfterRow, Boundary::BeforeSending, Boundary::BeforeAnswer] {
        for nth in 1.. {
            match run::play(&plan_after(check, sales, vec![Crash { at, nth }])) {
                // It was not crossed so often: none is left.
                Ok(Summary { restarts: 0, .. }) => break,
                Ok(summary) => assert_eq!(summary.sales, sales.len() as u64, "{at:?} {nth}: {summary:?}"),
                Err(broken) => panic!("a death at {at:?}, the {nth}th: {}\n{}", broken.what, broken.books),
            }
            deaths += 1;
        }
    }
    deaths
}

fn undisturbed(sales: &[&[Move]]) -> Summary {
    run::play(&plan(sales, Vec::new())).unwrap_or_else(|broken| panic!("{}\n{}", broken.what, broken.books))
}

#[test]
fn an_approved_sale_survives_a_death_anywhere() {
    let sale: &[Move] = &[charge(0), wait(5)];
    assert_eq!(undisturbed(&[sale]).approved, 1);
    let deaths = die_everywhere(&[sale]);
    // Two rows and the first answer's row, a call and what the start asks.
    assert!(deaths >= 10, "{deaths} deaths");
}

#[test]
fn a_challenged_sale_survives_a_death_anywhere() {
    let sale: &[Move] =
        &[charge(1), wait(3), charge(3), wait(3), Move::Decide(Decision::Complete), Move::Hint, wait(5)];
    assert_eq!(undisturbed(&[sale]).approved, 1);
    let deaths = die_everywhere(&[sale]);
    assert!(deaths >= 20, "{deaths} deaths");
}

#[test]
fn a_refund_in_parts_and_a_cancel_survive_a_death_anywhere() {
    let part = refund(Share::Part { permille: 400 });
    let refunded: &[Move] = &[charge(0), wait(5), part, wait(5), part, wait(5), refund(Share::All), wait(5)];
    let cancelled: &[Move] = &[charge(1), wait(5), press(Button::Cancel), wait(5)];
    let summary = undisturbed(&[refunded, cancelled]);
    assert_eq!((summary.approved, summary.refunds), (1, 3), "{summary:?}");
    let deaths = die_everywhere(&[refunded, cancelled]);
    assert!(deaths >= 40, "{deaths} deaths");
}

/// At each row that a check writes and each call that it makes: the next start takes away what is there, whatever the bank has
/// been asked, and a sale is served meanwhile.
#[test]
fn a_check_of_the_till_survives_a_death_anywhere() {
    let sale: &[Move] = &[charge(0), wait(5)];
    for at_bank in [AtBank::Decides(Decision::Complete), AtBank::Decides(Decision::Fail), AtBank::WindowIsClosed] {
        let check = Some(CheckPlan { at_bank, page_tells: true, seconds: 120 });
        let calm = run::play(&plan_after(check, &[sale], Vec::new())).expect("a world without a death");
        let paid_by_a_check = if at_bank == AtBank::Decides(Decision::Complete) { 2 } else { 1 };
        assert_eq!((calm.approved, calm.checks_given_back), (1, paid_by_a_check), "{at_bank:?}: {calm:?}");
        let deaths = die_everywhere_after(check, &[sale]);
        // Four payments, each with its rows and calls.
        assert!(deaths >= 80, "{at_bank:?}: {deaths} deaths");
    }
}

/// The bank has no answer, and the sale begins in the middle of it.
#[test]
fn a_sale_that_begins_in_mid_check_leaves_nothing_of_it() {
    let sale: &[Move] = &[charge(0), wait(5)];
    for seconds in (0..60).step_by(3) {
        let check = Some(CheckPlan { at_bank: AtBank::NobodyAnswers, page_tells: seconds % 2 == 0, seconds });
        let played = run::play(&plan_after(check, &[sale, sale], Vec::new()));
        let summary = played.unwrap_or_else(|broken| panic!("after {seconds} s: {}\n{}", broken.what, broken.books));
        assert_eq!(summary.approved, 2, "after {seconds} s: {summary:?}");
    }
}

/// Three sendings in a row come to grief, from each call of a check on: what it says went well did, and nothing of it stays.
#[test]
fn a_check_of_the_till_survives_three_lost_calls_anywhere() {
    let sale: &[Move] = &[charge(0), wait(5)];
    let kinds = [
        NetworkKind::Refused,
        NetworkKind::RequestLost,
        NetworkKind::AnswerLost,
        NetworkKind::Late { seconds: 70 },
        NetworkKind::StatusBefore(403),
        NetworkKind::StatusAfter(500),
    ];
    for at_bank in [AtBank::Decides(Decision::Complete), AtBank::WindowIsClosed] {
        for (kind, first) in kinds.into_iter().flat_map(|kind| (1..=9).map(move |first| (kind, first))) {
            let check = Some(CheckPlan { at_bank, page_tells: true, seconds: 700 });
            let mut plan = plan_after(check, &[sale], Vec::new());
            plan.network = (first..first + 3).map(|sending| NetworkFault { sending, acting: true, kind }).collect();
            if let Err(broken) = run::play(&plan) {
                panic!("{at_bank:?}, {kind:?} from the {first}th: {}\n{}", broken.what, broken.books);
            }
        }
    }
}
