//! The file of `--state`: read once, and written whole under another name before it takes the place of the old one, so that
//! at every moment there is one whole file. Only one simulator at a time may have it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use stripe_sim::{Sim, SimOptions};

/// A state file that this process has to itself.
pub(crate) struct StateFile {
    path: PathBuf,
    /// Held for as long as the process lives; the system releases it, also after a crash.
    _lock: File,
}

impl StateFile {
    /// Takes the file for this process. It need not exist yet.
    ///
    /// # Errors
    /// A sentence, when another simulator has it or the folder cannot be written.
    pub(crate) fn take(path: &Path) -> Result<Self, String> {
        let lock_path = beside(path, "lock");
        let lock = private().write(true).create(true).truncate(false).open(&lock_path).map_err(|error| {
            format!("{} cannot be used for the state: {error}. Choose another place with --state.", path.display())
        })?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(format!(
                "Another stripe-sim is using {}. Stop it first, or choose another file with --state.",
                path.display()
            )),
            Err(TryLockError::Error(error)) => {
                Err(format!("{} cannot be locked: {error}. Choose another place with --state.", path.display()))
            }
        }
    }

    /// The simulator that goes on from the file, or `None` when there is no file yet.
    ///
    /// # Errors
    /// A sentence, when the file cannot be read or is damaged. The file stays as it is.
    pub(crate) fn load(&self, options: SimOptions) -> Result<Option<Sim>, String> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("{} cannot be read: {error}.", self.path.display())),
        };
        Sim::restore(options, &bytes).map(Some).map_err(|why| {
            format!(
                "{} cannot be loaded: {why}. It was left as it is. Move it away to begin anew, or name another file with --state.",
                self.path.display()
            )
        })
    }

    /// Writes the state: beside the old file first, flushed to the disk, then in its place.
    ///
    /// # Errors
    /// A sentence. The old file stays as it is.
    pub(crate) fn save(&self, sim: &Sim) -> Result<(), String> {
        let failed = |why: &dyn std::fmt::Display| {
            format!("The state was not saved to {}: {why}. What was saved before is still there.", self.path.display())
        };
        let bytes = sim.state().map_err(|error| failed(&error))?;
        self.replace(&bytes).map_err(|error| failed(&error))
    }

    fn replace(&self, bytes: &[u8]) -> std::io::Result<()> {
        let part = beside(&self.path, "part");
        let mut file = private().write(true).create(true).truncate(true).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, &self.path)?;
        // The new name itself must outlive a power cut. Not every system lets a folder be flushed.
        if let Some(folder) = self.path.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            if let Ok(folder) = File::open(folder) {
                let _ = folder.sync_all();
            }
        }
        Ok(())
    }
}

/// `sim.state` to `sim.state.part`: in the same folder, so that a rename is one step.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Files for their owner only: client secrets are in them.
fn private() -> OpenOptions {
    #[allow(unused_mut, reason = "only Unix has a mode to set")]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
