//! Objects of one kind in the order in which they were made, found by id.

use std::collections::HashMap;

use serde_json::Value;

/// What every stored object has.
pub(crate) trait Object {
    /// The word for it in a list and in an error, as `payment_intent`.
    const KIND: &'static str;
    fn id(&self) -> &str;
    /// Seconds since 1970.
    fn created(&self) -> u64;
}

/// A table of objects.
pub(crate) struct Table<T> {
    rows: Vec<T>,
    by_id: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), by_id: HashMap::new() }
    }
}

impl<T: Object> Table<T> {
    pub(crate) fn insert(&mut self, row: T) {
        self.by_id.insert(row.id().to_owned(), self.rows.len());
        self.rows.push(row);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.by_id.get(id).and_then(|index| self.rows.get(*index))
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.by_id.get(id).and_then(|index| self.rows.get_mut(*index))
    }

    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// All rows, oldest first.
    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }
}

/// What stands for an object in a list before it is rendered.
pub(crate) type Render<'a, T> = dyn Fn(&T) -> Value + 'a;
