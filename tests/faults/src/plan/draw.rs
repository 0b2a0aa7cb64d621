//! Drawing plans. How often what happens is chosen so that the rare meets the rare within some thousand worlds.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{
    AtBank, Boundary, Button, CARDS, CheckPlan, Crash, Decision, DiskFull, Elsewhere, Move, NetworkFault, NetworkKind,
    ONLY_IN_THE_SHOP, Plan, SalePlan, Share,
};

/// Sales in one world: enough for one to disturb the next.
const MOST_SALES: usize = 6;
/// One world in so many has requests that arrive hours late.
const ONE_IS_VERY_LATE_IN: u32 = 40;
/// One world in so many is switched off in the middle of a sale and started again hours later, with another clock, among
/// hundreds of other payments of the account.
const ONE_STARTS_LATE_IN: u32 = 150;
/// Told apart from the seed of everything else.
const ALSO: u64 = 0x5eed_0a15_0000_0001;
/// The same for a machine that sleeps.
const ASLEEP: u64 = 0x61_736c_6565_7021;
/// The same for what is typed beside the amount.
const BESIDE: u64 = 0x62_6573_6964_6521;
/// The same for checks of the till.
const CHECKED: u64 = 0x63_6865_636b_6564;
/// The latest of them. A key that was used within this and the till's 23 hours is still remembered: no request of the till
/// can act twice.
const LATEST_SECONDS: u32 = 20 * 3_600;

impl Plan {
    /// Draws the how-manieth plan of a run.
    #[must_use]
    pub fn of_world(seed: u64, world: u64) -> Self {
        // SplitMix64, so that neighbours have nothing in common.
        let mut z = seed.wrapping_add(world.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self::draw(z ^ (z >> 31))
    }

    #[must_use]
    pub fn draw(seed: u64) -> Self {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed);
        let very_late = rng.random_ratio(1, ONE_IS_VERY_LATE_IN);
        let mut sales: Vec<SalePlan> = Vec::new();
        for _ in 0..rng.random_range(1..=MOST_SALES) {
            let mut sale = sale(rng);
            // The same customer again, perhaps.
            if let Some(last) = sales.last().filter(|_| rng.random_ratio(1, 6)) {
                sale.amount_minor = last.amount_minor;
            }
            sales.push(sale);
        }
        let calm = rng.random_ratio(1, 8);
        let mut network: Vec<NetworkFault> =
            if calm { Vec::new() } else { (0..rng.random_range(0..6)).flat_map(|_| network(rng)).collect() };
        let crashes = (0..if calm { 0 } else { rng.random_range(0..4) }).map(|_| crash(rng)).collect();
        let disk_full = (0..u32::from(rng.random_ratio(1, 10)))
            .map(|_| DiskFull { from_row: rng.random_range(1..30), rows: rng.random_range(1..6) })
            .collect();
        if very_late {
            make_very_late(rng, &mut sales, &mut network);
        }
        if rng.random_ratio(1, ONE_STARTS_LATE_IN) {
            start_late_among_strangers(rng, &mut sales);
        }
        let vanishes = and_also(&mut ChaCha8Rng::seed_from_u64(seed ^ ALSO), &mut sales);
        fall_asleep(&mut ChaCha8Rng::seed_from_u64(seed ^ ASLEEP), &mut sales);
        write_beside(&mut ChaCha8Rng::seed_from_u64(seed ^ BESIDE), &mut sales);
        // What comes hours late is told by the number of the sending, and is to be a sale's.
        check_the_till(&mut ChaCha8Rng::seed_from_u64(seed ^ CHECKED), &mut sales[usize::from(very_late)..]);
        Self { seed, sales, network, crashes, disk_full, very_late, vanishes }
    }
}

/// What is rarer still, from numbers of its own, so that it moves nothing else: payments that only Stripe knows, or has twice,
/// a disk that stays full until it is freed, a page that never says that the challenge is over. Whether a payment vanishes.
fn and_also(rng: &mut impl Rng, sales: &mut [SalePlan]) -> bool {
    for SalePlan { moves, .. } in &mut *sales {
        if rng.random_ratio(1, 20) {
            put_in(rng, moves, &[Move::Elsewhere(Elsewhere::Copy)]);
        }
        if rng.random_ratio(1, 40) {
            put_in(rng, moves, &[Move::Elsewhere(Elsewhere::LostHere)]);
        }
        if rng.random_ratio(1, 20) {
            let says = Move::PageSays { missing: rng.random_ratio(3, 4) };
            let reopen = Move::Press { button: Button::Reopen, twice: rng.random_ratio(1, 4) };
            put_in(rng, moves, &[says, reopen]);
        }
        if rng.random_ratio(1, 60) {
            put_in(rng, moves, &[Move::Disk { full: true }]);
            // Or nobody frees it before the end of the world.
            if rng.random_ratio(2, 3) {
                moves.push(Move::Disk { full: false });
            }
        }
    }
    rng.random_ratio(1, 40)
}

/// The machine sleeps in the middle of some sales, over lunch, overnight or over a weekend: from numbers of its own too.
fn fall_asleep(rng: &mut impl Rng, sales: &mut [SalePlan]) {
    for SalePlan { moves, .. } in sales {
        if rng.random_ratio(1, 6) {
            let sleeps = Move::Sleeps { seconds: [3_700, 50_000, 220_000][rng.random_range(0..3)] };
            put_in(rng, moves, &[sleeps]);
        }
    }
}

/// Some sales have a reference, and some a note: from numbers of its own too. A form has to escape some of them, and some are as
/// long as may be.
fn write_beside(rng: &mut impl Rng, sales: &mut [SalePlan]) {
    for sale in sales {
        if rng.random_ratio(1, 2) {
            let tables = rng.random_range(1..40);
            let most = till::order::REFERENCE_MOST as usize;
            sale.reference = [
                format!("Table {tables}"),
                format!("{tables}&amount=1"),
                format!("café №{tables} = 100%+"),
                "語".repeat(most),
            ][rng.random_range(0..4)]
            .clone();
        }
        if rng.random_ratio(1, 3) {
            sale.note = format!("{ONLY_IN_THE_SHOP}: call {} back", rng.random_range(1..999));
        }
    }
}

/// Before some sales staff check the till, and some of them do not wait for its end: from numbers of its own too.
fn check_the_till(rng: &mut impl Rng, sales: &mut [SalePlan]) {
    for sale in sales {
        if rng.random_ratio(1, 12) {
            let at_bank = match rng.random_range(0..8) {
                0 => AtBank::Decides(Decision::Fail),
                1 => AtBank::Decides(Decision::Cancel),
                2 => AtBank::NobodyAnswers,
                3 => AtBank::WindowIsClosed,
                _ => AtBank::Decides(Decision::Complete),
            };
            // The last is longer than the bank is waited for.
            let seconds = [3, 15, 40, 120, 120, 700][rng.random_range(0..6)];
            sale.check = Some(CheckPlan { at_bank, page_tells: rng.random_ratio(3, 4), seconds });
        }
    }
}

fn put_in(rng: &mut impl Rng, moves: &mut Vec<Move>, new: &[Move]) {
    let at = rng.random_range(1..=moves.len());
    moves.splice(at..at, new.iter().copied());
}

/// A charge, a confirm with another card or a refund is lost and given up, and arrives hours later.
fn make_very_late(rng: &mut impl Rng, sales: &mut [SalePlan], network: &mut Vec<NetworkFault>) {
    let wait = |seconds| Move::Wait { seconds };
    // Until the till takes the call for lost.
    let waits = [wait(125), wait(125), wait(125)];
    let charge = |card| Move::Charge { card, twice: false };
    let mut moves = Vec::new();
    let first = match rng.random_range(0..6) {
        0 | 1 => {
            let refund = Move::Refund { share: share(rng), twice: false };
            let again = if rng.random_ratio(1, 2) { refund } else { Move::Refund { share: share(rng), twice: false } };
            moves.extend([charge(0), wait(5), refund]);
            moves.extend(waits);
            moves.push(again);
            2
        }
        2 | 3 => {
            let card = if rng.random_ratio(1, 2) { 0 } else { rng.random_range(0..CARDS.len()) };
            moves.push(charge(card));
            moves.extend(waits);
            1
        }
        _ => {
            let (declined, card) =
                (rng.random_range(1..3), if rng.random_ratio(1, 2) { 0 } else { rng.random_range(0..CARDS.len()) });
            moves.extend([charge(declined), wait(5), charge(card)]);
            moves.extend(waits);
            // One more card, which does not help.
            if rng.random_ratio(1, 4) {
                moves.extend([charge(declined), wait(5)]);
            }
            2
        }
    };
    if rng.random_ratio(1, 2) {
        moves.extend([Move::Press { button: Button::Cancel, twice: false }, wait(30)]);
    }
    // Staff leave it at that, or go on as they would with any other sale.
    let replaced = if rng.random_ratio(2, 3) { sales[0].moves.len() } else { 1 };
    sales[0].moves.splice(0..replaced, moves);
    let seconds = rng.random_range(600..LATEST_SECONDS);
    network.retain(|fault| !fault.acting);
    // All three sendings of the call.
    network.extend((first..first + 3).map(|sending| NetworkFault {
        sending,
        acting: true,
        kind: NetworkKind::VeryLate { seconds },
    }));
}

/// A clock that is days off when a card is tried, and right when the till is started again, or the other way round; and in
/// between more payments of others than a list's first pages hold.
fn start_late_among_strangers(rng: &mut impl Rng, sales: &mut [SalePlan]) {
    let off = [-2 * 86_400, -3_600, 0, 26 * 3_600, 2 * 86_400][rng.random_range(0..5)];
    let sale = rng.random_range(0..sales.len());
    let Some(SalePlan { moves, .. }) = sales.get_mut(sale) else { return };
    moves.insert(0, Move::ClockJumps { seconds: off });
    let at = rng.random_range(2..=moves.len().max(2)).min(moves.len());
    let back = if rng.random_ratio(3, 4) { -off } else { off };
    let closed = [600, 3_700, 20 * 3_600, 25 * 3_600][rng.random_range(0..4)];
    let crowd = Move::Elsewhere(Elsewhere::Crowd { payments: rng.random_range(110..640) });
    let after = [crowd, Move::SwitchedOff { seconds: closed }, Move::ClockJumps { seconds: back }];
    moves.splice(at..at, after);
    moves.push(Move::Press { button: Button::TryAgain, twice: false });
}

fn sale(rng: &mut impl Rng) -> SalePlan {
    let mut moves = vec![charge(rng)];
    for _ in 0..rng.random_range(0..6) {
        moves.push(next(rng));
    }
    // Half of the sales go on after the payment.
    if rng.random_ratio(1, 2) {
        moves.push(Move::Wait { seconds: rng.random_range(3..20) });
        for _ in 0..rng.random_range(1..4) {
            moves.push(afterwards(rng));
        }
    }
    let (amount_minor, anyway) = (rng.random_range(30..20_000), rng.random_ratio(1, 2));
    SalePlan { amount_minor, check: None, anyway, reference: String::new(), note: String::new(), moves }
}

fn next(rng: &mut impl Rng) -> Move {
    match rng.random_range(0..24) {
        0..5 => charge(rng),
        5..10 => Move::Decide(match rng.random_range(0..4) {
            0 => Decision::Fail,
            1 => Decision::Cancel,
            _ => Decision::Complete,
        }),
        10..12 => Move::Hint,
        12..16 => press(rng),
        16..18 => Move::Wait { seconds: rng.random_range(1..20) },
        18 => Move::Wait { seconds: [120, 3_590, 3_700, 90_000][rng.random_range(0..4)] },
        19 => Move::ClockJumps { seconds: [-90_000, -300, 300, 4_000, 90_000][rng.random_range(0..5)] },
        20 => Move::CloseWindow,
        21 => Move::Refund { share: share(rng), twice: rng.random_ratio(1, 4) },
        22 => Move::Elsewhere(match rng.random_range(0..8) {
            0 => Elsewhere::Cancel,
            1 => Elsewhere::Amount,
            2 | 3 => Elsewhere::Hold,
            4 => Elsewhere::Capture,
            5 | 6 => Elsewhere::Payment,
            _ => Elsewhere::Refund { permille: rng.random_range(1..=1_000) },
        }),
        _ => Move::Reconcile,
    }
}

/// What happens to a sale that is paid, more often than not.
fn afterwards(rng: &mut impl Rng) -> Move {
    match rng.random_range(0..16) {
        0..7 => Move::Refund { share: share(rng), twice: rng.random_ratio(1, 4) },
        7 => Move::RefundAgain,
        8 => Move::Elsewhere(Elsewhere::Refund { permille: rng.random_range(1..=1_000) }),
        9..12 => Move::Wait { seconds: [2, 5, 70, 120][rng.random_range(0..4)] },
        12 => Move::Wait { seconds: 90_000 },
        13 => Move::Press { button: Button::LookAgain, twice: false },
        14 => Move::Reconcile,
        _ => press(rng),
    }
}

fn press(rng: &mut impl Rng) -> Move {
    let button = match rng.random_range(0..16) {
        0..3 => Button::TryAgain,
        3..6 => Button::LookAgain,
        6..9 => Button::Finish,
        9 => Button::Reopen,
        10 => Button::Keep,
        11 => Button::SetAside,
        _ => Button::Cancel,
    };
    Move::Press { button, twice: rng.random_ratio(1, 6) }
}

fn share(rng: &mut impl Rng) -> Share {
    match rng.random_range(0..8) {
        0 => Share::TooMuch,
        1..4 => Share::All,
        _ => Share::Part { permille: rng.random_range(1..1_000) },
    }
}

fn charge(rng: &mut impl Rng) -> Move {
    let card = if rng.random_ratio(1, 3) { 0 } else { rng.random_range(0..CARDS.len()) };
    Move::Charge { card, twice: rng.random_ratio(1, 6) }
}

/// Faults come in bursts: one lost answer is met by a retry, three in a row are not.
fn network(rng: &mut impl Rng) -> Vec<NetworkFault> {
    let acting = rng.random_ratio(2, 3);
    let from = rng.random_range(1..if acting { 14 } else { 50 });
    let kind = match rng.random_range(0..9) {
        0 => NetworkKind::Refused,
        1 => NetworkKind::RequestLost,
        2 | 3 => NetworkKind::AnswerLost,
        4 => NetworkKind::Late { seconds: rng.random_range(0..80) },
        5 => NetworkKind::StatusBefore([401, 403, 409, 424, 429, 500, 502][rng.random_range(0..7)]),
        6 => NetworkKind::StatusAfter([500, 502, 503][rng.random_range(0..3)]),
        7 => NetworkKind::Torn,
        _ => NetworkKind::NotJson,
    };
    let many = [1, 2, 3, 3, 4, 8][rng.random_range(0..6)];
    (from..from + many).map(|sending| NetworkFault { sending, acting, kind }).collect()
}

fn crash(rng: &mut impl Rng) -> Crash {
    let at = [Boundary::BeforeRow, Boundary::AfterRow, Boundary::BeforeSending, Boundary::BeforeAnswer]
        [rng.random_range(0..4)];
    Crash { at, nth: rng.random_range(1..25) }
}
