//! How the parts of the world that are not plain data go into a state file and come back: words that the program knows
//! (`&'static str`), shared values, test cards, kept bodies.
//!
//! A test card is stored by the fingerprint that the API shows of it, so that a state file holds no card digits at all.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cards::{self, TestCard};
use crate::ids::derived;

/// A word that the program knows. Under this name serde does not try to borrow it from the file's text, as it does with
/// `&'static str`.
pub(crate) type Word = &'static str;

/// The one copy of a word. Each different word is kept once for the life of the program; there are a few dozen.
fn known(word: &str) -> &'static str {
    static WORDS: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(word) {
        return known;
    }
    let kept: &'static str = Box::leak(word.to_owned().into_boxed_str());
    words.insert(kept);
    kept
}

/// For a `&'static str`.
pub(crate) mod word {
    use super::{Deserialize, Deserializer, Serializer, known};

    pub(crate) fn serialize<S: Serializer>(word: &&'static str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(word)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
        Ok(known(&String::deserialize(deserializer)?))
    }
}

/// For an `Option<&'static str>`.
pub(crate) mod word_or_none {
    use super::{Deserialize, Deserializer, Serialize, Serializer, known};

    pub(crate) fn serialize<S: Serializer>(word: &Option<&'static str>, serializer: S) -> Result<S::Ok, S::Error> {
        word.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'static str>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.as_deref().map(known))
    }
}

/// For an `Arc` of plain data. What was shared is stored at each place, and is no longer shared when it comes back.
pub(crate) mod shared {
    use std::sync::Arc;

    use super::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(value, serializer)
    }

    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<T>, D::Error> {
        T::deserialize(deserializer).map(Arc::new)
    }
}

/// For the bytes of a kept answer, which are text.
pub(crate) mod text {
    use super::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(bytes).map_err(serde::ser::Error::custom)?)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        String::deserialize(deserializer).map(String::into_bytes)
    }
}

/// For a map whose keys are no texts: a list of pairs, sorted, so that the same world gives the same file.
pub(crate) mod pairs {
    use std::collections::HashMap;
    use std::hash::Hash;

    use super::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<K: Serialize + Ord, V: Serialize, S: Serializer>(
        map: &HashMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut sorted: Vec<(&K, &V)> = map.iter().collect();
        sorted.sort_by(|left, right| left.0.cmp(right.0));
        serializer.collect_seq(sorted)
    }

    pub(crate) fn deserialize<'de, K: Deserialize<'de> + Eq + Hash, V: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<HashMap<K, V>, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// The fingerprint of a card number, as the API shows it: the same for the same number, and different for every other.
pub(crate) fn fingerprint(number: &str) -> String {
    derived(number, 16)
}

/// The name of each card in a state file: its fingerprint, and which of the rows with this number it is.
static NAMES: LazyLock<Vec<(String, &'static TestCard)>> = LazyLock::new(|| {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    cards::all()
        .iter()
        .map(|card| {
            let row = seen.entry(card.number).or_default();
            *row += 1;
            (format!("{}.{row}", fingerprint(card.number)), card)
        })
        .collect()
});

/// For a `&'static TestCard`.
pub(crate) mod card {
    use super::{Deserialize, Deserializer, NAMES, Serializer, TestCard};

    pub(crate) fn serialize<S: Serializer>(card: &&'static TestCard, serializer: S) -> Result<S::Ok, S::Error> {
        let name = NAMES.iter().find(|(_, known)| std::ptr::eq(*known, *card)).map_or("", |(name, _)| name);
        serializer.serialize_str(name)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static TestCard, D::Error> {
        let wanted = String::deserialize(deserializer)?;
        NAMES
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, card)| *card)
            .ok_or_else(|| serde::de::Error::custom(format!("there is no test card '{wanted}' in this version")))
    }
}
