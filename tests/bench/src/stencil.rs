//! A template's rows with gaps where each sale has its own: ids, keys, amounts, times, what staff typed.

use std::collections::BTreeMap;

use rand::{Rng, RngExt};
use till::journal::{Entry, Subject};

use crate::templates::{AMOUNT, Kind, NOTE, PART, REFERENCE, Template};

/// What one sale has of its own.
pub(crate) struct Own {
    pub(crate) number: u32,
    pub(crate) opened_ms: i64,
    pub(crate) amount: i64,
    pub(crate) part: i64,
    pub(crate) last4: String,
    pub(crate) reference: String,
    pub(crate) note: String,
}

/// A row, ready to be written.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) sale: String,
    pub(crate) revision: u32,
    pub(crate) author: &'static str,
    pub(crate) at_ms: i64,
    pub(crate) stripe_ms: Option<i64>,
    pub(crate) event: String,
    pub(crate) attempt: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) opens: Option<u32>,
    pub(crate) request: Option<String>,
    pub(crate) body: String,
}

pub(crate) struct Stencil {
    pub(crate) kind: Kind,
    pub(crate) has_reference: bool,
    pub(crate) has_note: bool,
    /// As each id of the template looks; the sale's own is the first.
    ids: Vec<String>,
    rows: Vec<RowStencil>,
}

struct RowStencil {
    revision: u32,
    author: &'static str,
    at_ms: i64,
    stripe_ms: Option<i64>,
    event: String,
    attempt: Option<usize>,
    key: Option<usize>,
    opens: bool,
    request: Option<usize>,
    body: Vec<Piece>,
}

enum Piece {
    Text(String),
    Id(usize),
    Number,
    Amount,
    Part,
    Last4,
    Reference {
        in_form: bool,
    },
    Note,
    /// Milliseconds or seconds after the opening.
    Ms(i64),
    Seconds(i64),
}

impl Stencil {
    pub(crate) fn of(template: &Template) -> Result<Self, String> {
        let opened = template.rows.first().ok_or("a template without rows")?;
        let Subject::Sale(sale) = opened.about;
        let began_ms = opened.when.at_ms;
        let mut ids = Ids { known: BTreeMap::new(), all: Vec::new() };
        ids.of(&sale.to_string());
        let mut rows = Vec::new();
        for entry in &template.rows {
            rows.push(row(entry, began_ms, &mut ids)?);
        }
        let Template { kind, has_reference, has_note, .. } = *template;
        Ok(Self { kind, has_reference, has_note, ids: ids.all, rows })
    }

    /// The rows of a sale of this kind that has these things of its own.
    pub(crate) fn rows(&self, own: &Own, rng: &mut impl Rng) -> impl Iterator<Item = Row> {
        let ids: Vec<String> = self.ids.iter().map(|id| another(id, rng)).collect();
        self.rows.iter().map(move |row| Row {
            sale: ids[0].clone(),
            revision: row.revision,
            author: row.author,
            at_ms: own.opened_ms + row.at_ms,
            stripe_ms: row.stripe_ms.map(|ms| own.opened_ms + ms),
            event: row.event.clone(),
            attempt: row.attempt.map(|at| ids[at].clone()),
            key: row.key.map(|at| ids[at].clone()),
            opens: row.opens.then_some(own.number),
            request: row.request.map(|at| ids[at].clone()),
            body: written(&row.body, own, &ids),
        })
    }
}

struct Ids {
    known: BTreeMap<String, usize>,
    all: Vec<String>,
}

impl Ids {
    fn of(&mut self, id: &str) -> usize {
        *self.known.entry(id.to_owned()).or_insert_with(|| {
            self.all.push(id.to_owned());
            self.all.len() - 1
        })
    }
}

fn row(entry: &Entry, began_ms: i64, ids: &mut Ids) -> Result<RowStencil, String> {
    let body = serde_json::to_value(&entry.event).map_err(|error| error.to_string())?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let event = text(&body["event"]).ok_or("a row without an event")?;
    let opens = matches!(event.as_str(), "opened" | "taken_in");
    let attempt = match event.as_str() {
        "submitted" => text(&body["attempt"]),
        "refund_started" => text(&body["refund"]),
        _ => None,
    };
    let key = if event == "refund_resent" { None } else { text(&body["call"]["key"]) };
    Ok(RowStencil {
        revision: entry.revision,
        author: match entry.by {
            till::journal::Author::Staff => "staff",
            till::journal::Author::Till => "till",
            till::journal::Author::NotTold => "",
        },
        at_ms: entry.when.at_ms - began_ms,
        stripe_ms: entry.when.stripe_ms.map(|ms| ms - began_ms),
        event,
        attempt: attempt.map(|id| ids.of(&id)),
        key: key.map(|id| ids.of(&id)),
        opens,
        request: entry.request.as_ref().map(|id| ids.of(id.as_str())),
        // As the journal writes it: the value's own order of fields would be another.
        body: pieces(&serde_json::to_string(&entry.event).map_err(|error| error.to_string())?, began_ms, ids),
    })
}

/// Cuts a row's body where something is the sale's own.
fn pieces(body: &str, began_ms: i64, ids: &mut Ids) -> Vec<Piece> {
    let (mut pieces, mut text) = (Vec::new(), String::new());
    let is_of_a_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut rest = body;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_of_a_word(c)).unwrap_or(rest.len());
        let (word, after) =
            if end == 0 { rest.split_at(rest.chars().next().map_or(1, char::len_utf8)) } else { rest.split_at(end) };
        rest = after;
        match own(word, &text, began_ms, ids) {
            Some(piece) => {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(piece);
            }
            None => text.push_str(word),
        }
    }
    pieces.push(Piece::Text(text));
    pieces
}

fn own(word: &str, before: &str, began_ms: i64, ids: &mut Ids) -> Option<Piece> {
    if is_id(word) {
        return Some(Piece::Id(ids.of(word)));
    }
    match word {
        REFERENCE => return Some(Piece::Reference { in_form: before.ends_with('=') }),
        NOTE => return Some(Piece::Note),
        _ => {}
    }
    if before.ends_with("\"last4\":\"") {
        return Some(Piece::Last4);
    }
    let number: i64 = word.parse().ok()?;
    if number == AMOUNT {
        return Some(Piece::Amount);
    }
    if number == PART {
        return Some(Piece::Part);
    }
    if before.ends_with("\"number\":") || before.ends_with("countersign_number]=") {
        return Some(Piece::Number);
    }
    // Within a year of the world's beginning: a time.
    let year_ms = 366 * 86_400_000;
    let is_near = |ms: i64| (ms - began_ms).abs() < year_ms;
    match word.len() {
        10 if is_near(number * 1_000) => Some(Piece::Seconds(number - began_ms / 1_000)),
        13 if is_near(number) => Some(Piece::Ms(number - began_ms)),
        _ => None,
    }
}

const KEY: &str = "countersign-";
const PREFIXES: [&str; 9] = ["pi_", "ch_", "re_", "pm_", "req_", "du_", "dp_", "seti_", "py_"];
/// The till that is in every payment's metadata stays who it is.
const THIS_TILL: &str = "00000000-0000-4000-8000-0000000000aa";

fn is_id(word: &str) -> bool {
    let is_key = word.starts_with(KEY) && word.len() > 40;
    let is_stripes = PREFIXES.iter().any(|prefix| word.starts_with(prefix)) && word.len() > 12;
    is_key || is_stripes || (word != THIS_TILL && uuid::Uuid::try_parse(word).is_ok() && word.len() == 36)
}

/// An id that looks like this one.
fn another(id: &str, rng: &mut impl Rng) -> String {
    const FIGURES: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let uuid = |rng: &mut dyn FnMut() -> u128| uuid::Builder::from_random_bytes(rng().to_be_bytes()).into_uuid();
    if uuid::Uuid::try_parse(id).is_ok() {
        return uuid(&mut || rng.random()).to_string();
    }
    if id.starts_with(KEY) {
        let what = &id[..id.len().saturating_sub(36)];
        return format!("{what}{}", uuid(&mut || rng.random()));
    }
    // Stripe's ids of one account begin alike.
    let (prefix, tail) = id.split_once('_').unwrap_or(("", id));
    let mut made = format!("{prefix}_3");
    while made.len() < prefix.len() + 1 + tail.len() {
        made.push(char::from(FIGURES[rng.random_range(0..FIGURES.len())]));
    }
    made
}

fn written(body: &[Piece], own: &Own, ids: &[String]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(1_024);
    for piece in body {
        let _never_fails = match piece {
            Piece::Text(part) => text.write_str(part),
            Piece::Id(at) => text.write_str(&ids[*at]),
            Piece::Number => write!(text, "{}", own.number),
            Piece::Amount => write!(text, "{}", own.amount),
            Piece::Part => write!(text, "{}", own.part),
            Piece::Last4 => text.write_str(&own.last4),
            Piece::Reference { in_form: true } => {
                let form = serde_urlencoded::to_string([("r", &own.reference)]).unwrap_or_default();
                text.write_str(form.trim_start_matches("r="))
            }
            Piece::Reference { in_form: false } => text.write_str(&within_json(&own.reference)),
            Piece::Note => text.write_str(&within_json(&own.note)),
            Piece::Ms(after) => write!(text, "{}", own.opened_ms + after),
            Piece::Seconds(after) => write!(text, "{}", own.opened_ms / 1_000 + after),
        };
    }
    text
}

fn within_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}
