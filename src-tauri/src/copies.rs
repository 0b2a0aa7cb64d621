//! Copies of the open journal in a folder that the owner chose: once a day, at the end of the program, and when asked. They
//! are made on a thread of their own and never keep a sale waiting; what goes wrong is told until one succeeds.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use till::characters::is_invisible;
use till::journal_copy::{CopyFailure, JournalCopy, copies, copy_journal};
use till::{Clock as _, SystemClock};

use crate::facts::{CommandResult, CopiesView, FolderRefused, TillFact};
use crate::in_force::InForce;
use crate::shop::Shop;

/// How often it is looked whether a copy is due.
const LOOK_EVERY: Duration = Duration::from_secs(3_600);
/// How soon a copy that failed is tried again: a stick may be back, or the folder have room.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(300);
/// A copy is due when the newest is of longer ago, or of longer ahead: then a clock was wrong.
const DUE_AFTER: Duration = Duration::from_secs(86_400);
/// How long the settings wait for what is in the folder.
const LOOKING_PATIENCE: Duration = Duration::from_secs(3);
/// How long the end of the program waits for its copy. A drive that does not answer must not keep the till on the screen.
const CLOSING_PATIENCE: Duration = Duration::from_secs(15);

/// How the copies of this run went.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    /// Why the last one failed, if it did.
    failure: Mutex<Option<CopyFailure>>,
    /// One at a time: two would number theirs alike. Held by the thread that copies, which goes on when nobody waits for it any
    /// more.
    making: Arc<Mutex<()>>,
}

/// What is copied, and where to.
struct Order {
    journal: PathBuf,
    folder: PathBuf,
    /// Whose it is: several tills may use one folder.
    name: String,
}

impl Shop {
    /// The copies of the open journal, as the settings show them.
    pub(crate) async fn copies(&self) -> CopiesView {
        let folder = self.settings().copies_folder();
        let newest = match self.order(&self.in_force()) {
            Some(order) => {
                let looked = tokio::time::timeout(LOOKING_PATIENCE, blocking(move || newest(&order))).await;
                looked.ok().and_then(Result::ok).flatten()
            }
            None => None,
        };
        let failure = self.copies.failure.lock().unwrap_or_else(PoisonError::into_inner).clone();
        CopiesView {
            folder: folder.map(|folder| folder.display().to_string()),
            newest: newest.as_ref().map(|(copy, _)| copy.path.display().to_string()),
            newest_ms: newest.and_then(|(_, at)| ms(at)),
            failure,
        }
    }

    /// Chooses the folder, or none; and makes a first copy in it at once, so that what is wrong with it is seen now.
    ///
    /// # Errors
    /// `folder_refused` when the text is no folder's full path, `settings_not_saved`. That the copy fails is in what is shown, not an
    /// error.
    pub(crate) async fn choose_copies_folder(&self, folder: &str) -> CommandResult<CopiesView> {
        let folder = folder_of(folder).map_err(|why| TillFact::FolderRefused { why })?;
        // In force, saved or not.
        let kept = self.settings().keep_copies_folder(folder);
        *self.copies.failure.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.copy_now().await;
        kept?;
        Ok(self.copies().await)
    }

    /// Makes a copy, where a folder is chosen and a journal is open.
    pub(crate) async fn copy_now(&self) {
        self.copy(self.order(&self.in_force())).await;
        self.tell_status();
    }

    /// Makes the copy of the end of the program. The till is closed by now, so nothing is written to the journal any more.
    pub(crate) async fn copy_at_the_end(&self) {
        let order = self.order(&self.in_force());
        if tokio::time::timeout(CLOSING_PATIENCE, self.copy(order)).await.is_err() {
            log::warn!("The copy at the end of the program takes too long, and is left. The journal itself is whole.");
        }
    }

    /// What went wrong with the last copy, for the owner.
    pub(crate) fn copy_problem(&self) -> Option<TillFact> {
        let failure = self.copies.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let folder = self.settings().copies_folder()?.display().to_string();
        Some(TillFact::CopyFailed { folder, failure })
    }

    /// Makes a copy whenever one is due, for as long as the till is open.
    pub(crate) async fn follow_copies(self: Arc<Self>) {
        loop {
            if let Some(order) = self.order(&self.in_force()) {
                let newest_at = blocking(move || newest(&order)).await.ok().flatten().map(|(_, at)| at);
                // One that failed is owed, however new the last good one is: what went wrong is told until one succeeds.
                if self.has_failed() || is_due(newest_at, SystemTime::now()) {
                    self.copy_now().await;
                }
            }
            tokio::time::sleep(if self.has_failed() { TRY_AGAIN_AFTER } else { LOOK_EVERY }).await;
        }
    }

    fn has_failed(&self) -> bool {
        self.copies.failure.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn order(&self, in_force: &InForce) -> Option<Order> {
        let folder = self.settings().copies_folder()?;
        in_force.till.as_ref()?;
        let till: String = self.settings().till().to_string().chars().take(8).collect();
        let of = in_force.journal_file.trim_end_matches(".sqlite");
        Some(Order { journal: self.data.join(&in_force.journal_file), folder, name: format!("{of}-{till}") })
    }

    async fn copy(&self, order: Option<Order>) {
        let Some(order) = order else { return };
        let making = Arc::clone(&self.copies.making);
        let made = blocking(move || {
            let _one = making.lock().unwrap_or_else(PoisonError::into_inner);
            copy_journal(&order.journal, &order.folder, &order.name, SystemClock.now_ms())
        })
        .await;
        match &made {
            Ok(copy) => log::info!("Copy {} of the journal was made.", copy.number),
            Err(failure) => log::warn!("The journal could not be copied: {failure:?}"),
        }
        *self.copies.failure.lock().unwrap_or_else(PoisonError::into_inner) = made.err();
    }
}

/// The longest path, in bytes: more than Linux, macOS and Windows take.
const MAX_FOLDER: usize = 4_096;

/// The folder that was typed, exactly as it was, or none for an empty text. Its last blank is a part of a folder's name, so
/// none is taken away.
///
/// # Errors
/// What is in the way.
fn folder_of(typed: &str) -> Result<Option<String>, FolderRefused> {
    let unseen = |c: char| c.is_whitespace() || is_invisible(c);
    if typed.is_empty() {
        return Ok(None);
    }
    if typed.starts_with(unseen) || typed.ends_with(unseen) {
        return Err(FolderRefused::BlankAtItsEnds);
    }
    if typed.len() > MAX_FOLDER {
        return Err(FolderRefused::TooLong);
    }
    if typed.contains(char::is_control) || !Path::new(typed).is_absolute() {
        return Err(FolderRefused::NotAFullPath);
    }
    Ok(Some(typed.to_owned()))
}

/// Runs `work` where it may block. A network drive may take minutes to say that it is not there.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CopyFailure> + Send + 'static,
) -> Result<T, CopyFailure> {
    let fell_over = |_| CopyFailure::System { said: "the copy was broken off".to_owned() };
    tokio::task::spawn_blocking(work).await.map_err(fell_over)?
}

/// The newest copy and when it was written.
fn newest(order: &Order) -> Result<Option<(JournalCopy, SystemTime)>, CopyFailure> {
    let Some(copy) = copies(&order.folder, &order.name)?.pop() else { return Ok(None) };
    let at = written_at(&copy.path)?;
    Ok(Some((copy, at)))
}

fn written_at(file: &Path) -> Result<SystemTime, CopyFailure> {
    Ok(std::fs::metadata(file)?.modified()?)
}

fn is_due(newest: Option<SystemTime>, now: SystemTime) -> bool {
    let Some(newest) = newest else { return true };
    let apart = now.duration_since(newest).unwrap_or_else(|ahead| ahead.duration());
    apart >= DUE_AFTER
}

fn ms(at: SystemTime) -> Option<i64> {
    i64::try_from(at.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_taken_as_it_was_typed_or_refused() {
        let folder = std::env::temp_dir().display().to_string();
        assert_eq!(folder_of(&folder), Ok(Some(folder.clone())));
        assert_eq!(folder_of(""), Ok(None));
        for (typed, why) in [
            (format!("{folder} "), FolderRefused::BlankAtItsEnds),
            (format!("\u{202a}{folder}"), FolderRefused::BlankAtItsEnds),
            ("  ".to_owned(), FolderRefused::BlankAtItsEnds),
            (format!("{folder}{}", "x".repeat(MAX_FOLDER)), FolderRefused::TooLong),
            ("copies".to_owned(), FolderRefused::NotAFullPath),
            (format!("{folder}\n{folder}"), FolderRefused::NotAFullPath),
        ] {
            assert_eq!(folder_of(&typed), Err(why), "{typed:?}");
        }
    }

    #[test]
    fn a_copy_is_due_once_a_day_whatever_the_clock_was() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        assert!(is_due(None, now));
        assert!(!is_due(Some(now - Duration::from_secs(3_600)), now));
        assert!(is_due(Some(now - DUE_AFTER), now));
        assert!(!is_due(Some(now + Duration::from_secs(3_600)), now));
        assert!(is_due(Some(now + 2 * DUE_AFTER), now), "the clock was two days ahead when the last one was made");
    }
}
