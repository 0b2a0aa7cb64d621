//! Where the payment window stands: over the till's side panel, so that the field stays whole and the customer can read it;
//! over all of the till where a screen is too small for that. Where a program may not place its windows (Wayland) it asks for
//! a size that fits, and the till's own window is told to be calm all over.

use std::sync::Mutex;

use tauri::{Emitter as _, WebviewWindow};

use crate::main_window;
use crate::screen::{self, Area, Frame, Screen, Standing, scaled};
use crate::views::PaymentWindowCovers as Covers;

/// The size of the page where there is room, logical pixels: a bank's challenge of 500 x 600 fits in it.
pub(super) const SIZE: (f64, f64) = (720.0, 760.0);
/// The narrowest and the lowest that stands over the side panel, logical pixels: a challenge is 500 wide.
const LEAST_BESIDE: (f64, f64) = (516.0, 560.0);
/// The side panel's least width and share of the whole, and the height of the mode band: as `ui/till/stage/Stage.svelte` and
/// `ui/shared/ModeBand.svelte` have them. Held against the real windows in `tests/src/bin/windows/screens.rs`.
const SIDE_LEAST: f64 = 380.0;
const SIDE_SHARE: f64 = 2.45;
const BAND: f64 = 34.0;

/// The frame that the window had when it was last shown.
#[derive(Default)]
pub(super) struct SeenFrame(Mutex<Option<Frame>>);

impl SeenFrame {
    /// A window that has just come up has none yet.
    fn see(&self, window: Option<Standing>) {
        let frame = window.map(Standing::frame).filter(|frame| frame.height > 0);
        if let (Some(frame), Ok(mut seen)) = (frame, self.0.lock()) {
            *seen = Some(frame);
        }
    }

    fn seen(&self) -> Option<Frame> {
        self.0.lock().ok().and_then(|seen| *seen)
    }
}

/// A place for the payment window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Placed {
    /// With its frame.
    outer: Area,
    covers: Covers,
}

/// Gives the window its size and place by where the till's window is now, and tells what it then covers.
pub(super) fn stand(window: &WebviewWindow, main: &WebviewWindow, frame: &SeenFrame) -> Covers {
    if screen::windows_can_be_placed() && window.is_visible().unwrap_or(false) {
        frame.see(Standing::of(window));
    }
    let Some((placed, frame)) = placing(main, frame) else { return Covers::All };
    drop(super::system::resize(window, frame.page_of(placed.outer)));
    if screen::windows_can_be_placed() {
        drop(window.set_position(placed.outer.position()));
    }
    placed.covers
}

/// Where the window belongs, and the frame that is reckoned with. `None` while the till's is on no screen.
fn placing(main: &WebviewWindow, frame: &SeenFrame) -> Option<(Placed, Frame)> {
    let (screen, till) = (screen::of(main)?, Standing::of(main)?);
    let can_be_placed = screen::windows_can_be_placed();
    // Until its own has been seen it will be like the till's. Under Wayland a frame that the compositor draws is not told.
    let seen = frame.seen().unwrap_or_else(|| till.frame());
    if can_be_placed {
        let frame = if seen.height > 0 { seen } else { larger(till.frame(), Frame::usual(screen.scale)) };
        return Some((place(till, screen, frame), frame));
    }
    let frame = larger(till.frame(), Frame::usual(screen.scale));
    let told = main.is_maximized().unwrap_or(false) || main.is_fullscreen().unwrap_or(false);
    // A maximised window is as large as what the panels leave, which nobody else tells.
    let room = if told { till.outer } else { screen.room };
    Some((Placed { outer: wanted(screen, frame).fitted_into(room), covers: Covers::All }, frame))
}

/// How the window stands if that is not where it belongs; `None` when it does, and where nobody tells.
pub(super) fn astray(window: &WebviewWindow, main: &WebviewWindow, frame: &SeenFrame) -> Option<Standing> {
    if !screen::windows_can_be_placed() || !window.is_visible().unwrap_or(false) {
        return None;
    }
    let (screen, standing) = (screen::of(window)?, Standing::of(window)?);
    let (placed, _) = placing(main, frame)?;
    is_astray(standing.outer, placed.outer, screen).then_some(standing)
}

/// What is asked for in physical pixels is given in logical ones: so much may an edge be off, but not off the screen.
fn is_astray(outer: Area, placed: Area, screen: Screen) -> bool {
    let off = |one: i32, other: i32| one.abs_diff(other) > scaled(1.0, screen.scale).unsigned_abs();
    off(outer.x, placed.x)
        || off(outer.y, placed.y)
        || off(outer.right(), placed.right())
        || off(outer.bottom(), placed.bottom())
        || outer.fitted_into(screen.room) != outer
}

/// By so much a window is made smaller that has to be asked for another size, pixels.
const LESS: Frame = Frame { width: 8, height: 8 };

/// Makes the window a little smaller than it is.
pub(super) fn shrink(window: &WebviewWindow) {
    if let Some(standing) = Standing::of(window) {
        drop(super::system::resize(window, LESS.page_of(standing.page)));
    }
}

/// Tells the till's window what the payment window covers of it.
pub(super) fn tell(main: &WebviewWindow, covers: Covers) {
    drop(main.emit_to(main_window::LABEL, "payment-window", covers));
}

fn place(till: Standing, screen: Screen, frame: Frame) -> Placed {
    let Screen { room, scale } = screen;
    let wanted = wanted(screen, frame);
    let side = scaled((f64::from(till.page.width) / scale / SIDE_SHARE).max(SIDE_LEAST), scale);
    let (left, top) = (till.page.right() - side, till.page.y + scaled(BAND, scale));
    let width = wanted.width.min(room.right() - left);
    let height = wanted.height.min(room.bottom() - top);
    let least = (scaled(LEAST_BESIDE.0, scale), scaled(LEAST_BESIDE.1, scale));
    if left >= room.x && top >= room.y && width >= least.0 && height >= least.1 {
        let x = left + (side - width).max(0) / 2;
        return Placed { outer: Area { x, y: top, width, height }, covers: Covers::Side };
    }
    let all =
        Area { width: till.outer.width.max(wanted.width), height: till.outer.height.max(wanted.height), ..wanted };
    Placed { outer: all.centred_in(till.outer).fitted_into(room), covers: Covers::All }
}

/// As large as there is use for, anywhere.
fn wanted(screen: Screen, frame: Frame) -> Area {
    let Screen { room, scale } = screen;
    let (width, height) = (scaled(SIZE.0, scale) + frame.width, scaled(SIZE.1, scale) + frame.height);
    Area { x: room.x, y: room.y, width, height }
}

fn larger(one: Frame, other: Frame) -> Frame {
    Frame { width: one.width.max(other.width), height: one.height.max(other.height) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { width: 2, height: 24 };

    fn till(x: i32, y: i32, width: i32, height: i32) -> Standing {
        let page = Area { x: x + 1, y: y + 23, width, height };
        Standing { outer: Area { x, y, width: width + FRAME.width, height: height + FRAME.height }, page }
    }

    fn screen(width: i32, height: i32, scale: f64) -> Screen {
        Screen { room: Area { x: 0, y: 0, width, height }, scale }
    }

    #[test]
    fn it_stands_over_the_side_panel_where_there_is_room() {
        let placed = place(till(370, 128, 1180, 800), screen(1920, 1080, 1.0), FRAME);
        assert_eq!(placed.covers, Covers::Side);
        // The side panel begins at 371 + 1180 - 482, and the field ends there.
        assert_eq!(placed.outer, Area { x: 1069, y: 185, width: 722, height: 784 });
    }

    #[test]
    fn it_is_narrower_before_it_covers_the_field() {
        let placed = place(till(129, 88, 1180, 800), screen(1440, 1000, 1.0), FRAME);
        assert_eq!((placed.covers, placed.outer.x, placed.outer.right()), (Covers::Side, 828, 1440));
        let maximised = place(till(0, 0, 1278, 696), screen(1280, 720, 1.0), FRAME);
        assert_eq!((maximised.covers, maximised.outer.right(), maximised.outer.bottom()), (Covers::Side, 1280, 720));
    }

    #[test]
    fn it_stands_in_the_middle_of_a_wide_side_panel() {
        let placed = place(till(0, 0, 3838, 2136), screen(3840, 2160, 1.0), FRAME);
        assert_eq!((placed.covers, placed.outer.width), (Covers::Side, 722));
        let side_left = 1 + 3838 - 1567;
        assert_eq!(placed.outer.x - side_left, (1567 - 722) / 2);
    }

    #[test]
    fn it_covers_all_of_the_till_on_a_small_screen() {
        for (width, height, scale) in [(1024, 600, 1.0), (1920, 1080, 2.0), (1000, 1700, 1.0)] {
            let screen = screen(width, height, scale);
            let placed = place(till(0, 0, width - 2, height - 24), screen, FRAME);
            assert_eq!(placed, Placed { outer: screen.room, covers: Covers::All });
        }
    }

    #[test]
    fn it_is_never_larger_than_its_screen_nor_off_it() {
        for (width, height, scale) in [
            (800, 480, 1.0),
            (1024, 600, 1.0),
            (1280, 720, 1.0),
            (1366, 768, 1.0),
            (1920, 1080, 2.0),
            (3840, 2160, 2.0),
        ] {
            let screen = screen(width, height, scale);
            for (x, y) in [(0, 0), (width - 300, height - 200), (-900, 100), (200, -300), (5000, 5000)] {
                let placed = place(till(x, y, 1180, 800), screen, FRAME).outer;
                assert_eq!(placed.fitted_into(screen.room), placed, "{width} x {height} at {scale}, {x} {y}");
            }
        }
    }

    #[test]
    fn what_stands_two_pixels_off_is_astray() {
        // As seen: the till is maximised and has no borders, the window was reckoned without any, and was moved for them.
        let placed = Area { x: 758, y: 53, width: 522, height: 635 };
        let screen = Screen { room: Area { x: 0, y: 0, width: 1280, height: 688 }, scale: 1.0 };
        assert!(!is_astray(placed, placed, screen));
        assert!(!is_astray(Area { width: 521, ..placed }, placed, screen));
        assert!(is_astray(Area { x: 756, width: 524, ..placed }, placed, screen));
        assert!(is_astray(Area { height: 637, ..placed }, placed, screen));
        // One pixel is too much where it is off the screen.
        assert!(is_astray(Area { width: 523, ..placed }, placed, screen));
        assert!(!is_astray(Area { x: 756, ..placed }, placed, Screen { scale: 2.0, ..screen }));
    }

    #[test]
    fn a_till_that_is_moved_to_the_edge_is_covered() {
        let placed = place(till(738, 128, 1180, 800), screen(1920, 1080, 1.0), FRAME);
        assert_eq!(placed.covers, Covers::All);
        let under = placed.outer;
        let all = till(738, 128, 1180, 800).outer;
        assert!(under.x <= all.x && under.y <= all.y && under.right() >= all.right() && under.bottom() >= all.bottom());
    }
}
