//! What will happen: drawn from a seed, written down, and only then played.

mod draw;

use serde::{Deserialize, Serialize};

/// The cards that sales are drawn from, by what the bank does with them.
pub const CARDS: [&str; 10] = [
    "4242424242424242", // approved
    "4000000000009995", // insufficient funds
    "4000000000000002", // declined
    "4000002500003155", // challenged, then approved
    "4000002760003184", // challenged, then approved
    "4000008260003178", // challenged, then insufficient funds
    "4000008400001629", // challenged, then declined
    "4000000000007726", // approved; a refund is pending, and succeeds a minute later
    "4000000000005126", // approved; a refund succeeds, and fails a minute later
    "4000000000000259", // approved, then disputed
];

/// Stands in every note, and in nothing that the till may send.
pub const ONLY_IN_THE_SHOP: &str = "onlyintheshop";

/// Everything that happens in one world: one till, one simulator, a few sales one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Of the simulator, and of the till's ids.
    pub seed: u64,
    pub sales: Vec<SalePlan>,
    /// What the network does, by the number of the sending.
    pub network: Vec<NetworkFault>,
    /// When the machine dies.
    pub crashes: Vec<Crash>,
    /// When the disk is full, by the number of the row.
    pub disk_full: Vec<DiskFull>,
    /// Requests arrive hours after they were given up. What staff were told meanwhile can turn out wrong then: it must be
    /// found, shown with its remedy, and be right in the end. In every other world nothing told is ever wrong.
    pub very_late: bool,
    /// At the end a paid payment is gone at Stripe, as when test data is deleted.
    #[serde(default)]
    pub vanishes: bool,
}

/// What one customer and one member of staff do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalePlan {
    /// In pence.
    pub amount_minor: i64,
    /// Before it staff check the till. The sale begins whether the check has ended or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckPlan>,
    /// Staff charge it although the till warns that a sale of the same amount is open.
    pub anyway: bool,
    /// What staff type beside the amount; empty for none.
    #[serde(default)]
    pub reference: String,
    /// The same for the shop alone.
    #[serde(default)]
    pub note: String,
    /// In order.
    pub moves: Vec<Move>,
}

/// What happens around a check of the till.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckPlan {
    /// What comes of the bank's question.
    pub at_bank: AtBank,
    /// The page tells what it sees, also before it is over; otherwise it tells nothing.
    pub page_tells: bool,
    /// How long staff wait for its end.
    pub seconds: u32,
}

/// What comes of the bank's question in a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AtBank {
    /// Staff answer it.
    Decides(Decision),
    /// Nobody does.
    NobodyAnswers,
    /// Staff close the window.
    WindowIsClosed,
}

/// One thing that somebody does. What does not fit the sale as it stands is tried all the same, and refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Staff close the payment window and leave the sale as it is.
    CloseWindow,
    /// Staff press a button.
    Press {
        button: Button,
        /// The page sends the same command twice.
        twice: bool,
    },
    /// Staff give money back.
    Refund {
        share: Share,
        /// The page sends the same command twice.
        twice: bool,
    },
    /// The page sends the last refund's command once more.
    RefundAgain,
    /// Staff hold the books against Stripe.
    Reconcile,
    /// Somebody does something at Stripe itself: in the Dashboard, or with another program.
    Elsewhere(Elsewhere),
    /// Time passes with the till running.
    Wait { seconds: u32 },
    /// The machine sleeps in the middle of whatever is going on, and wakes up.
    Sleeps { seconds: u32 },
    /// The till's clock jumps; Stripe's does not.
    ClockJumps {
        /// Seconds, both ways.
        seconds: i32,
    },
    /// The disk fills up, or is freed.
    Disk {
        /// Whether it is full from now on.
        full: bool,
    },
    /// The page says whether the bank's page is on the screen, whatever is there, and never that the challenge is over.
    PageSays {
        /// It did not come up.
        missing: bool,
    },
    /// The machine is switched off, whatever is going on, and started again after a while.
    SwitchedOff { seconds: u32 },
}

/// What the customer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// Passes.
    Complete,
    /// Does not pass.
    Fail,
    /// Presses Cancel.
    Cancel,
}

/// What staff press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Button {
    /// Confirm an authenticated payment.
    Finish,
    /// The same request again.
    TryAgain,
    /// Ask Stripe now.
    LookAgain,
    /// Give up.
    Cancel,
    /// Show the bank's challenge again.
    Reopen,
    /// Keep a payment that came although the sale had been given up.
    Keep,
    /// Take note of a payment that is not this sale's.
    SetAside,
}

/// How much is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Share {
    /// So many thousandths of what is left, and at least a penny.
    Part {
        /// 1 to 999.
        permille: u16,
    },
    /// All that is left.
    All,
    /// More than is left: to be refused.
    TooMuch,
}

/// What somebody does to a sale's payment without the till.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Elsewhere {
    /// Refunds a part of it.
    Refund {
        /// Thousandths of the charge.
        permille: u16,
    },
    /// Takes another payment on the same account, which is not the till's.
    Payment,
    /// Takes so many of them: more than a page of a list holds.
    Crowd {
        payments: u16,
    },
    Cancel,
    /// Changes its amount.
    Amount,
    /// Makes its next charge a hold.
    Hold,
    /// Captures the hold.
    Capture,
    /// Takes a payment with this till's mark that its books do not have: they were lost, or are an older copy.
    LostHere,
    /// Copies the sale's payment, marks and all: a second one that names it.
    Copy,
}

/// What happens to one sending of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkFault {
    /// Which sending, counted over the whole world.
    pub sending: u32,
    /// Counted are only those that act (POST), not those that read.
    pub acting: bool,
    pub kind: NetworkKind,
}

/// What a network, a proxy or a bad day at Stripe does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NetworkKind {
    /// No connection: provably not sent.
    Refused,
    /// Lost on its way: Stripe never sees it.
    RequestLost,
    /// Stripe acts; the answer is lost.
    AnswerLost,
    /// Given up waiting for; it reaches Stripe later than that.
    Late {
        /// Seconds after it was given up: few enough for the till to wait for it.
        seconds: u32,
    },
    /// The same, so late that nobody waits for it any more.
    VeryLate {
        /// Seconds after it was given up: less than Stripe remembers a key for.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crash {
    pub at: Boundary,
    /// At the how-manieth time that it is passed.
    pub nth: u32,
}

/// Where a machine can die.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskFull {
    /// The first row, counted over the whole world.
    pub from_row: u32,
    pub rows: u32,
}
