//! Reading from the books what several questions need.

use rusqlite::Connection;

use super::{NoAnswer, no_answer};
use crate::currency::Currency;
use crate::journal::{Filed, filed as how_far};

pub(super) fn filed(connection: &Connection) -> Result<Filed, NoAnswer> {
    how_far(connection).map_err(|error| no_answer(&error))
}

/// The currencies of which there are sales.
pub(super) fn currencies(connection: &Connection) -> rusqlite::Result<Vec<&'static Currency>> {
    let mut select = connection.prepare_cached("SELECT code FROM currencies")?;
    let codes = select.query_map([], |row| row.get::<_, String>(0))?;
    codes.filter_map(|code| code.map(|code| Currency::by_code(&code)).transpose()).collect()
}
