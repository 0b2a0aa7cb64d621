//! Saving the list of sales at hand as a file in the folder of downloads, where people look for one.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tauri::{Emitter as _, Manager as _};
use till::books::{Books, ListFault, ListForm, ListWatch, Listing, NotListed, ReadAs, Wanted};

use crate::facts::{CommandResult, SavedList, TillFact};
use crate::in_force::OpenBooks;
use crate::main_window;
use crate::shop::Shop;
use crate::views::Mode;

/// How often the main window is told how far a list is.
const TELL_EVERY: Duration = Duration::from_millis(250);
/// How long the end of the program waits for a list to be taken away again.
const STOPPING_PATIENCE: Duration = Duration::from_secs(2);

/// The list that is being written, if one is.
#[derive(Default)]
pub(crate) struct Saving(Mutex<Option<Arc<ListWatch>>>);

/// While it lives, no other list is written.
struct UnderWay<'a>(&'a Saving);

impl Saving {
    fn begin(&self) -> Option<(UnderWay<'_>, Arc<ListWatch>)> {
        let mut watch = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if watch.is_some() {
            return None;
        }
        let begun = Arc::new(ListWatch::default());
        *watch = Some(Arc::clone(&begun));
        Some((UnderWay(self), begun))
    }

    /// Stops the list that is being written. Nothing is left of it.
    pub(crate) fn stop(&self) {
        if let Some(watch) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            watch.stop();
        }
    }

    fn is_under_way(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Stops it, and waits until nothing is left of it.
    pub(crate) async fn end(&self) {
        self.stop();
        let ended = async {
            while self.is_under_way() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        drop(tokio::time::timeout(STOPPING_PATIENCE, ended).await);
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Shop {
    /// Saves all the sales that are asked for; none when it was stopped.
    ///
    /// # Errors
    /// `list_not_saved`, `books_not_read`. Nothing of it is left then.
    pub(crate) async fn save_list(
        &self,
        open: &OpenBooks,
        wanted: Wanted,
        form: ListForm,
        mode: Mode,
    ) -> CommandResult<Option<SavedList>> {
        let folder = self.downloads();
        let not_saved = |why| TillFact::ListNotSaved { folder: folder.display().to_string(), why };
        let Some((under_way, watch)) = self.saving.begin() else { return Err(not_saved(ListFault::UnderWay)) };
        let zone = TimeZone::system();
        let read_as = ReadAs { locale: self.locale(), currency: self.currency(), live: mode == Mode::Live };
        let name = name(Timestamp::now(), &zone, mode);
        let listing = Listing { wanted, read_as, form, zone, folder: folder.clone(), name };
        let saved = self.watched(&open.books, listing, &watch).await;
        drop(under_way);
        match saved {
            Ok(listed) => Ok(Some(SavedList {
                file: listed.file.display().to_string(),
                sales: listed.sales,
                unreadable: listed.unreadable,
            })),
            Err(NotListed::Stopped) => Ok(None),
            Err(NotListed::NotWritten(why)) => {
                log::warn!("The list of sales could not be saved: {why:?}");
                Err(not_saved(why))
            }
            Err(NotListed::NoAnswer(why)) => Err(crate::commands::books::told(&why, || open.filing.are_damaged())),
        }
    }

    async fn watched(
        &self,
        books: &Books,
        listing: Listing,
        watch: &Arc<ListWatch>,
    ) -> Result<till::books::Listed, NotListed> {
        let mut saving = std::pin::pin!(books.save_list(listing, Arc::clone(watch)));
        loop {
            match tokio::time::timeout(TELL_EVERY, &mut saving).await {
                Ok(saved) => return saved,
                Err(_) => drop(self.app.emit_to(main_window::LABEL, "listing", watch.written())),
            }
        }
    }

    /// The system's folder of downloads; where there is none, the user's own folder.
    fn downloads(&self) -> PathBuf {
        let paths = self.app.path();
        let downloads = paths.download_dir().ok().filter(|folder| folder.is_dir());
        downloads.or_else(|| paths.home_dir().ok()).unwrap_or_else(|| self.data.clone())
    }
}

/// What the file is called: of which day it is, and that it is of no real money.
fn name(now: Timestamp, zone: &TimeZone, mode: Mode) -> String {
    let day = now.to_zoned(zone.clone()).strftime("%Y-%m-%d");
    let of = match mode {
        Mode::Training => "-training",
        Mode::Test => "-test",
        Mode::Live => "",
    };
    format!("countersign-sales-{day}{of}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_named_by_the_shops_day_and_by_what_it_is_of() {
        let late = Timestamp::from_second(1_796_166_000).expect("a time");
        let amsterdam = TimeZone::get("Europe/Amsterdam").expect("a zone");
        assert_eq!(name(late, &TimeZone::UTC, Mode::Live), "countersign-sales-2026-12-01");
        assert_eq!(name(late, &amsterdam, Mode::Training), "countersign-sales-2026-12-02-training");
        assert_eq!(name(late, &amsterdam, Mode::Test), "countersign-sales-2026-12-02-test");
    }

    #[tokio::test]
    async fn one_list_is_written_at_a_time_and_the_end_of_the_program_stops_it() {
        let saving = Saving::default();
        let (under_way, watch) = saving.begin().expect("the first");
        assert!(saving.begin().is_none());
        saving.stop();
        drop(under_way);
        let (_again, next) = saving.begin().expect("the next");
        assert!(!Arc::ptr_eq(&watch, &next), "what stopped the first does not stop it");
    }
}
