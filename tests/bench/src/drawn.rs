//! What the sales of a shop are of, are called, and when they are made.

use rand::{Rng, RngExt};

use crate::stencil::Own;

/// The last sale is made on 30 November 2026.
pub(crate) const LAST_DAY_MS: i64 = 1_795_996_800_000;
/// Two years and a half.
pub(crate) const DAYS: i64 = 912;
pub(crate) const DAY_MS: i64 = 86_400_000;
/// Nine o'clock until half past six.
const OPENS_MS: i64 = 9 * 3_600_000;
const OPEN_MS: i64 = 34_200_000;

const FIRST_NAMES: [&str; 40] = [
    "Anna", "Ben", "Carla", "David", "Ella", "Femke", "Gijs", "Hannah", "Ivan", "Joost", "José", "Karin", "Lars",
    "Maria", "Noor", "Olga", "Pieter", "Quinten", "Rosa", "Sander", "Tess", "Ulrich", "Vera", "Willem", "Xander",
    "Yara", "Zoë", "Bram", "Daan", "Eva", "Finn", "Julia", "Kees", "Liam", "Mila", "Nina", "Oscar", "Sofie", "Thijs",
    "Ümit",
];
const LAST_NAMES: [&str; 40] = [
    "Bakker", "Bos", "Brown", "Clarke", "Dekker", "Evans", "Fischer", "García", "Green", "Hall", "Hendriks", "Hughes",
    "Jansen", "Jones", "Kelly", "King", "Klein", "Lewis", "Meijer", "Mulder", "Müller", "Novak", "Peters", "Poulsen",
    "Roberts", "Schmidt", "Silva", "Smit", "Smith", "Taylor", "Thomas", "Turner", "Visser", "Vos", "Walker", "White",
    "Williams", "Wood", "Wright", "Yılmaz",
];
const THINGS: [&str; 24] = [
    "blue",
    "coat",
    "gift",
    "voucher",
    "delivery",
    "alteration",
    "green",
    "dress",
    "collect",
    "friday",
    "repair",
    "watch",
    "strap",
    "ring",
    "large",
    "small",
    "deposit",
    "balance",
    "room",
    "breakfast",
    "late",
    "checkout",
    "parking",
    "minibar",
];

/// The opening of sale `number` of `sales`: they are spread evenly over the opening hours.
pub(crate) fn opened_ms(number: u32, sales: u32) -> i64 {
    let at = i64::from(number - 1) * DAYS * OPEN_MS / i64::from(sales);
    let (day, time) = (at / OPEN_MS, at % OPEN_MS);
    LAST_DAY_MS - (DAYS - 1 - day) * DAY_MS + OPENS_MS + time
}

pub(crate) fn own(number: u32, sales: u32, rng: &mut impl Rng) -> Own {
    let amount = amount(rng);
    Own {
        number,
        opened_ms: opened_ms(number, sales),
        amount,
        part: (amount * rng.random_range(10..90) / 100).max(1),
        last4: format!("{:04}", rng.random_range(0..10_000)),
        reference: reference(number, rng),
        note: note(rng),
    }
}

/// Most are small, a few are not.
fn amount(rng: &mut impl Rng) -> i64 {
    match rng.random_range(0..1_000) {
        0..600 => rng.random_range(60..1_200) * 5,
        600..900 => rng.random_range(6_000..30_000),
        900..990 => rng.random_range(300..2_000) * 100,
        990..999 => rng.random_range(2_000..20_000) * 100,
        _ => rng.random_range(2_000_000..90_000_000),
    }
}

fn reference(number: u32, rng: &mut impl Rng) -> String {
    match rng.random_range(0..20) {
        0..8 => format!("INV-{}", 100_000 + number),
        8..11 => format!("table {}", rng.random_range(1..60)),
        11..17 => format!("{} {}", one_of(&FIRST_NAMES, rng), one_of(&LAST_NAMES, rng)),
        17..19 => format!("ORD-{:05X}", rng.random_range(0..0xF_FFFF)),
        _ => format!("room {} {}", rng.random_range(1..400), one_of(&LAST_NAMES, rng)),
    }
}

fn note(rng: &mut impl Rng) -> String {
    let words: Vec<&str> = (0..rng.random_range(2..9)).map(|_| one_of(&THINGS, rng)).collect();
    words.join(" ")
}

fn one_of<'a>(words: &[&'a str], rng: &mut impl Rng) -> &'a str {
    words[rng.random_range(0..words.len())]
}
