//! How long the books take to answer: every kind of question, pages, totals.

use std::path::Path;
use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use till::books::{Books, PAGE, ReadAs, Wanted};
use till::currency::Currency;
use till::locale::Locale;

use crate::drawn::{DAY_MS, DAYS, LAST_DAY_MS};
use crate::filled::Res;
use crate::questions::{self, Known};
use crate::report::{Goal, Report};
use crate::timed::Timed;

const QUESTIONS: usize = 200;
const SUMS: usize = 50;

/// What one journal's books took.
pub(crate) struct Answers {
    finding: Vec<(String, Timed)>,
    first_page: Timed,
    any_page: Timed,
    last_page: Timed,
    a_day: Timed,
    a_year: Timed,
}

pub(crate) fn read_as() -> Res<ReadAs> {
    Ok(ReadAs {
        locale: Locale::by_tag("en-GB").ok_or("no locale")?,
        currency: Currency::by_code("GBP").ok_or("no pound")?,
        live: false,
    })
}

pub(crate) async fn ask(path: &Path, sales: u32) -> Res<Answers> {
    let books = Books::open(path)?;
    let mut rng = ChaCha8Rng::seed_from_u64(50);
    let known = Known::of(path, sales, &mut rng)?;
    let mut finding = Vec::new();
    for kind in questions::all() {
        let mut timed = Timed::default();
        let mut found = 0;
        for _ in 0..QUESTIONS {
            let wanted = (kind.ask)(&known, &mut rng);
            let began = Instant::now();
            found += books.find(wanted, None, read_as()?).await?.sales.len();
            timed.since(began);
        }
        println!(
            "  {}: p50 {:.2} ms, p99 {:.2} ms, {} sales each",
            kind.name,
            timed.p(50),
            timed.p(99),
            found / QUESTIONS
        );
        finding.push((kind.name, timed));
    }
    Ok(Answers {
        finding,
        first_page: pages(&books, |_| None, &mut rng).await?,
        any_page: pages(&books, |rng| Some(rng.random_range(51..=sales)), &mut rng).await?,
        last_page: pages(&books, |_| u32::try_from(PAGE + 1).ok(), &mut rng).await?,
        a_day: sums(&books, 24, DAY_MS / 24, &mut rng).await?,
        a_year: sums(&books, 365, DAY_MS, &mut rng).await?,
    })
}

async fn pages(books: &Books, before: impl Fn(&mut ChaCha8Rng) -> Option<u32>, rng: &mut ChaCha8Rng) -> Res<Timed> {
    let mut timed = Timed::default();
    for _ in 0..QUESTIONS {
        let before = before(rng);
        let began = Instant::now();
        let page = books.find(Wanted::default(), before, read_as()?).await?;
        timed.since(began);
        if page.sales.len() != PAGE {
            return Err(format!("a page of {} before {before:?}", page.sales.len()).into());
        }
    }
    Ok(timed)
}

/// So many slots of so long, from some day on.
async fn sums(books: &Books, slots: i64, slot_ms: i64, rng: &mut ChaCha8Rng) -> Res<Timed> {
    let days = slots * slot_ms / DAY_MS;
    let mut timed = Timed::default();
    for _ in 0..SUMS {
        let from_ms = LAST_DAY_MS + DAY_MS - (rng.random_range(0..DAYS - days) + days) * DAY_MS;
        let began = Instant::now();
        let slots = books.totals(edges(from_ms, slots, slot_ms)).await?;
        timed.since(began);
        if slots.iter().all(|slot| slot.sums.is_empty()) && days > 1 {
            return Err("a year in which nothing was sold".into());
        }
    }
    Ok(timed)
}

pub(crate) fn edges(from_ms: i64, slots: i64, slot_ms: i64) -> Vec<i64> {
    (0..=slots).map(|slot| from_ms + slot * slot_ms).collect()
}

pub(crate) fn report(report: &mut Report, ours: &Answers, theirs: &Answers) {
    for ((name, ours), (_, theirs)) in ours.finding.iter().zip(&theirs.finding) {
        report.add_times(&format!("find: {name}"), ours, Some(theirs), Goal::Below(16.0));
    }
    report.add_times("page: the first", &ours.first_page, Some(&theirs.first_page), Goal::Below(5.0));
    report.add_times("page: any next one", &ours.any_page, Some(&theirs.any_page), Goal::Below(5.0));
    report.add_times("page: the very last", &ours.last_page, Some(&theirs.last_page), Goal::Below(5.0));
    report.add_times("totals: a day by hours", &ours.a_day, Some(&theirs.a_day), Goal::Below(16.0));
    report.add_times("totals: a year by days", &ours.a_year, Some(&theirs.a_year), Goal::Below(250.0));
}
