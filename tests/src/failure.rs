//! What went wrong, in a sentence that says what was expected and what was there.

use std::fmt;

/// A test's or the harness's failure.
#[derive(Debug)]
pub struct Failure(String);

/// What most of the harness returns.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure told in a sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// The same failure, with what was being done before it.
    #[must_use]
    pub fn during(self, what: impl fmt::Display) -> Self {
        Self(format!("{what}: {}", self.0))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Puts what was being done before an error of another library.
pub trait During<T> {
    /// Says what was being done when it failed.
    ///
    /// # Errors
    /// The same error, as a [`Failure`].
    fn during(self, what: impl fmt::Display) -> Outcome<T>;
}

impl<T, E: fmt::Display> During<T> for Result<T, E> {
    fn during(self, what: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| Failure::new(format!("{what}: {error}")))
    }
}

/// Fails with a sentence unless the condition holds.
///
/// # Errors
/// The sentence.
pub fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(Failure::new(otherwise())) }
}

/// Fails unless both are equal, showing both.
///
/// # Errors
/// What was expected and what was there.
pub fn expect_eq<T: PartialEq + fmt::Debug>(what: &str, is: T, wanted: T) -> Outcome {
    expect(is == wanted, || format!("{what}: expected {wanted:?}, but it is {is:?}"))
}
