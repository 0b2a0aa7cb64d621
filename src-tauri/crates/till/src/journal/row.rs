//! One row of the journal: what happened, about what, when, and whose doing it was.

use stripe_client::RequestId;

use crate::clock::When;
use crate::event::Event;
use crate::ids::SaleId;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub about: Subject,
    pub when: When,
    /// Which row about it, from 1: no two rows about one subject have the same.
    pub revision: u32,
    /// Whose doing it is.
    pub by: Author,
    /// Stripe's number for the request whose answer this is, where it is one and Stripe told it. For its support.
    pub request: Option<RequestId>,
    pub event: Event,
}

/// What a row is about. So far rows are about sales, and about checks of the till ([`crate::check::CheckRow`]); the journal has
/// room for others (a day, the staff, the catalogue, the till itself), whose rows this version would leave unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Sale(SaleId),
}

impl Subject {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Sale(_) => SALE,
        }
    }

    pub(super) fn id(self) -> String {
        match self {
            Self::Sale(sale) => sale.to_string(),
        }
    }
}

/// How rows about sales are marked.
const SALE: &str = "sale";
/// How rows about checks are marked.
pub(super) const CHECK: &str = "check";

/// Whose doing a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// Somebody at the till asked for it. Who it was, this version does not ask.
    Staff,
    /// The till itself: it wrote down what it heard, or went on with what staff had begun.
    Till,
    /// It was written before rows had authors, or by a version that knows more kinds of them.
    NotTold,
}

impl Author {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Till => "till",
            Self::NotTold => "",
        }
    }

    pub(super) fn read(text: &str) -> Self {
        match text {
            "staff" => Self::Staff,
            "till" => Self::Till,
            _ => Self::NotTold,
        }
    }
}
