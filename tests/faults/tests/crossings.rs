//! The machine dies at every row and every call of three sales, one after the other until none is left.

use countersign_faults::plan::{Boundary, Button, Crash, Decision, Move, Plan, SalePlan, Share};
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
    let sales = sales.iter().enumerate().map(|(at, moves)| SalePlan {
        amount_minor: 2_500 + i64::try_from(at).expect("few"),
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
    let mut deaths = 0;
    for at in [Boundary::BeforeRow, Boundary::AfterRow, Boundary::BeforeSending, Boundary::BeforeAnswer] {
        for nth in 1.. {
            match run::play(&plan(sales, vec![Crash { at, nth }])) {
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
