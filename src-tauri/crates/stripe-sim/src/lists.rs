//! Lists: newest first, pages by id, `created` filters.

use std::ops::Range;

use serde_json::{Value, json};

use crate::errors::ApiError;
use crate::form::Params;
use crate::table::{Object, Render, Table};

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: i64 = 100;

/// The paging and time parameters that all lists share.
#[derive(Debug, Default)]
pub(crate) struct Page {
    limit: usize,
    starting_after: Option<String>,
    ending_before: Option<String>,
    gt: Option<i64>,
    gte: Option<i64>,
    lt: Option<i64>,
    lte: Option<i64>,
}

impl Page {
    /// With the `created` filters.
    pub(crate) fn read(params: &mut Params) -> Result<Self, ApiError> {
        let mut page = Self::read_untimed(params)?;
        page.read_created(params)?;
        Ok(page)
    }

    /// For the few lists that have no `created` filters.
    pub(crate) fn read_untimed(params: &mut Params) -> Result<Self, ApiError> {
        let page = Self {
            limit: Self::read_limit(params)?,
            starting_after: params.filled("starting_after")?,
            ending_before: params.filled("ending_before")?,
            ..Self::default()
        };
        if page.starting_after.is_some() && page.ending_before.is_some() {
            return Err(ApiError::invalid(
                "You may only specify one of these parameters: ending_before, starting_after.",
            )
            .code("parameters_exclusive"));
        }
        Ok(page)
    }

    pub(crate) fn read_limit(params: &mut Params) -> Result<usize, ApiError> {
        match params.integer("limit")? {
            None => Ok(DEFAULT_LIMIT),
            Some(limit @ 1..=MAX_LIMIT) => Ok(usize::try_from(limit).unwrap_or(DEFAULT_LIMIT)),
            Some(limit) => Err(ApiError::invalid(format!(
                "This value must be between 1 and {MAX_LIMIT} (it currently is '{limit}')."
            ))
            .code("parameter_invalid_integer")
            .param("limit")),
        }
    }

    /// `created=…` is one second; `created[gte]=…` and its like are a range.
    fn read_created(&mut self, params: &mut Params) -> Result<(), ApiError> {
        if params.is_text("created") {
            let second = params.integer("created")?;
            self.gte = second;
            self.lte = second;
        } else if let Some(mut range) = params.object("created")? {
            self.gt = range.integer("gt")?;
            self.gte = range.integer("gte")?;
            self.lt = range.integer("lt")?;
            self.lte = range.integer("lte")?;
            range.finish()?;
        }
        Ok(())
    }

    /// The seconds that the filters leave, the last one excluded.
    fn seconds(&self) -> Range<u64> {
        let after = |second: i64| u64::try_from(second.saturating_add(1)).unwrap_or(0);
        let at = |second: i64| u64::try_from(second).unwrap_or(0);
        let start = self.gt.map_or(0, after).max(self.gte.map_or(0, at));
        let end = self.lt.map_or(u64::MAX, at).min(self.lte.map_or(u64::MAX, after));
        start..end
    }

    /// The page of `table` as Stripe's list object: of all rows, or of those of `owner`, that `keep` keeps.
    pub(crate) fn list<T: Object>(
        &self,
        table: &Table<T>,
        url: &str,
        owner: Option<&str>,
        keep: impl Fn(&T) -> bool,
        render: &Render<'_, T>,
    ) -> Result<Value, ApiError> {
        let find = |id: &Option<String>, param: &str| match id {
            None => Ok(None),
            Some(id) => table
                .position(id)
                .map(Some)
                .ok_or_else(|| ApiError { status: 400, ..ApiError::no_such(T::KIND, id, param).not_kept() }),
        };
        let before = find(&self.starting_after, "starting_after")?;
        let after = find(&self.ending_before, "ending_before")?;
        let mut places = table.made_between(self.seconds());
        if let Some(newest_known) = after {
            places.start = places.start.max(newest_known + 1);
        }
        if let Some(oldest_known) = before {
            places.end = places.end.min(oldest_known);
        }
        let rows: Box<dyn DoubleEndedIterator<Item = &T>> = match owner {
            Some(owner) => Box::new(table.of_between(owner, places)),
            None => Box::new(table.between(places)),
        };
        let (data, has_more) = if after.is_some() {
            // The page just newer than `ending_before`: the oldest of the newer ones, shown newest first.
            let (mut data, has_more) = self.page_of(rows.filter(|row| keep(row)));
            data.reverse();
            (data, has_more)
        } else {
            self.page_of(rows.rev().filter(|row| keep(row)))
        };
        Ok(json!({
            "object": "list",
            "data": data.into_iter().map(render).collect::<Vec<_>>(),
            "has_more": has_more,
            "url": url,
        }))
    }

    fn page_of<'a, T>(&self, rows: impl Iterator<Item = &'a T>) -> (Vec<&'a T>, bool) {
        let mut found: Vec<&T> = rows.take(self.limit + 1).collect();
        let has_more = found.len() > self.limit;
        found.truncate(self.limit);
        (found, has_more)
    }
}
