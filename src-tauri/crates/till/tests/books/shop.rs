//! A journal with sales in it, written by hand: the books are asked about rows, whoever wrote them.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use stripe_client::{IdempotencyKey, PaymentMethodId};
use till::books::{Books, Page, ReadAs, Wanted};
use till::call::Call;
use till::clock::When;
use till::currency::Currency;
use till::event::Event;
use till::journal::{Author, Entry, Journal, Line, Start, Subject};
use till::locale::Locale;
use till::machine;
use till::money::Money;
use till::order::Order;
use till::sale::{Purpose, Sale};
use till::{AttemptId, OsEntropy, RefundId, SaleId, TillId};

/// 1 December 2026, noon in London.
pub(crate) const NOON_MS: i64 = 1_796_126_400_000;
pub(crate) const HOUR_MS: i64 = 3_600_000;
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;

pub(crate) struct Shop {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) journal: Journal,
    pub(crate) last: u32,
}

/// What becomes of a sale.
#[derive(Clone, Copy)]
pub(crate) enum Becomes {
    Paid,
    /// Paid, and some of it given back an hour later.
    Refunded(i64),
    Declined,
    Cancelled,
    /// Left as it was opened.
    Open,
    /// A call is out.
    Submitted,
    /// The till stopped while a call was out: nobody knows whether it was paid.
    Lost,
}

pub(crate) struct Sold<'a> {
    pub(crate) code: &'static str,
    pub(crate) minor: i64,
    pub(crate) at_ms: i64,
    pub(crate) reference: &'a str,
    pub(crate) note: &'a str,
    pub(crate) last4: &'static str,
    pub(crate) becomes: Becomes,
}

impl Default for Sold<'_> {
    fn default() -> Self {
        let (reference, note) = ("", "");
        Self { code: "GBP", minor: 2_500, at_ms: NOON_MS, reference, note, last4: "4242", becomes: Becomes::Paid }
    }
}

pub(crate) fn start() -> Start {
    Start { till: TillId::new(&OsEntropy), at_ms: 1 }
}

pub(crate) fn reading(tag: &'static str, code: &'static str) -> ReadAs {
    ReadAs {
        locale: Locale::by_tag(tag).expect("a locale"),
        currency: Currency::by_code(code).expect("a currency"),
        live: false,
    }
}

impl Shop {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(&folder.path().join("live.sqlite"), "live", start()).expect("a journal");
        Self { folder, journal, last: 0 }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("live.sqlite")
    }

    /// The till is closed, and another one started on its journal.
    pub(crate) fn start_again(self) -> Self {
        let Self { folder, journal, last } = self;
        drop(journal);
        let journal = Journal::open(&folder.path().join("live.sqlite"), "live", start()).expect("the journal");
        Self { folder, journal, last }
    }

    /// Nobody has it open any more: it stands as it was left.
    pub(crate) fn close(self) -> Self {
        let Self { folder, journal, last } = self;
        drop(journal);
        Self { folder, journal: Journal::in_memory(start()).expect("a journal"), last }
    }

    /// Changes the file behind the till's back.
    pub(crate) fn bend(path: &Path, sql: &str) {
        Connection::open(path).expect("the file").execute_batch(sql).expect("bent");
    }

    pub(crate) fn sell(&mut self, sold: Sold<'_>) -> Sale {
        self.last += 1;
        let locale = Locale::by_tag("en-GB").expect("en-GB");
        let money =
            Money::new(sold.minor, Currency::by_code(sold.code).expect("a currency"), locale).expect("an amount");
        let order = Order::typed(money, sold.reference, sold.note).expect("an order");
        let id = SaleId::new(&OsEntropy);
        let opened = Event::opened(order, self.last);
        let when = When { at_ms: sold.at_ms, stripe_ms: Some(sold.at_ms) };
        let mut sale = machine::open(id, &opened, when).expect("a sale");
        self.write(&sale, opened, when);
        for (event, later_ms) in events(&sale, &sold) {
            let when = When { at_ms: sold.at_ms + later_ms, stripe_ms: Some(sold.at_ms + later_ms) };
            sale = machine::step(&sale, &event, when).expect("it can follow").0;
            self.write(&sale, event, when);
        }
        sale
    }

    /// Something more happens to a sale, a minute after it was opened.
    pub(crate) fn goes_on(&mut self, sale: &Sale, event: Event) -> Sale {
        let when = When::by_the_till(sale.opened_at_ms + 60_000);
        let after = machine::step(sale, &event, when).expect("it can follow").0;
        self.write(&after, event, when);
        after
    }

    fn write(&mut self, sale: &Sale, event: Event, when: When) {
        let entry = Entry {
            about: Subject::Sale(sale.id),
            when,
            revision: sale.revision,
            by: Author::Staff,
            request: None,
            event,
        };
        self.journal.append(&entry, &Line::of(sale)).expect("written");
    }

    pub(crate) fn books(&self) -> Books {
        Books::open(&self.path()).expect("the books")
    }

    /// The numbers of the sales that are found.
    pub(crate) async fn found(&self, text: &str) -> Vec<u32> {
        let wanted = Wanted { text: text.to_owned(), ..Wanted::default() };
        numbers(&self.books().find(wanted, None, reading("en-GB", "GBP")).await.expect("an answer"))
    }

    pub(crate) fn agree(&self) {
        assert_eq!(self.journal.audit().expect("the rows"), [""; 0]);
    }
}

pub(crate) fn numbers(page: &Page) -> Vec<u32> {
    page.sales.iter().map(|sale| sale.number).collect()
}

fn events(sale: &Sale, sold: &Sold<'_>) -> Vec<(Event, i64)> {
    let call = || {
        let request = serde_json::json!({ "path": "/v1/payment_intents", "body": "amount=1", "api_version": "x" });
        let key = IdempotencyKey::parse(&format!("key-{}", SaleId::new(&OsEntropy))).expect("a key");
        Call { key, request: serde_json::from_value(request).expect("a request") }
    };
    let submitted = Event::Submitted {
        attempt: AttemptId::new(&OsEntropy),
        payment_method: PaymentMethodId::parse("pm_1ABCDEFGHIJKLMNOPQRSTUVW").expect("a card"),
        call: call(),
    };
    let intent = format!("pi_3{:0>23}", sale.number);
    let answered = |status: &str, decline: serde_json::Value, received: i64| {
        let answer = serde_json::json!({ "answer": "intent", "seen": {
            "id": intent, "status": status, "amount_minor": sold.minor, "currency": sold.code.to_lowercase(),
            "sale": sale.id.to_string(), "payment_method": "pm_1ABCDEFGHIJKLMNOPQRSTUVW", "decline": decline,
            "received_minor": received,
            "charge": (status == "succeeded").then(|| serde_json::json!({
                "id": "ch_1", "created_s": sold.at_ms / 1_000, "card": { "brand": "visa", "last4": sold.last4 },
                "authorization_code": null, "authenticated": false,
            })),
        }});
        Event::Answered { purpose: Purpose::Submit, answer: serde_json::from_value(answer).expect("an answer") }
    };
    let paid = || answered("succeeded", serde_json::Value::Null, sold.minor);
    match sold.becomes {
        Becomes::Open => vec![],
        Becomes::Submitted => vec![(submitted, 1_000)],
        Becomes::Lost => vec![(submitted, 1_000), (Event::Interrupted, 60_000)],
        Becomes::Cancelled => vec![(Event::CancelWanted, 1_000)],
        Becomes::Paid => vec![(submitted, 1_000), (paid(), 2_000)],
        Becomes::Declined => {
            let decline = serde_json::json!({
                "code": "card_declined", "decline_code": "insufficient_funds", "advice_code": null,
                "card": { "brand": "visa", "last4": sold.last4 }, "payment_method": "pm_1ABCDEFGHIJKLMNOPQRSTUVW",
            });
            vec![(submitted, 1_000), (answered("requires_payment_method", decline, 0), 2_000)]
        }
        Becomes::Refunded(minor) => {
            let refund = RefundId::new(&OsEntropy);
            let made = serde_json::json!({ "answer": "made", "seen": {
                "id": format!("re_{}", sale.number), "amount_minor": minor, "currency": sold.code.to_lowercase(), "status": "succeeded",
                "refund": refund.to_string(), "failure_reason": null, "payment_intent": intent,
            }});
            let made = serde_json::from_value(made).expect("an answer");
            vec![
                (submitted, 1_000),
                (paid(), 2_000),
                (Event::RefundStarted { refund, amount_minor: minor, call: call() }, HOUR_MS),
                (Event::RefundAnswered { refund, answer: made }, HOUR_MS + 1_000),
            ]
        }
    }
}
