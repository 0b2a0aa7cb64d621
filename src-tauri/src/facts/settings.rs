//! What of the settings is refused, as facts.

use serde::Serialize;
use ts_rs::TS;

/// Why preferences are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
#[ts(export)]
pub enum PreferencesRefused {
    /// The shop's name is too long for a receipt.
    NameTooLong {
        /// The most characters that it may have.
        most: usize,
    },
    /// The shop's name holds a character that cannot be printed.
    NameUnprintable,
    /// The till does not know the currency.
    UnknownCurrency,
    /// The till does not know the way of writing amounts.
    UnknownLocale,
}

/// Why what was typed is not a folder for copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FolderRefused {
    /// A blank or an invisible character stands before or behind it.
    BlankAtItsEnds,
    /// It is longer than any system's paths are.
    TooLong,
    /// It is no full path, or more than one line.
    NotAFullPath,
}
