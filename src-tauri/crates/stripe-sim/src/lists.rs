//! Lists: newest first, pages by id, `created` filters.

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
    pub(crate) fn read(params: &mut Params) -> Result<Self, ApiError> {
        let limit = match params.integer("limit")? {
            None => DEFAULT_LIMIT,
            Some(limit @ 1..=MAX_LIMIT) => usize::try_from(limit).unwrap_or(DEFAULT_LIMIT),
            Some(limit) => {
                return Err(ApiError::invalid(format!(
                    "This value must be between 1 and {MAX_LIMIT} (it currently is '{limit}')."
                ))
                .code("parameter_invalid_integer")
                .param("limit"));
            }
        };
        let mut page = Self {
            limit,
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
        page.read_created(params)?;
        Ok(page)
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

    fn is_in_time(&self, created: u64) -> bool {
        let created = i64::try_from(created).unwrap_or(i64::MAX);
        self.gt.is_none_or(|bound| created > bound)
            && self.gte.is_none_or(|bound| created >= bound)
            && self.lt.is_none_or(|bound| created < bound)
            && self.lte.is_none_or(|bound| created <= bound)
    }

    /// The page of `table` as Stripe's list object.
    pub(crate) fn list<T: Object>(
        &self,
        table: &Table<T>,
        url: &str,
        keep: impl Fn(&T) -> bool,
        render: &Render<'_, T>,
    ) -> Result<Value, ApiError> {
        let find = |id: &Option<String>, param: &str| match id {
            None => Ok(None),
            Some(id) => table.position(id).map(Some).ok_or_else(|| ApiError::no_such(T::KIND, id, param).not_kept()),
        };
        let before = find(&self.starting_after, "starting_after")?;
        let after = find(&self.ending_before, "ending_before")?;
        let fits = |row: &&T| self.is_in_time(row.created()) && keep(row);
        let (data, has_more) = if let Some(newest_known) = after {
            // The page just newer than `ending_before`: the oldest of the newer ones, shown newest first.
            let mut found: Vec<&T> =
                table.rows().iter().skip(newest_known + 1).filter(fits).take(self.limit + 1).collect();
            let has_more = found.len() > self.limit;
            found.truncate(self.limit);
            found.reverse();
            (found, has_more)
        } else {
            let end = before.unwrap_or(table.rows().len());
            let mut found: Vec<&T> = table.rows().iter().take(end).rev().filter(fits).take(self.limit + 1).collect();
            let has_more = found.len() > self.limit;
            found.truncate(self.limit);
            (found, has_more)
        };
        Ok(json!({
            "object": "list",
            "data": data.into_iter().map(render).collect::<Vec<_>>(),
            "has_more": has_more,
            "url": url,
        }))
    }
}
