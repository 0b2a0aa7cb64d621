//! What will happen: drawn from a seed, written down, and only then played.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The cards that sales are drawn from, by what the bank does with them.
pub const CARDS: [&str; 7] = [
    "4242424242424242", // approved
    "4000000000009995", // insufficient funds
    "4000000000000002", // declined
    "4000002500003155", // challenged, then approved
    "4000002760003184", // challenged, then approved
    "4000008260003178", // challenged, then insufficient funds
    "4000008400001629", // challenged, then declined
];

/// Everything that happens in one world: one till, one simulator, a few sales one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Of the simulator, and of the till's ids.
    pub seed: u64,
    /// The sales.
    pub sales: Vec<SalePlan>,
    /// What the network does, by the number of the sending.
    pub network: Vec<NetworkFault>,
    /// When the machine dies.
    pub crashes: Vec<Crash>,
    /// When the disk is full, by the number of the row.
    pub disk_full: Vec<DiskFull>,
}

/// What one customer and one member of staff do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalePlan {
    /// In pence.
    pub amount_minor: i64,
    /// In order.
    pub moves: Vec<Move>,
}

/// One thing that somebody does. What does not fit the sale as it stands is tried all the same, and refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Staff key a card and press Charge.
    Charge {
        /// Into [`CARDS`].
        card: usize,
        /// The page sends the same command twice.
        twice: bool,
    },
    /// The customer decides the bank's challenge.
    Decide(Decision),
    /// The page says that the challenge is over, whether it is or not.
    Hint,
    /// Staff press Finish, Try again, Look again or Cancel.
    Press(Button),
    /// Time passes with the till running.
    Wait {
        /// Seconds.
        seconds: u32,
    },
    /// The till's clock jumps; Stripe's does not.
    ClockJumps {
        /// Seconds, both ways.
        seconds: i32,
    },
}

/// What the customer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Passes.
    Complete,
    /// Does not pass.
    Fail,
    /// Presses Cancel.
    Cancel,
}

/// What staff press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Confirm an authenticated payment.
    Finish,
    /// The same request again.
    TryAgain,
    /// Ask Stripe now.
    LookAgain,
    /// Give up.
    Cancel,
}

/// What happens to one sending of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkFault {
    /// Which sending, counted over the whole world.
    pub sending: u32,
    /// What.
    pub kind: NetworkKind,
}

/// What a network, a proxy or a bad day at Stripe does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkKind {
    /// No connection: provably not sent.
    Refused,
    /// Lost on its way: Stripe never sees it.
    RequestLost,
    /// Stripe acts; the answer is lost.
    AnswerLost,
    /// Given up waiting for; it reaches Stripe later than that.
    Late {
        /// Seconds after it was given up.
        seconds: u32,
    },
    /// An error status before Stripe acted.
    StatusBefore(u16),
    /// Stripe acts, and a proxy answers with an error.
    StatusAfter(u16),
    /// Stripe acts; half of the answer arrives.
    Torn,
    /// Stripe acts; something else answers 200.
    NotJson,
}

/// When the machine dies, and with it all that is not on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crash {
    /// Where.
    pub at: Boundary,
    /// At the how-manieth time that it is passed.
    pub nth: u32,
}

/// Where a machine can die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// A row was about to be written.
    BeforeRow,
    /// A row was written.
    AfterRow,
    /// A request was about to be sent.
    BeforeSending,
    /// Stripe has acted; the answer was about to be heard.
    BeforeAnswer,
}

/// Rows that find no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskFull {
    /// The first row, counted over the whole world.
    pub from_row: u32,
    /// How many.
    pub rows: u32,
}

/// Sales in one world: enough for one to disturb the next.
const MOST_SALES: usize = 4;

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

    /// Draws a plan.
    #[must_use]
    pub fn draw(seed: u64) -> Self {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed);
        let sales = (0..rng.random_range(1..=MOST_SALES)).map(|_| sale(rng)).collect();
        let calm = rng.random_ratio(1, 8);
        let network = if calm { Vec::new() } else { (0..rng.random_range(0..6)).flat_map(|_| network(rng)).collect() };
        let crashes = (0..if calm { 0 } else { rng.random_range(0..4) }).map(|_| crash(rng)).collect();
        let disk_full = (0..u32::from(rng.random_ratio(1, 10)))
            .map(|_| DiskFull { from_row: rng.random_range(1..30), rows: rng.random_range(1..6) })
            .collect();
        Self { seed, sales, network, crashes, disk_full }
    }
}

fn sale(rng: &mut impl Rng) -> SalePlan {
    let mut moves = vec![charge(rng)];
    for _ in 0..rng.random_range(0..6) {
        moves.push(match rng.random_range(0..20) {
            0..5 => charge(rng),
            5..10 => Move::Decide(match rng.random_range(0..4) {
                0 => Decision::Fail,
                1 => Decision::Cancel,
                _ => Decision::Complete,
            }),
            10..12 => Move::Hint,
            12..16 => Move::Press(match rng.random_range(0..5) {
                0 => Button::TryAgain,
                1 => Button::LookAgain,
                2 => Button::Finish,
                _ => Button::Cancel,
            }),
            16..18 => Move::Wait { seconds: rng.random_range(1..20) },
            18 => Move::Wait { seconds: [120, 3_590, 3_700, 90_000][rng.random_range(0..4)] },
            _ => Move::ClockJumps { seconds: [-90_000, -300, 300, 4_000, 90_000][rng.random_range(0..5)] },
        });
    }
    SalePlan { amount_minor: rng.random_range(30..20_000), moves }
}

fn charge(rng: &mut impl Rng) -> Move {
    let card = if rng.random_ratio(1, 3) { 0 } else { rng.random_range(0..CARDS.len()) };
    Move::Charge { card, twice: rng.random_ratio(1, 6) }
}

/// Faults come in bursts: one lost answer is met by a retry, three in a row are not.
fn network(rng: &mut impl Rng) -> Vec<NetworkFault> {
    let from = rng.random_range(1..40);
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
    (from..from + [1, 2, 3, 3, 4, 8][rng.random_range(0..6)]).map(|sending| NetworkFault { sending, kind }).collect()
}

fn crash(rng: &mut impl Rng) -> Crash {
    let at = [Boundary::BeforeRow, Boundary::AfterRow, Boundary::BeforeSending, Boundary::BeforeAnswer]
        [rng.random_range(0..4)];
    Crash { at, nth: rng.random_range(1..25) }
}
