//! What is asked of the books, with values that the journal has: every question is another one.

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use rusqlite::Connection;
use till::books::Wanted;
use till::journal::Facet;

use crate::drawn::{DAY_MS, DAYS, LAST_DAY_MS};
use crate::filled::Res;

/// Things of sales that are there.
pub(crate) struct Known {
    sales: u32,
    amounts: Vec<i64>,
    last4s: Vec<String>,
    intents: Vec<String>,
    /// Of more than one letter; and whole references of two words.
    words: Vec<String>,
    pairs: Vec<(String, String)>,
}

/// So many sales are looked at for what they have.
const SAMPLES: u32 = 4_000;

impl Known {
    pub(crate) fn of(journal: &std::path::Path, sales: u32, rng: &mut ChaCha8Rng) -> Res<Self> {
        let connection = Connection::open(journal)?;
        let mut known = Self { sales, amounts: vec![], last4s: vec![], intents: vec![], words: vec![], pairs: vec![] };
        let select = "SELECT total_minor, cards, intent, reference FROM sales WHERE number = ?1";
        let mut select = connection.prepare(select)?;
        for _ in 0..SAMPLES {
            let mut rows = select.query([rng.random_range(1..=sales)])?;
            let Some(row) = rows.next()? else { continue };
            known.amounts.push(row.get(0)?);
            let cards: String = row.get(1)?;
            known.last4s.extend(cards.split(' ').filter(|card| card.len() == 4).map(str::to_owned));
            known.intents.extend(row.get::<_, Option<String>>(2)?);
            let reference: Option<String> = row.get(3)?;
            let of_it = reference.unwrap_or_default();
            let words: Vec<&str> = of_it.split([' ', '-']).filter(|word| !word.is_empty()).collect();
            known.words.extend(words.iter().map(|word| (*word).to_owned()));
            if let [first, second, ..] = words[..] {
                known.pairs.push((first.to_owned(), second.to_owned()));
            }
        }
        Ok(known)
    }
}

type Ask = dyn Fn(&Known, &mut ChaCha8Rng) -> Wanted + Send + Sync;

/// A kind of question, and how to ask another of it.
pub(crate) struct Kind {
    pub(crate) name: String,
    pub(crate) ask: Box<Ask>,
}

fn kind(name: impl Into<String>, ask: impl Fn(&Known, &mut ChaCha8Rng) -> Wanted + Send + Sync + 'static) -> Kind {
    Kind { name: name.into(), ask: Box::new(ask) }
}

fn text(text: impl Into<String>) -> Wanted {
    Wanted { text: text.into(), ..Wanted::default() }
}

fn one(of: &[String], rng: &mut ChaCha8Rng) -> String {
    of.choose(rng).cloned().unwrap_or_default()
}

fn begun(word: &str, letters: usize) -> String {
    word.chars().take(letters).collect()
}

fn typed(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn some_day(wanted: Wanted, days: i64, rng: &mut ChaCha8Rng) -> Wanted {
    let from_ms = LAST_DAY_MS - rng.random_range(0..DAYS - days) * DAY_MS - (days - 1) * DAY_MS;
    Wanted { from_ms: Some(from_ms), to_ms: Some(from_ms + days * DAY_MS), ..wanted }
}

fn facet(facet: Facet) -> Wanted {
    Wanted { facets: vec![facet], ..Wanted::default() }
}

/// Every kind of question that history asks.
pub(crate) fn all() -> Vec<Kind> {
    let mut kinds = vec![kind("nothing asked for", |_, _| Wanted::default())];
    kinds.extend(in_hand());
    kinds.extend(Facet::ALL.map(|of| kind(format!("state: {of:?}"), move |_, _| facet(of))));
    kinds.extend(spans_and_sizes());
    kinds.extend(together());
    kinds
}

fn in_hand() -> Vec<Kind> {
    let mut kinds = vec![
        kind("an amount", |known, rng| text(typed(*known.amounts.choose(rng).unwrap_or(&0)))),
        kind("four digits of a card", |known, rng| text(one(&known.last4s, rng))),
        kind("a sale's number", |known, rng| text(format!("#{}", rng.random_range(1..=known.sales)))),
        kind("figures", |_, rng| text(rng.random_range(1..100_000).to_string())),
    ];
    for letters in 1..=4 {
        let name = format!("a reference's beginning, {letters} of its letters");
        kinds.push(kind(name, move |known, rng| text(begun(&one(&known.words, rng), letters))));
    }
    kinds.extend([
        kind("a reference's word", |known, rng| text(one(&known.words, rng))),
        kind("two words", |known, rng| {
            let (first, second) = known.pairs.choose(rng).cloned().unwrap_or_default();
            text(format!("{first} {second}"))
        }),
        kind("two words, each begun", |known, rng| {
            let (first, second) = known.pairs.choose(rng).cloned().unwrap_or_default();
            text(format!("{} {}", begun(&second, 2), begun(&first, 1)))
        }),
        kind("a word that no sale has", |_, rng| text(format!("zzq{}", rng.random_range(0..10_000)))),
        kind("two words that no sale has together", |_, rng| {
            text(format!("table {}", ["minibar inv", "room", "ord inv", "bakker"][rng.random_range(0..4)]))
        }),
        kind("a payment's id", |known, rng| text(one(&known.intents, rng))),
        kind("a payment's id, begun", |known, rng| {
            let letters = rng.random_range(4..12);
            text(begun(&one(&known.intents, rng), letters))
        }),
    ]);
    kinds
}

fn spans_and_sizes() -> Vec<Kind> {
    let over = |typed: String| Wanted { over: Some(typed), ..Wanted::default() };
    let under = |typed: String| Wanted { under: Some(typed), ..Wanted::default() };
    vec![
        kind("a day", |_, rng| some_day(Wanted::default(), 1, rng)),
        kind("a week", |_, rng| some_day(Wanted::default(), 7, rng)),
        kind("a year", |_, rng| some_day(Wanted::default(), 365, rng)),
        kind("over an amount that many are over", move |_, rng| over(typed(rng.random_range(100..6_000)))),
        kind("over an amount that few are over", move |_, rng| over(typed(rng.random_range(20_000_000..89_000_000)))),
        kind("over an amount that none is over", move |_, rng| over(typed(rng.random_range(90_000_000..99_000_000)))),
        kind("under an amount that many are under", move |_, rng| under(typed(rng.random_range(3_000..200_000)))),
        kind("under an amount that few are under", move |_, rng| under(typed(rng.random_range(301..310)))),
        kind("under an amount that none is under", move |_, rng| under(typed(rng.random_range(2..300)))),
        kind("between two amounts", move |_, rng| {
            let low = rng.random_range(300..2_000_000);
            Wanted { under: Some(typed(low + low / 20 + 2)), ..over(typed(low)) }
        }),
    ]
}

fn together() -> Vec<Kind> {
    vec![
        kind("a state, a day and an amount", |known, rng| {
            let amount = typed(*known.amounts.choose(rng).unwrap_or(&0));
            some_day(Wanted { text: amount, ..facet(Facet::Paid) }, 1, rng)
        }),
        kind("a rare state in a year", |_, rng| some_day(facet(Facet::Disputed), 365, rng)),
        kind("a rare state on a day", |_, rng| some_day(facet(Facet::Disputed), 1, rng)),
        kind("a common state on a day", |_, rng| some_day(facet(Facet::Paid), 1, rng)),
        kind("a word and a rare state", |known, rng| Wanted {
            text: begun(&one(&known.words, rng), 3),
            ..facet(Facet::Disputed)
        }),
        kind("a word on a day", |known, rng| some_day(text(one(&known.words, rng)), 1, rng)),
        kind("a letter in a year", |known, rng| some_day(text(begun(&one(&known.words, rng), 1)), 365, rng)),
        kind("a word and more than an amount", |known, rng| Wanted {
            over: Some(typed(rng.random_range(1_000..500_000))),
            ..text(begun(&one(&known.words, rng), 3))
        }),
        kind("more than an amount on a day", |_, rng| {
            let amount = typed(rng.random_range(1_000..500_000));
            some_day(Wanted { over: Some(amount), ..Wanted::default() }, 1, rng)
        }),
        kind("a payment's id, begun, and a word", |known, rng| {
            text(format!("{} {}", begun(&one(&known.intents, rng), 5), begun(&one(&known.words, rng), 2)))
        }),
    ]
}
