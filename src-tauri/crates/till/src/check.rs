//! "Check this till": the owner's own proof of what no machine on which it was built could try. Line by line, as facts.
//!
//! It runs beside the coordinator, which moves money and nothing else, and asks it for the rows that have to be in the
//! journal ([`book`]). What it makes at Stripe is on record before it is sent ([`payment`]), carries a mark of its own and no
//! sale's, and is taken away again ([`ending`]): after its line, and by the next start where the till was killed meanwhile.
//! A sale that begins ends a check: what it left behind is taken away while the customer is served.
//!
//! What needs the payment window comes last, in one showing ([`window`]): whether the card field takes the cursor, and in test
//! and training mode a bank's challenge, which staff answer.
//!
//! A right that nothing but an act would show is "not shown": no line is a guess.

pub(crate) mod book;
pub(crate) mod ending;
mod machine;
pub(crate) mod payment;
pub(crate) mod run;
mod told;
pub(crate) mod window;

pub use machine::disk_and_room;
pub use payment::{CHECK_METADATA, CheckEvent, CheckRow, Ended, Tries};
pub use run::CheckAsked;
pub use told::{
    CheckDetail, CheckFault, CheckFound, CheckItem, CheckLine, CheckReport, CheckStands, KeyRight, WhyNotShown,
};
pub use window::{CheckHeard, CheckShows, CheckStep, CursorTried};
