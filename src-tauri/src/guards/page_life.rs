//! How often a page that ends is brought back by itself.

use std::time::{Duration, Instant};

/// A page that ends this often within [`SPAN`] is brought back; one more, and somebody is asked.
const AT_MOST: usize = 3;
/// See [`AT_MOST`].
const SPAN: Duration = Duration::from_secs(60);

/// What is done about a page that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is loaded again.
    Again,
    /// It ends again and again: it is left, and that is said.
    Leave,
    /// It was left already.
    Left,
}

/// The ends of one window's page.
#[derive(Debug, Default)]
pub(crate) struct PageLife {
    ends: Vec<Instant>,
    left: bool,
}

impl PageLife {
    pub(crate) fn ended(&mut self, now: Instant) -> Next {
        if self.left {
            return Next::Left;
        }
        self.ends.retain(|end| now.duration_since(*end) < SPAN);
        self.ends.push(now);
        self.left = self.ends.len() > AT_MOST;
        if self.left { Next::Leave } else { Next::Again }
    }

    /// Whether it is not brought back by itself any more.
    pub(crate) fn is_left(&self) -> bool {
        self.left
    }

    /// Somebody wants it back all the same.
    pub(crate) fn begin_again(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_ends_at_once_again_and_again_is_left() {
        let start = Instant::now();
        let mut page = PageLife::default();
        let next: Vec<_> = (0..6).map(|second| page.ended(start + Duration::from_secs(second))).collect();
        assert_eq!(next, [Next::Again, Next::Again, Next::Again, Next::Leave, Next::Left, Next::Left]);
        page.begin_again();
        assert_eq!(page.ended(start + Duration::from_secs(7)), Next::Again);
    }

    #[test]
    fn a_page_that_ends_now_and_then_comes_back_each_time() {
        let start = Instant::now();
        let mut page = PageLife::default();
        for minute in 0..100 {
            assert_eq!(page.ended(start + Duration::from_secs(21 * minute)), Next::Again, "the {minute}th");
        }
    }
}
