//! What is told of a list of sales that was saved.

use serde::Serialize;
use ts_rs::TS;

/// A list of sales that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SavedList {
    /// The file's full path.
    pub file: String,
    pub sales: u32,
    /// How many of them this version cannot read: they are in it by their number alone.
    pub unreadable: u32,
}
