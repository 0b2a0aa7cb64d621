//! A disk of a test's own that can be filled, freed, and made one that is only read: a small tmpfs.
//!
//! Only the system's own user may put a disk somewhere. Anybody else needs `sudo` that asks nothing.

use crate::failure::{During, Failure, Outcome};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file that fills the disk.
const FILLER: &str = "somebody-elses-photographs";

/// The disk. Dropping it takes it away.
pub struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// Puts an empty disk of this size at a folder, which is made.
    ///
    /// # Errors
    /// When this user may not.
    pub fn put_at(at: &Path, megabytes: u32) -> Outcome<Self> {
        fs::create_dir_all(at).during("make the place of the disk")?;
        let owner = format!("{},uid={}", "mode=0755", rustix::process::geteuid().as_raw());
        as_root(
            "mount",
            &["-t", "tmpfs", "-o", &format!("size={megabytes}m,{owner}"), "tmpfs", &at.to_string_lossy()],
        )?;
        Ok(Self { at: at.to_owned() })
    }

    /// Fills it to the last byte.
    ///
    /// # Errors
    /// When it cannot be written for another reason than that it is full.
    pub fn fill(&self) -> Outcome {
        let mut filler =
            File::options().create(true).append(true).open(self.at.join(FILLER)).during("fill the disk")?;
        let mut block = vec![7_u8; 1_048_576];
        while !block.is_empty() {
            match filler.write_all(&block) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => block.truncate(block.len() / 2),
                Err(error) => return Err(Failure::new(format!("fill the disk: {error}"))),
            }
        }
        Ok(())
    }

    /// Frees what [`Self::fill`] has filled.
    ///
    /// # Errors
    /// When it was not filled.
    pub fn free(&self) -> Outcome {
        fs::remove_file(self.at.join(FILLER)).during("free the disk")
    }

    /// From now on it can only be read, or be written again.
    ///
    /// # Errors
    /// When a file on it is open for writing.
    pub fn make_read_only(&self, read_only: bool) -> Outcome {
        let access = if read_only { "remount,ro" } else { "remount,rw" };
        as_root("mount", &["-o", access, &self.at.to_string_lossy()])
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a program that is just ending may have a file open.
        let _gone = as_root("umount", &["--lazy", &self.at.to_string_lossy()]);
    }
}

fn as_root(program: &str, arguments: &[&str]) -> Outcome {
    let mut command = if rustix::process::geteuid().is_root() {
        Command::new(program)
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", program]);
        sudo
    };
    let answer = command.args(arguments).output().during(format_args!("start {program}"))?;
    if answer.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&answer.stderr);
    Err(Failure::new(format!(
        "{program} {}: {}. This test needs a disk of its own: run it as root, or where `sudo -n mount` works",
        arguments.join(" "),
        said.trim()
    )))
}
