//! The screens: how much of each the windows may take, and how a window is fitted into that.
//!
//! All in physical pixels, as the systems tell places. No window asks for a size without asking here how much there is.
//! What is asked of GTK is asked on the main thread.

use tauri::{AppHandle, Monitor, PhysicalPosition, PhysicalSize, WebviewWindow};

/// What a frame adds to a window's height until one has been seen, logical pixels.
const USUAL_FRAME_HEIGHT: f64 = 40.0;
/// What panels may take of a screen's height where the system does not say (Wayland), logical pixels.
const UNTOLD_PANELS: f64 = 48.0;

/// A rectangle. Signed throughout: a window may begin left of a screen, and differences are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Area {
    pub(crate) fn right(self) -> i32 {
        self.x.saturating_add(self.width)
    }

    pub(crate) fn bottom(self) -> i32 {
        self.y.saturating_add(self.height)
    }

    /// Cut to the size of `room` where it is larger, and moved into it where it sticks out.
    pub(crate) fn fitted_into(self, room: Self) -> Self {
        let (width, height) = (self.width.min(room.width), self.height.min(room.height));
        Self {
            x: self.x.clamp(room.x, room.right() - width),
            y: self.y.clamp(room.y, room.bottom() - height),
            width,
            height,
        }
    }

    /// Of this size, in the middle of `room`.
    pub(crate) fn centred_in(self, room: Self) -> Self {
        Self { x: room.x + (room.width - self.width) / 2, y: room.y + (room.height - self.height) / 2, ..self }
    }

    /// How much of it is in `other`, in pixels.
    fn shared_with(self, other: Self) -> i64 {
        let width = self.right().min(other.right()).saturating_sub(self.x.max(other.x)).max(0);
        let height = self.bottom().min(other.bottom()).saturating_sub(self.y.max(other.y)).max(0);
        i64::from(width) * i64::from(height)
    }

    /// Its place.
    pub(crate) fn position(self) -> PhysicalPosition<i32> {
        PhysicalPosition::new(self.x, self.y)
    }
}

/// What the frame around a window (title bar, borders) adds to the size of its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Frame {
    /// What is reckoned with before a frame has been seen.
    pub(crate) fn usual(scale: f64) -> Self {
        Self { width: 0, height: scaled(USUAL_FRAME_HEIGHT, scale) }
    }

    /// The size of the page in a window of this size.
    pub(crate) fn page_of(self, outer: Area) -> PhysicalSize<u32> {
        let inside = |outer: i32, frame: i32| u32::try_from((outer - frame).max(1)).unwrap_or(1);
        PhysicalSize::new(inside(outer.width, self.width), inside(outer.height, self.height))
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Screen {
    /// What windows may take of it: all but the panels.
    pub(crate) room: Area,
    /// Physical pixels per logical one.
    pub(crate) scale: f64,
}

impl From<&Monitor> for Screen {
    fn from(monitor: &Monitor) -> Self {
        let (area, scale) = (monitor.work_area(), monitor.scale_factor());
        let length = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
        let mut room = Area {
            x: area.position.x,
            y: area.position.y,
            width: length(area.size.width),
            height: length(area.size.height),
        };
        if !windows_can_be_placed() {
            room.height = (room.height - scaled(UNTOLD_PANELS, scale)).max(1);
        }
        Self { room, scale }
    }
}

/// All screens, the primary one first.
pub(crate) fn all(app: &AppHandle) -> Vec<Screen> {
    let primary = app.primary_monitor().ok().flatten();
    let others = app.available_monitors().unwrap_or_default();
    primary.iter().chain(&others).map(Screen::from).collect()
}

pub(crate) fn of(window: &WebviewWindow) -> Option<Screen> {
    window.current_monitor().ok().flatten().as_ref().map(Screen::from)
}

/// The screen that shows most of `window`, if any shows some of it.
pub(crate) fn showing_most(window: Area, screens: &[Screen]) -> Option<Screen> {
    let shown = screens.iter().filter(|screen| window.shared_with(screen.room) > 0);
    shown.max_by_key(|screen| window.shared_with(screen.room)).copied()
}

/// A window as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// With its frame.
    pub(crate) outer: Area,
    pub(crate) page: Area,
}

impl Standing {
    /// How `window` stands; `None` while it is not on a screen.
    pub(crate) fn of(window: &WebviewWindow) -> Option<Self> {
        let (at, size) = (window.outer_position().ok()?, window.outer_size().ok()?);
        let (page_at, page) = (window.inner_position().ok()?, page_size(window)?);
        let area = |at: PhysicalPosition<i32>, size: PhysicalSize<u32>| {
            let (width, height) = (i32::try_from(size.width).ok()?, i32::try_from(size.height).ok()?);
            (width > 1 && height > 1).then_some(Area { x: at.x, y: at.y, width, height })
        };
        Some(Self { outer: area(at, size)?, page: area(page_at, page)? })
    }

    /// The frame around the page.
    pub(crate) fn frame(self) -> Frame {
        Frame {
            width: (self.outer.width - self.page.width).max(0),
            height: (self.outer.height - self.page.height).max(0),
        }
    }
}

/// The size that asking for again would give the window. GTK may draw the frame itself, and then Tauri's `inner_size`
/// counts it in, and a window that asks for that at each start grows each time.
#[cfg(target_os = "linux")]
pub(crate) fn page_size(window: &WebviewWindow) -> Option<PhysicalSize<u32>> {
    use gtk::prelude::GtkWindowExt as _;
    let (width, height) = window.gtk_window().ok()?.size();
    Some(tauri::LogicalSize::new(width, height).to_physical(window.scale_factor().ok()?))
}

/// The size that asking for again would give the window.
#[cfg(not(target_os = "linux"))]
pub(crate) fn page_size(window: &WebviewWindow) -> Option<PhysicalSize<u32>> {
    window.inner_size().ok()
}

/// Whether a program may say where its windows stand. Under Wayland it may not, and is not told where they are.
#[cfg(target_os = "linux")]
pub(crate) fn windows_can_be_placed() -> bool {
    use gtk::prelude::DisplayExtManual as _;
    !gtk::gdk::Display::default().is_some_and(|display| display.backend().is_wayland())
}

/// Whether a program may say where its windows stand.
#[cfg(not(target_os = "linux"))]
pub(crate) fn windows_can_be_placed() -> bool {
    true
}

/// Runs `changed` after screens have come, gone or changed, once the window manager has had time to follow, and once more
/// for a slow one.
#[cfg(target_os = "linux")]
pub(crate) fn on_change(changed: impl Fn() + Clone + 'static) {
    use gtk::glib;
    let Some(screen) = gtk::gdk::Screen::default() else { return };
    let soon = move || {
        for wait in [std::time::Duration::from_millis(300), std::time::Duration::from_millis(1500)] {
            glib::timeout_add_local_once(wait, changed.clone());
        }
    };
    let too = soon.clone();
    screen.connect_monitors_changed(move |_| soon());
    screen.connect_size_changed(move |_| too());
}

/// Logical pixels as physical ones.
#[expect(clippy::cast_possible_truncation, reason = "sizes of windows; `as` saturates")]
pub(crate) fn scaled(logical: f64, scale: f64) -> i32 {
    (logical * scale).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Area = Area { x: 0, y: 30, width: 1024, height: 570 };

    #[test]
    fn what_is_too_large_is_cut_and_what_sticks_out_is_moved() {
        let too_large = Area { x: 300, y: -40, width: 3000, height: 900 };
        assert_eq!(too_large.fitted_into(ROOM), ROOM);
        let outside = Area { x: 3000, y: 2000, width: 400, height: 300 };
        assert_eq!(outside.fitted_into(ROOM), Area { x: 624, y: 300, width: 400, height: 300 });
        let inside = Area { x: 10, y: 40, width: 400, height: 300 };
        assert_eq!(inside.fitted_into(ROOM), inside);
    }

    #[test]
    fn a_window_is_on_the_screen_that_shows_most_of_it() {
        let screen = |x| Screen { room: Area { x, ..ROOM }, scale: 1.0 };
        let screens = [screen(0), screen(1024)];
        let at = |x| Area { x, y: 100, width: 400, height: 300 };
        assert_eq!(showing_most(at(800), &screens), Some(screens[0]));
        assert_eq!(showing_most(at(900), &screens), Some(screens[1]));
        assert_eq!(showing_most(at(3000), &screens), None);
        assert_eq!(showing_most(Area { x: i32::MAX, y: i32::MIN, ..at(0) }, &screens), None);
    }

    #[test]
    fn a_page_is_what_the_frame_leaves() {
        let frame = Frame { width: 2, height: 40 };
        assert_eq!(frame.page_of(ROOM), PhysicalSize::new(1022, 530));
        assert_eq!(frame.page_of(Area { width: 1, height: 1, ..ROOM }), PhysicalSize::new(1, 1));
    }
}
