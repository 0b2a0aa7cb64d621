//! What a check finds out about the disk, by writing to it.

use std::io;
use std::path::Path;

use super::told::{CheckFault, CheckItem, CheckLine};
use crate::durable;

/// Written to see whether a file is flushed, in bytes.
const A_FILE: usize = 4_096;
/// The room that is to be left, in bytes: what thousands of sales need, and a copy of the journal beside them.
const ROOM: usize = 64 * 1_048_576;

/// Whether the folder takes a file and flushes it, and has room for the time to come. It writes as much there and takes it
/// away again, because a number that the system tells counts no quota. May block.
#[must_use]
pub fn disk_and_room(folder: &Path) -> [CheckLine; 2] {
    let scratch = folder.join("check.room");
    let line = |item, bytes| match durable::find_room(&scratch, bytes) {
        Ok(()) => CheckLine::shown(item, None),
        Err(error) => CheckLine::failed(item, fault(&error)),
    };
    [line(CheckItem::Disk, A_FILE), line(CheckItem::Room, ROOM)]
}

fn fault(error: &io::Error) -> CheckFault {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => CheckFault::DiskFull,
        _ => CheckFault::DiskNotWritten { said: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::super::told::CheckFound;
    use super::*;

    #[test]
    fn a_folder_is_shown_to_take_files_and_a_full_or_missing_one_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let well = disk_and_room(folder.path());
        assert!(well.iter().all(|line| matches!(line.result, CheckFound::Shown { .. })), "{well:?}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing of it stays");
        let [disk, _] = disk_and_room(&folder.path().join("gone"));
        assert!(matches!(disk.result, CheckFound::Failed { fault: CheckFault::DiskNotWritten { .. } }), "{disk:?}");
        #[cfg(target_os = "linux")]
        {
            std::os::unix::fs::symlink("/dev/full", folder.path().join("check.room")).expect("a full disk");
            let [disk, room] = disk_and_room(folder.path());
            assert_eq!(disk.result, CheckFound::Failed { fault: CheckFault::DiskFull });
            // The first has taken its scratch file away, as it does with what it wrote.
            assert!(matches!(room.result, CheckFound::Shown { .. }));
        }
    }
}
