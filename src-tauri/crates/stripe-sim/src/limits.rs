//! Rate limits, off unless the options ask for them: calls per second, searches per second, changes of one PaymentIntent
//! per hour. And the lock on a PaymentIntent that another call is still busy with.
//!
//! The figures are those of Stripe's page on rate limits for test mode. The window of a second is the clock's own second.

use std::collections::HashMap;

use crate::errors::{ApiError, ErrorType};

const SECOND_MS: u64 = 1_000;
const HOUR_MS: u64 = 3_600_000;

/// How many calls are let through. What goes beyond is refused with a 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// All calls of one account, per second.
    pub calls_per_second: u32,
    /// Searches of one account, per second.
    pub searches_per_second: u32,
    /// Changes of one PaymentIntent (update, confirm, capture, cancel), per hour.
    pub changes_per_intent_per_hour: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { calls_per_second: 25, searches_per_second: 20, changes_per_intent_per_hour: 1_000 }
    }
}

/// What is counted of one call.
pub(crate) struct Counted<'a> {
    pub(crate) account: &'a str,
    pub(crate) is_search: bool,
    /// The PaymentIntent or SetupIntent that a POST changes.
    pub(crate) changes: Option<&'a str>,
}

/// What has been counted, and what is busy. It is not stored: a second later it means nothing.
#[derive(Clone, Default)]
pub(crate) struct Traffic {
    /// The window's number and the calls in it, by what is limited.
    counts: HashMap<String, (u64, u32)>,
    /// Until when an object is locked, and by which request.
    locks: HashMap<String, (u64, String)>,
}

impl Traffic {
    /// Counts a call, and refuses it when it is one too many.
    pub(crate) fn admit(&mut self, limits: RateLimits, counted: &Counted<'_>, now_ms: u64) -> Result<(), ApiError> {
        let too_many = |code| {
            ApiError::new(
                429,
                ErrorType::InvalidRequest,
                "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
            )
            .code(code)
            .not_kept()
        };
        let account = counted.account;
        if self.counts.len() > 10_000 {
            let second = now_ms / SECOND_MS;
            self.counts.retain(|name, (window, _)| name.starts_with("pi ") || *window >= second);
        }
        if !self.fits(format!("calls {account}"), now_ms / SECOND_MS, limits.calls_per_second) {
            return Err(too_many("rate_limit"));
        }
        if counted.is_search && !self.fits(format!("search {account}"), now_ms / SECOND_MS, limits.searches_per_second)
        {
            return Err(too_many("rate_limit"));
        }
        if let Some(id) = counted.changes
            && !self.fits(format!("pi {id}"), now_ms / HOUR_MS, limits.changes_per_intent_per_hour)
        {
            return Err(too_many("payment_intent_rate_limit_exceeded"));
        }
        Ok(())
    }

    fn fits(&mut self, name: String, window: u64, limit: u32) -> bool {
        let (counted_in, count) = self.counts.entry(name).or_insert((window, 0));
        if *counted_in != window {
            (*counted_in, *count) = (window, 0);
        }
        *count = count.saturating_add(1);
        *count <= limit
    }

    /// Refuses a change of an object that another call is busy with.
    pub(crate) fn check_lock(&self, id: &str, now_ms: u64) -> Result<(), ApiError> {
        match self.locks.get(id) {
            Some((until_ms, _)) if *until_ms > now_ms => Err(ApiError::new(
                429,
                ErrorType::InvalidRequest,
                "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate.",
            )
            .code("lock_timeout")
            .not_kept()),
            Some(_) | None => Ok(()),
        }
    }

    /// Locks an object for as long as the answer to this request takes.
    pub(crate) fn lock(&mut self, id: &str, request_id: &str, until_ms: u64) {
        self.locks.insert(id.to_owned(), (until_ms, request_id.to_owned()));
    }

    /// The request has had its answer.
    pub(crate) fn release(&mut self, request_id: &str) {
        self.locks.retain(|_, (_, holder)| holder != request_id);
    }
}
