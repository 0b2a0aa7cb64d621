//! Where the till's window opens and how large: as it was left, as far as the screens of today have room for it.
//!
//! Kept here and not by Tauri's plugin for it, which asks for sizes without looking at the screen, and under GTK's own
//! frames keeps a size that grows with each start.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tauri::{LogicalSize, PhysicalSize, WebviewWindow};
use till::durable;

use crate::screen::{self, Area, Frame, Screen, Standing, scaled};

/// The file in the data folder.
const FILE: &str = "window-state.json";
/// The size of a first start, logical pixels.
const SIZE: (f64, f64) = (1180.0, 800.0);
/// The least that staff may make of the window where the screen has it, logical pixels. Everything scrolls in it.
const LEAST: (f64, f64) = (760.0, 440.0);

/// How the window was left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct LastPlace {
    /// The frame's corner, as far as the system tells.
    x: i32,
    y: i32,
    /// The page's size when the window was last not maximised.
    width: u32,
    height: u32,
    #[serde(default)]
    maximized: bool,
    /// The scale of the screen that these pixels were on. Earlier versions did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale: Option<f64>,
}

/// The file: other windows than the main one have no place of their own.
#[derive(Debug, Serialize, Deserialize)]
struct PlaceFile {
    main: LastPlace,
}

/// How the window is to be opened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Opening {
    /// The page, physical pixels.
    pub(super) page: PhysicalSize<u32>,
    /// The frame's corner and size.
    pub(super) outer: Area,
    /// The least size of the page, logical pixels.
    pub(super) least: LogicalSize<f64>,
    pub(super) maximized: bool,
    /// Of the screen.
    pub(super) scale: f64,
}

impl Opening {
    /// What the file in `folder` and the screens of today ask for. A file that cannot be read is none.
    pub(super) fn read(folder: &Path, screens: &[Screen]) -> Self {
        let kept = fs::read(folder.join(FILE)).ok().and_then(|bytes| serde_json::from_slice::<PlaceFile>(&bytes).ok());
        Self::of(kept.map(|file| file.main), screens)
    }

    /// A window that does not fit is opened maximised: the system knows best what the panels leave.
    fn of(kept: Option<LastPlace>, screens: &[Screen]) -> Self {
        let kept = kept.filter(|kept| kept.width > 0 && kept.height > 0);
        let known = kept.and_then(|kept| {
            let (width, height) = (i32::try_from(kept.width).ok()?, i32::try_from(kept.height).ok()?);
            screen::showing_most(Area { x: kept.x, y: kept.y, width, height }, screens)
        });
        let screen = known.or_else(|| screens.first().copied());
        let scale = screen.map_or(1.0, |screen| screen.scale);
        let (width, height) = kept.map_or(SIZE, |kept| {
            let kept_scale = kept.scale.filter(|scale| *scale > 0.0).unwrap_or(scale);
            (f64::from(kept.width) / kept_scale, f64::from(kept.height) / kept_scale)
        });
        let frame = Frame::usual(scale);
        let wanted = Area {
            x: kept.map_or(0, |kept| kept.x),
            y: kept.map_or(0, |kept| kept.y),
            width: scaled(width, scale).saturating_add(frame.width),
            height: scaled(height, scale).saturating_add(frame.height),
        };
        let outer = match screen {
            Some(screen) if known.is_some() => wanted.fitted_into(screen.room),
            Some(screen) => wanted.fitted_into(screen.room).centred_in(screen.room),
            None => wanted,
        };
        let fits = (outer.width, outer.height) == (wanted.width, wanted.height);
        Self {
            page: frame.page_of(outer),
            outer,
            least: least(screen),
            maximized: !fits || kept.is_some_and(|kept| kept.maximized),
            scale,
        }
    }
}

/// The least size of the page: no screen is too small for it.
fn least(screen: Option<Screen>) -> LogicalSize<f64> {
    let Some(Screen { room, scale }) = screen else { return LogicalSize::new(LEAST.0, LEAST.1) };
    let page = Frame::usual(scale).page_of(room).to_logical::<f64>(scale);
    LogicalSize::new(LEAST.0.min(page.width), LEAST.1.min(page.height))
}

/// The window's place as it was last seen, to be kept at the end.
#[derive(Debug, Default)]
pub(crate) struct Place(Mutex<Option<LastPlace>>);

impl Place {
    /// Takes note of where the window is. While it is maximised, its size and place are those that it goes back to.
    pub(super) fn see(&self, window: &WebviewWindow) {
        let maximized = window.is_maximized().unwrap_or(false);
        if window.is_minimized().unwrap_or(false) || window.is_fullscreen().unwrap_or(false) {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if maximized {
            if let Some(kept) = kept.as_mut() {
                kept.maximized = true;
            }
            return;
        }
        let (Some(standing), Some(size), Ok(scale)) =
            (Standing::of(window), screen::page_size(window), window.scale_factor())
        else {
            return;
        };
        let Area { x, y, .. } = standing.outer;
        *kept = Some(LastPlace { x, y, width: size.width, height: size.height, maximized: false, scale: Some(scale) });
    }

    /// The window opens as `opening` says: what it goes back to when it is no longer maximised is known from there.
    pub(super) fn begin(&self, opening: &Opening) {
        let (Area { x, y, .. }, PhysicalSize { width, height }) = (opening.outer, opening.page);
        let kept = LastPlace { x, y, width, height, maximized: opening.maximized, scale: Some(opening.scale) };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }

    /// Writes it down. It is no loss when that fails: the window opens in the middle then.
    pub(crate) fn keep(&self, folder: &Path) {
        let Some(main) = *self.0.lock().unwrap_or_else(PoisonError::into_inner) else { return };
        let text = serde_json::to_vec_pretty(&PlaceFile { main }).map_err(std::io::Error::from);
        let kept = text.and_then(|text| durable::replace(&folder.join(FILE), |part| fs::write(part, text)));
        if let Err(reason) = kept {
            log::warn!("The window's place could not be kept: {reason}");
        }
    }
}

/// Brings the window into its screen: no larger than the room there, and all of it in sight. The system sees to a window
/// that is maximised.
pub(crate) fn settle(window: &WebviewWindow) {
    let screen = screen::of(window);
    drop(window.set_min_size(Some(least(screen))));
    let settled = [window.is_maximized(), window.is_fullscreen(), window.is_minimized()];
    let (Some(screen), Some(now)) = (screen, Standing::of(window)) else { return };
    if settled.into_iter().any(|state| state.unwrap_or(false)) {
        return;
    }
    let fitted = if screen::windows_can_be_placed() {
        now.outer.fitted_into(screen.room)
    } else {
        // Where it is is not told there.
        Area { x: screen.room.x, y: screen.room.y, ..now.outer }.fitted_into(screen.room)
    };
    if (fitted.width, fitted.height) != (now.outer.width, now.outer.height) {
        drop(window.set_size(now.frame().page_of(fitted)));
    }
    if screen::windows_can_be_placed() && fitted.position() != now.outer.position() {
        drop(window.set_position(fitted.position()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(width: i32, height: i32, scale: f64) -> Screen {
        Screen { room: Area { x: 0, y: 0, width, height }, scale }
    }

    fn kept(x: i32, y: i32, width: u32, height: u32) -> LastPlace {
        LastPlace { x, y, width, height, maximized: false, scale: Some(1.0) }
    }

    fn is_within(opening: &Opening, room: Area) -> bool {
        opening.outer.fitted_into(room) == opening.outer
    }

    #[test]
    fn a_first_start_is_in_the_middle() {
        let opening = Opening::of(None, &[screen(1920, 1080, 1.0)]);
        assert_eq!((opening.page.width, opening.page.height, opening.maximized), (1180, 800, false));
        assert_eq!((opening.outer.x, opening.outer.y), (370, 120));
        let doubled = Opening::of(None, &[screen(3840, 2160, 2.0)]);
        assert_eq!((doubled.page.width, doubled.page.height, doubled.maximized), (2360, 1600, false));
    }

    #[test]
    fn what_does_not_fit_is_maximised_and_goes_back_to_what_fits() {
        for room in [screen(1024, 600, 1.0), screen(1280, 720, 1.0), screen(1920, 1080, 2.0)] {
            for kept in [None, Some(kept(100, 100, 3700, 2000)), Some(kept(3000, 1500, 3700, 2000))] {
                let opening = Opening::of(kept, &[room]);
                assert!(opening.maximized && is_within(&opening, room.room), "{kept:?} on {room:?}: {opening:?}");
            }
        }
    }

    #[test]
    fn a_place_on_a_screen_that_is_gone_becomes_the_middle() {
        let room = screen(1440, 900, 1.0);
        for at in [kept(3000, 1500, 1180, 800), kept(-2000, 100, 1180, 800), kept(i32::MAX, i32::MIN, 1180, 800)] {
            let opening = Opening::of(Some(at), &[room]);
            assert_eq!((opening.outer.x, opening.outer.y, opening.maximized), (130, 30, false), "{at:?}");
        }
        let sticking_out = Opening::of(Some(kept(1000, 300, 1000, 700)), &[room]);
        assert_eq!((sticking_out.outer.x, sticking_out.outer.y), (440, 160));
        assert!(!sticking_out.maximized);
    }

    #[test]
    fn it_is_as_large_on_a_screen_of_another_scale() {
        let opening = Opening::of(Some(kept(100, 100, 1000, 700)), &[screen(3840, 2160, 2.0)]);
        assert_eq!((opening.page.width, opening.page.height), (2000, 1400));
        // Of an earlier version, whose pixels are those of the screen of today.
        let opening =
            Opening::of(Some(LastPlace { scale: None, ..kept(100, 100, 2000, 1400) }), &[screen(3840, 2160, 2.0)]);
        assert_eq!((opening.page.width, opening.page.height), (2000, 1400));
    }

    #[test]
    fn the_least_size_fits_every_screen() {
        let least = least(Some(screen(800, 400, 1.0)));
        assert_eq!((least.width, least.height), (760.0, 360.0));
    }

    #[test]
    fn a_file_of_an_earlier_version_is_read_and_a_torn_one_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let screens = [screen(3840, 2160, 1.0)];
        let first = Opening::read(folder.path(), &screens);
        let earlier = r#"{"main":{"width":1000,"height":700,"x":50,"y":60,"prev_x":0,"prev_y":0,"maximized":false,
            "visible":true,"decorated":true,"fullscreen":false}}"#;
        fs::write(folder.path().join(FILE), earlier).expect("written");
        let opening = Opening::read(folder.path(), &screens);
        assert_eq!((opening.page.width, opening.page.height, opening.outer.x, opening.outer.y), (1000, 700, 50, 60));
        let place = Place::default();
        place.begin(&opening);
        place.keep(folder.path());
        assert_eq!(Opening::read(folder.path(), &screens), opening);
        for torn in ["", "{", r#"{"main":{"width":1e99}}"#, r#"{"main":{"x":0,"y":0,"width":0,"height":0}}"#] {
            fs::write(folder.path().join(FILE), torn).expect("written");
            assert_eq!(Opening::read(folder.path(), &screens), first, "{torn}");
        }
    }
}
