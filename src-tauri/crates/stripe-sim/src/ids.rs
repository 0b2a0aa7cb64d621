//! Ids and secrets, all from one seeded generator, so that a run can be repeated from its seed.

use serde::{Deserialize, Serialize};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// How far a generator has come, for a state file: from here it goes on as if it had never stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    seed: u64,
    /// How many words of 32 bits it has given.
    words: u64,
}

impl Place {
    pub(crate) fn of(seed: u64, rng: &ChaCha8Rng) -> Self {
        Self { seed, words: u64::try_from(rng.get_word_pos()).unwrap_or(u64::MAX) }
    }

    pub(crate) fn seed(self) -> u64 {
        self.seed
    }

    pub(crate) fn generator(self) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_word_pos(u128::from(self.words));
        rng
    }
}

/// The generator of ids and secrets.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "Place", into = "Place")]
pub(crate) struct Ids {
    seed: u64,
    rng: ChaCha8Rng,
}

impl From<Place> for Ids {
    fn from(place: Place) -> Self {
        Self { seed: place.seed, rng: place.generator() }
    }
}

impl From<Ids> for Place {
    fn from(ids: Ids) -> Self {
        Self::of(ids.seed, &ids.rng)
    }
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, rng: ChaCha8Rng::seed_from_u64(seed) }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// `count` letters and digits after `prefix`.
    pub(crate) fn text(&mut self, prefix: &str, count: usize) -> String {
        let mut text = String::with_capacity(prefix.len() + count);
        text.push_str(prefix);
        while text.len() < prefix.len() + count {
            // Six bits choose a sign; 62 and 63 are thrown away, so that all signs are equally likely.
            let bits = self.rng.next_u64();
            for step in 0..10 {
                let index = usize::try_from((bits >> (step * 6)) & 63).unwrap_or(63);
                if let Some(&sign) = ALPHABET.get(index)
                    && text.len() < prefix.len() + count
                {
                    text.push(char::from(sign));
                }
            }
        }
        text
    }

    /// An id as Stripe's newer objects have: the prefix, a generation digit, 23 signs.
    pub(crate) fn object(&mut self, prefix: &str) -> String {
        self.text(prefix, 23)
    }

    /// A version 4 UUID in its usual text form.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.rng.next_u64(), self.rng.next_u64());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0x0fff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff,
        )
    }

    /// A number of `digits` decimal digits, as an issuer's authorization code.
    pub(crate) fn digits(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b'0' + (self.rng.next_u32() % 10) as u8)).collect()
    }

    /// A number from 0 to `below` - 1.
    pub(crate) fn below(&mut self, below: u32) -> u32 {
        self.rng.next_u32() % below.max(1)
    }
}

/// A value between 0 and 1 from `rng`, for faults that strike by chance.
pub(crate) fn unit_interval(rng: &mut ChaCha8Rng) -> f64 {
    f64::from(rng.next_u32()) / (f64::from(u32::MAX) + 1.0)
}

/// Sixteen letters and digits that belong to `text` and to no other, without a generator's state: account ids.
pub(crate) fn derived(text: &str, count: usize) -> String {
    // FNV-1a, only to spread the text over a seed.
    let seed = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Ids::new(seed).text("", count)
}
