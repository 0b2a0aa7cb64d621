//! What is found while a world is played, where nobody asks: in the middle of a call, or in a task that falls over.
//!
//! The till lives on when one of its tasks panics: to it the answer is lost, which is right in a shop. In a test it would
//! hide the panic. So everything that is found out of sequence is kept here, and fails the world at the next look.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::sync::Once;

thread_local! {
    // A world is played in one thread, and no thread plays two at once.
    static PLAYING: Cell<bool> = const { Cell::new(false) };
    static FOUND: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// From now on, until it is dropped, panics of this thread are kept as findings.
pub(crate) struct Playing;

impl Playing {
    /// A new world begins: nothing has been found yet.
    pub(crate) fn start() -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let usual = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                if !PLAYING.get() {
                    return usual(info);
                }
                let at = info.location().map(ToString::to_string).unwrap_or_default();
                note(format!("something panicked at {at}: {}", said(info.payload())));
            }));
        });
        drop(take());
        PLAYING.set(true);
        Self
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        PLAYING.set(false);
    }
}

/// What a panic says.
fn said(payload: &(dyn Any + Send)) -> &str {
    let words = payload.downcast_ref::<String>().map(String::as_str);
    words.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}

/// Keeps a finding.
pub(crate) fn note(what: String) {
    FOUND.with_borrow_mut(|found| found.push(what));
}

/// What was found since this was last asked.
pub(crate) fn take() -> Vec<String> {
    FOUND.take()
}

/// # Errors
/// What was found since this was last asked.
pub(crate) fn check() -> Result<(), String> {
    let found = take();
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}
