//! Objects of one kind in the order in which they were made, found by id and by the objects that they belong to.
//!
//! A read costs what it answers: a page of a list is found by its place, its time or its owner, and rows are shared with
//! whoever looks at them, so that a snapshot of everything copies nothing.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// What every stored object has.
pub(crate) trait Object: Clone {
    /// The word for it in a list and in an error, as `payment_intent`.
    const KIND: &'static str;
    fn id(&self) -> &str;
    /// Seconds since 1970.
    fn created(&self) -> u64;
    /// The ids that it is found by besides its own: its Customer, its PaymentIntent, its charge.
    fn owners(&self) -> Vec<&str> {
        Vec::new()
    }
}

fn owners_of<T: Object>(row: &T) -> Vec<String> {
    row.owners().into_iter().map(str::to_owned).collect()
}

/// A table of objects. A clone shares the rows.
#[derive(Clone)]
pub(crate) struct Table<T> {
    rows: Vec<Arc<T>>,
    by_id: HashMap<String, usize>,
    by_owner: HashMap<String, BTreeSet<usize>>,
    /// What changed lately, oldest first, for [`Table::as_of`].
    changes: VecDeque<Change<T>>,
    /// When each of these rows changed last. Of several changes in one millisecond only the first is kept, so that a clock that
    /// stands still does not fill the memory.
    changed_at_ms: HashMap<usize, u64>,
    now_ms: u64,
    keep_changes_ms: u64,
}

#[derive(Clone)]
struct Change<T> {
    at_ms: u64,
    place: usize,
    /// `None` when it was made then.
    before: Option<Arc<T>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            by_id: HashMap::new(),
            by_owner: HashMap::new(),
            changes: VecDeque::new(),
            changed_at_ms: HashMap::new(),
            now_ms: 0,
            keep_changes_ms: 0,
        }
    }
}

impl<T: Object> Table<T> {
    pub(crate) fn insert(&mut self, row: T) {
        let place = self.rows.len();
        self.by_id.insert(row.id().to_owned(), place);
        for owner in row.owners() {
            self.by_owner.entry(owner.to_owned()).or_default().insert(place);
        }
        self.rows.push(Arc::new(row));
        self.remember(place, None);
    }

    /// Says what time it is, and for how long it must be known how rows were before they changed.
    pub(crate) fn tell_time(&mut self, now_ms: u64, keep_changes_ms: u64) {
        self.now_ms = now_ms;
        self.keep_changes_ms = keep_changes_ms;
        let is_over = |change: &mut Change<T>| change.at_ms.saturating_add(keep_changes_ms) <= now_ms;
        while let Some(change) = self.changes.pop_front_if(is_over) {
            if self.changed_at_ms.get(&change.place) == Some(&change.at_ms) {
                self.changed_at_ms.remove(&change.place);
            }
        }
    }

    /// Keeps how a row was, before it changes for the first time in this millisecond. `None`: it is made now.
    fn remember(&mut self, place: usize, before: Option<Arc<T>>) {
        if self.keep_changes_ms > 0 && self.changed_at_ms.insert(place, self.now_ms) != Some(self.now_ms) {
            self.changes.push_back(Change { at_ms: self.now_ms, place, before });
        }
    }

    /// The rows as they were at a moment that is not longer ago than changes are kept, newest first, each with its place.
    pub(crate) fn as_of(&self, moment_ms: u64) -> impl Iterator<Item = (usize, &T)> {
        let mut then: HashMap<usize, Option<&T>> = HashMap::new();
        for change in self.changes.iter().filter(|change| change.at_ms > moment_ms) {
            then.entry(change.place).or_insert(change.before.as_deref());
        }
        self.rows.iter().enumerate().rev().filter_map(move |(place, row)| {
            then.get(&place).copied().unwrap_or(Some(row.as_ref())).map(|row| (place, row))
        })
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.rows.get(*self.by_id.get(id)?).map(Arc::as_ref)
    }

    /// Changes the row of this id, if there is one, and says what `change` says. Whoever shares the row keeps it as it was.
    pub(crate) fn change<R>(&mut self, id: &str, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let place = *self.by_id.get(id)?;
        let row = self.rows.get(place).map(Arc::clone)?;
        let before = owners_of(row.as_ref());
        self.remember(place, Some(row));
        let row = self.rows.get_mut(place)?;
        let said = change(Arc::make_mut(row));
        let after = owners_of(row.as_ref());
        self.move_owners(place, before, after);
        Some(said)
    }

    /// Puts a row in the place of the one with its id; a new one at the end.
    pub(crate) fn put(&mut self, row: T) {
        let Some(place) = self.position(row.id()) else {
            self.insert(row);
            return;
        };
        let after = owners_of(&row);
        if let Some(stored) = self.rows.get_mut(place) {
            let old = std::mem::replace(stored, Arc::new(row));
            self.move_owners(place, owners_of(old.as_ref()), after);
            self.remember(place, Some(old));
        }
    }

    fn move_owners(&mut self, place: usize, before: Vec<String>, after: Vec<String>) {
        if before == after {
            return;
        }
        for owner in before {
            if let Some(places) = self.by_owner.get_mut(&owner) {
                places.remove(&place);
            }
        }
        for owner in after {
            self.by_owner.entry(owner).or_default().insert(place);
        }
    }

    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// All rows, oldest first.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.iter().map(Arc::as_ref)
    }

    /// All rows, oldest first, to be looked at later.
    pub(crate) fn shared(&self) -> Vec<Arc<T>> {
        self.rows.clone()
    }

    /// The rows at these places, oldest first.
    pub(crate) fn between(&self, places: Range<usize>) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.get(places).unwrap_or_default().iter().map(Arc::as_ref)
    }

    /// The rows of this owner at these places, oldest first.
    pub(crate) fn of_between(&self, owner: &str, places: Range<usize>) -> impl DoubleEndedIterator<Item = &T> {
        let places = self.by_owner.get(owner).filter(|_| places.start < places.end).map(|all| all.range(places));
        places.into_iter().flatten().filter_map(|place| self.rows.get(*place).map(Arc::as_ref))
    }

    /// The rows of this owner, oldest first.
    pub(crate) fn of(&self, owner: &str) -> impl DoubleEndedIterator<Item = &T> {
        self.of_between(owner, 0..self.rows.len())
    }

    /// The places of the rows made in these seconds. Rows lie in the order of their time.
    pub(crate) fn made_between(&self, seconds: Range<u64>) -> Range<usize> {
        let place = |second: u64| self.rows.partition_point(|row| row.created() < second);
        place(seconds.start)..place(seconds.end)
    }
}

/// A table as it is stored: its rows, and what search does not show yet. `T` is a row or a reference to one.
#[derive(Serialize, Deserialize)]
struct Stored<T> {
    rows: Vec<T>,
    /// When, which row, and how it was before.
    changes: Vec<(u64, usize, Option<T>)>,
}

impl<T: Object + Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let changes = self.changes.iter().map(|change| (change.at_ms, change.place, change.before.as_deref()));
        Stored { rows: self.rows().collect(), changes: changes.collect() }.serialize(serializer)
    }
}

impl<'de, T: Object + Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::<T>::deserialize(deserializer)?;
        let mut table = Self::default();
        for row in stored.rows {
            table.insert(row);
        }
        let changes = stored.changes.into_iter();
        table.changes =
            changes.map(|(at_ms, place, before)| Change { at_ms, place, before: before.map(Arc::new) }).collect();
        table.changed_at_ms = table.changes.iter().map(|change| (change.place, change.at_ms)).collect();
        Ok(table)
    }
}

/// What stands for an object in a list.
pub(crate) type Render<'a, T> = dyn Fn(&T) -> Value + 'a;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Row(String, u64, Option<String>);

    impl Object for Row {
        const KIND: &'static str = "row";
        fn id(&self) -> &str {
            &self.0
        }
        fn created(&self) -> u64 {
            self.1
        }
        fn owners(&self) -> Vec<&str> {
            self.2.iter().map(String::as_str).collect()
        }
    }

    fn table() -> Table<Row> {
        let mut table = Table::default();
        for (id, created, owner) in [("a", 1, Some("x")), ("b", 2, None), ("c", 2, Some("x")), ("d", 5, Some("y"))] {
            table.insert(Row(id.to_owned(), created, owner.map(str::to_owned)));
        }
        table
    }

    fn ids<'a>(rows: impl Iterator<Item = &'a Row>) -> String {
        rows.map(|row| row.0.as_str()).collect()
    }

    #[test]
    fn a_changed_owner_is_found_anew() {
        let mut table = table();
        assert_eq!(ids(table.of("x")), "ac");
        table.change("a", |row| row.2 = Some("y".to_owned()));
        assert_eq!((ids(table.of("x")), ids(table.of("y"))), ("c".to_owned(), "ad".to_owned()));
        table.change("a", |row| row.2 = None);
        assert_eq!(ids(table.of("y").rev()), "d");
        assert_eq!(table.change("nobody", |_| ()), None);
    }

    #[test]
    fn times_become_places() {
        let table = table();
        assert_eq!(table.made_between(2..5), 1..3);
        assert_eq!(table.made_between(0..u64::MAX), 0..4);
        assert_eq!(table.made_between(6..9), 4..4);
        assert_eq!(ids(table.of_between("x", 1..4)), "c");
        assert_eq!(ids(table.of_between("x", Range { start: 3, end: 1 })), "");
    }

    #[test]
    fn the_past_is_known_for_as_long_as_it_is_kept() {
        let mut table: Table<Row> = Table::default();
        let row = |id: &str, owner: &str| Row(id.to_owned(), 1, Some(owner.to_owned()));
        let seen = |table: &Table<Row>, moment_ms: u64| {
            table.as_of(moment_ms).map(|(_, row)| format!("{}{}", row.0, row.2.clone().unwrap_or_default())).collect()
        };
        table.tell_time(1_000, 500);
        table.insert(row("a", "x"));
        table.tell_time(1_200, 500);
        table.change("a", |row| row.2 = Some("y".to_owned()));
        table.insert(row("b", "x"));
        table.change("a", |row| row.2 = Some("z".to_owned()));
        let expect = |table: &Table<Row>, moment_ms: u64, rows: &[&str]| {
            let found: Vec<String> = seen(table, moment_ms);
            assert_eq!(found, rows, "{moment_ms}");
        };
        expect(&table, 999, &[]);
        expect(&table, 1_000, &["ax"]);
        expect(&table, 1_199, &["ax"]);
        expect(&table, 1_200, &["bx", "az"]);
        for _ in 0..1_000 {
            table.put(row("a", "z"));
        }
        assert_eq!(table.changes.len(), 3, "a clock that stands still fills no memory");
        table.tell_time(1_700, 500);
        expect(&table, 1_200, &["bx", "az"]);
        assert!(table.changes.is_empty() && table.changed_at_ms.is_empty());
    }

    #[test]
    fn a_shared_row_stays_as_it_was() {
        let mut table = table();
        let before = table.shared();
        table.change("b", |row| row.1 = 9);
        assert_eq!(before.get(1).map(|row| row.1), Some(2));
        assert_eq!(table.get("b").map(|row| row.1), Some(9));
    }
}
