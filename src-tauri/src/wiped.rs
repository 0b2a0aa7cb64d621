//! Memory is overwritten when the program gives it back.
//!
//! The shop's key and a sale's client secret are in more places than those that are named after them: in an answer as it came from
//! the network, in the text that it was read from, in what crosses to a window, in a buffer that was too small and was copied. All
//! of these are let go of when they have served; without this their bytes would stay until something else happens to be written
//! over them. It costs what it costs to fill the memory that is freed, which is little beside what was done with it.
//!
//! Deliberately not here: what the web engine's own libraries allocate.

use std::alloc::{GlobalAlloc, Layout, System};

#[global_allocator]
static ALLOCATOR: Wiped<System> = Wiped(System);

/// Wipes what `Memory` gets back.
struct Wiped<Memory>(Memory);

// `realloc` is not passed on, but left to what stands in for it: new memory, a copy, and the old memory given back. The system
// would leave the old bytes where they were.
#[expect(unsafe_code, reason = "an allocator is asked by promises that the compiler does not check")]
// SAFETY: every promise of the caller is handed on as it came, and what is wiped is still the caller's to give.
unsafe impl<Memory: GlobalAlloc> GlobalAlloc for Wiped<Memory> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised to us.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised to us.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: `memory` was allocated with this layout, and nobody reads it any more: that is promised to us.
        unsafe {
            std::ptr::write_bytes(memory, 0, layout.size());
            // A compiler may leave out what it can show nobody to read.
            zeroize::optimization_barrier(std::slice::from_raw_parts(memory, layout.size()));
            self.0.dealloc(memory, layout);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Memory for one allocation, and how much of it was not wiped when it came back.
    struct Watched {
        left: Cell<Option<usize>>,
    }

    #[expect(unsafe_code, reason = "it stands in for the system's allocator")]
    // SAFETY: it is the system's but for one look at what is given back, which is still there then.
    unsafe impl GlobalAlloc for Watched {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: as promised to us.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
            // SAFETY: as promised to us.
            unsafe {
                let bytes = std::slice::from_raw_parts(memory, layout.size());
                self.left.set(Some(bytes.iter().filter(|byte| **byte != 0).count()));
                System.dealloc(memory, layout);
            }
        }
    }

    #[test]
    #[expect(unsafe_code, reason = "an allocator is called by hand")]
    fn what_is_given_back_is_empty_and_so_is_what_was_too_small() {
        let wiped = Wiped(Watched { left: Cell::new(None) });
        let secret = b"pi_1_secret_2";
        let (small, large) =
            (Layout::array::<u8>(secret.len()).expect("small"), Layout::array::<u8>(64).expect("small"));
        // SAFETY: the memory is asked for, filled, grown and given back with its own layouts.
        unsafe {
            let memory = wiped.alloc(small);
            memory.copy_from_nonoverlapping(secret.as_ptr(), secret.len());
            let grown = wiped.realloc(memory, small, large.size());
            assert_eq!(wiped.0.left.take(), Some(0), "where it was before it grew");
            assert_eq!(std::slice::from_raw_parts(grown, secret.len()), secret);
            wiped.dealloc(grown, large);
            assert_eq!(wiped.0.left.take(), Some(0), "where it was last");
        }
    }
}
