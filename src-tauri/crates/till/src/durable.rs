//! Files that are there whole or not at all: written beside, flushed, and then put in place by a rename. They are for this
//! user alone ([`crate::private`]).
//!
//! A plain write empties the file first. When the power goes then, neither the old file nor the new one is there; some file
//! systems leave a file of the right length that is full of NULs. Renaming a file that was flushed leaves the one or the other.
//!
//! On macOS a plain `fsync` leaves what it flushes in the drive's own memory. [`File::sync_all`] asks the drive itself
//! (`F_FULLFSYNC`) there, so every flush here is that one.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::private;

/// Where the new content of `path` is written first: in the same folder, so that the rename stays on one file system.
#[must_use]
pub fn part_of(path: &Path) -> PathBuf {
    path.with_extension("part")
}

/// Puts a new file in the place of `path`. `write` writes it to the path that it is given, which is [`part_of`] `path`: an empty
/// file of this user's alone.
///
/// # Errors
/// When it cannot be written, flushed or put in place. What was at `path` is then still there.
pub fn replace(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    replace_on(&OsDisk, path, write)
}

/// Puts a new file in `folder` under the first of `names` that nothing has yet, and answers which. `write` writes it as for
/// [`replace`].
///
/// # Errors
/// When it cannot be written, flushed or put in place, or each name is taken ([`io::ErrorKind::AlreadyExists`]). Then nothing of
/// it is left, and what was in the folder is as it was.
pub fn put_new(
    folder: &Path,
    names: impl IntoIterator<Item = String>,
    write: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<PathBuf> {
    let mut names = names.into_iter().map(|name| folder.join(name)).peekable();
    let part = names.peek().map(|first| part_of(first)).ok_or(io::ErrorKind::InvalidInput)?;
    let put = afresh(&part).and_then(|()| write(&part)).and_then(|()| OsDisk.flush(&part)).and_then(|()| {
        for name in names {
            match name_it(&part, &name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                named => return named.map(|()| name),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    });
    if put.is_err() {
        drop(fs::remove_file(&part));
    }
    let path = put?;
    if let Err(error) = OsDisk.flush_names(folder) {
        drop(fs::remove_file(&path));
        return Err(error);
    }
    Ok(path)
}

/// Gives a file its name where nothing has it. A rename alone would take the place of what is there.
fn name_it(part: &Path, name: &Path) -> io::Result<()> {
    match fs::hard_link(part, name) {
        Ok(()) => fs::remove_file(part),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => take_name(part, name),
    }
}

/// The same on a file system where a file has one name: a stick, some network drives. The name is taken first, by an empty file.
fn take_name(part: &Path, name: &Path) -> io::Result<()> {
    private::new_file().create_new(true).open(name)?;
    let named = OsDisk.rename(part, name);
    if named.is_err() {
        drop(fs::remove_file(name));
    }
    named
}

/// An empty file of this user's alone. What a run that was cut off has left there is of no use to anybody.
fn afresh(part: &Path) -> io::Result<()> {
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => private::make(part),
    }
}

/// Finds out whether so many bytes still go on the disk, by writing them to `scratch`, flushing them, and taking them away
/// again.
///
/// # Errors
/// What the disk says when they do not.
pub fn find_room(scratch: &Path, bytes: usize) -> io::Result<()> {
    let written = private::make(scratch).and_then(|()| {
        let mut file = File::options().write(true).truncate(true).open(scratch)?;
        // Not all alike: a file system that keeps a run of zeros as a number would have room for any.
        let block: Vec<u8> = (0..BLOCK).map(|at| (at.wrapping_mul(31) >> 3).to_le_bytes()[0]).collect();
        let mut left = bytes;
        while left > 0 {
            let now = left.min(BLOCK);
            file.write_all(block.get(..now).unwrap_or(&block))?;
            left -= now;
        }
        file.sync_all()
    });
    // What stays is written over the next time.
    drop(fs::remove_file(scratch));
    written
}

/// What is written at a time, in bytes.
const BLOCK: usize = 65_536;

/// What a power cut can come between.
trait Disk {
    /// The file's content is on the disk.
    fn flush(&self, file: &Path) -> io::Result<()>;
    /// The name stands for the new file from now on, or for the old one still.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// The folder's names are on the disk: until then a power cut may bring back the name for the old file.
    fn flush_names(&self, folder: &Path) -> io::Result<()>;
}

fn replace_on(disk: &impl Disk, path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let part = part_of(path);
    let put = afresh(&part)
        .and_then(|()| write(&part))
        .and_then(|()| disk.flush(&part))
        .and_then(|()| disk.rename(&part, path));
    if let Err(error) = put {
        // It is of no use to anybody. That it may stay does no harm: the next one is written over it.
        drop(fs::remove_file(&part));
        return Err(error);
    }
    match path.parent() {
        Some(folder) => disk.flush_names(folder),
        None => Ok(()),
    }
}

struct OsDisk;

impl Disk for OsDisk {
    fn flush(&self, file: &Path) -> io::Result<()> {
        // Windows flushes only what was opened for writing.
        File::options().write(true).open(file)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    #[cfg(unix)]
    fn flush_names(&self, folder: &Path) -> io::Result<()> {
        match File::open(folder)?.sync_all() {
            // Some network file systems cannot flush a folder, and say so.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
            flushed => flushed,
        }
    }

    /// Windows has no flush of a folder; its file system journals the names by itself.
    #[cfg(not(unix))]
    fn flush_names(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// A disk whose power goes before its step number `cut`: a file that was not flushed is full of NULs then.
    struct Failing {
        cut: u32,
        steps: Cell<u32>,
        unflushed: RefCell<Option<PathBuf>>,
    }

    impl Failing {
        fn step(&self) -> io::Result<()> {
            self.steps.set(self.steps.get() + 1);
            if self.steps.get() < self.cut {
                return Ok(());
            }
            if let Some(file) = self.unflushed.borrow().as_deref().filter(|file| file.exists()) {
                fs::write(file, "\0\0\0").expect("lost");
            }
            Err(io::Error::other("the power is gone"))
        }
    }

    impl Disk for Failing {
        fn flush(&self, file: &Path) -> io::Result<()> {
            self.step()?;
            if self.unflushed.borrow().as_deref() == Some(file) {
                self.unflushed.replace(None);
            }
            Ok(())
        }

        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.step()?;
            fs::rename(from, to)?;
            if self.unflushed.borrow().as_deref() == Some(from) {
                self.unflushed.replace(Some(to.to_owned()));
            }
            Ok(())
        }

        fn flush_names(&self, _folder: &Path) -> io::Result<()> {
            self.step()
        }
    }

    #[test]
    fn a_power_cut_leaves_the_old_file_or_the_new_one() {
        let mut left = Vec::new();
        for cut in 1..=4 {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("settings.json");
            fs::write(&path, "old").expect("the old one");
            let disk = Failing { cut, steps: Cell::new(0), unflushed: RefCell::new(Some(part_of(&path))) };
            let put = replace_on(&disk, &path, |part| fs::write(part, "new"));
            assert_eq!(put.is_ok(), cut == 4);
            left.push(fs::read_to_string(&path).expect("a file"));
        }
        assert_eq!(left, ["old", "old", "new", "new"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_put_in_place_is_for_this_user_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        // What a run of before has left beside it, readable for all.
        fs::write(part_of(&path), "torn").expect("left");
        fs::set_permissions(part_of(&path), fs::Permissions::from_mode(0o644)).expect("opened up");
        replace(&path, |part| fs::write(part, "new")).expect("replaced");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn room_is_found_by_writing_and_nothing_of_it_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let scratch = folder.path().join("room");
        find_room(&scratch, BLOCK + 7).expect("room");
        assert!(!scratch.exists());
        // Every write to it finds no room.
        #[cfg(target_os = "linux")]
        {
            std::os::unix::fs::symlink("/dev/full", &scratch).expect("a full disk");
            let full = find_room(&scratch, 1).expect_err("full");
            assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        }
    }

    #[test]
    fn a_new_file_takes_no_other_ones_place_and_a_torn_one_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = || ["list.csv", "list-2.csv", "list-3.csv"].map(str::to_owned);
        let there = || {
            let mut files: Vec<(String, String)> = fs::read_dir(folder.path())
                .expect("the folder")
                .map(|file| file.expect("a file").path())
                .map(|path| {
                    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
                    (name, fs::read_to_string(&path).unwrap_or_default())
                })
                .collect();
            files.sort();
            files
        };
        fs::write(folder.path().join("list.csv"), "another's").expect("written");
        let put = put_new(folder.path(), names(), |part| fs::write(part, "ours")).expect("put");
        assert_eq!(put, folder.path().join("list-2.csv"));
        let both = [("list-2.csv".into(), "ours".into()), ("list.csv".into(), "another's".into())];
        assert_eq!(there(), both);
        let torn = put_new(folder.path(), names(), |part| {
            fs::write(part, "ou")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(torn.expect_err("torn").kind(), io::ErrorKind::StorageFull);
        assert_eq!(there(), both);
        put_new(folder.path(), names(), |part| fs::write(part, "third")).expect("put");
        let taken = put_new(folder.path(), names(), |part| fs::write(part, "fourth"));
        assert_eq!(taken.expect_err("taken").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(there().len(), 3);
    }

    #[test]
    fn where_a_file_has_one_name_a_new_one_takes_no_other_ones_place_either() {
        let folder = tempfile::tempdir().expect("a folder");
        let [part, taken, free] = ["list.part", "list.csv", "list-2.csv"].map(|name| folder.path().join(name));
        fs::write(&part, "ours").expect("written");
        fs::write(&taken, "another's").expect("written");
        assert_eq!(take_name(&part, &taken).expect_err("taken").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&taken).expect("there"), "another's");
        take_name(&part, &free).expect("free");
        assert_eq!(fs::read_to_string(&free).expect("there"), "ours");
        assert!(!part.exists());
        assert!(take_name(&part, &folder.path().join("list-3.csv")).is_err(), "nothing to name");
        assert!(!folder.path().join("list-3.csv").exists());
    }

    #[test]
    fn a_torn_write_never_replaces_the_good_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        fs::write(&path, "good").expect("the good one");
        let torn = replace(&path, |part| {
            fs::write(part, "ne")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(torn.expect_err("torn").kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).expect("a file"), "good");
        assert!(!part_of(&path).exists());
        replace(&path, |part| fs::write(part, "better")).expect("replaced");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "better");
    }
}
