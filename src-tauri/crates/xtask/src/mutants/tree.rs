//! A copy of the checkout in which files are changed: always in the same place, so that only what is changed is compiled.

use crate::failure::{Failure, Trying};
use crate::house::House;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes the copy the same as the checkout, and answers where it is. A file that is the same already keeps its time, or cargo
/// would compile it again.
pub(crate) fn copy(house: &House, to: &Path) -> Result<(), Failure> {
    let files = files_of(house)?;
    for file in &files {
        let source = house.root.join(file);
        let Ok(bytes) = fs::read(&source) else { continue };
        let target = to.join(file);
        if fs::read(&target).is_ok_and(|there| there == bytes) {
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).trying(format_args!("make {}", folder.display()))?;
        }
        fs::write(&target, bytes).trying(format_args!("write {}", target.display()))?;
    }
    remove_others(to, Path::new(""), &files)
}

/// All that git knows or would take in.
fn files_of(house: &House) -> Result<BTreeSet<PathBuf>, Failure> {
    let mut list = Command::new("git");
    list.current_dir(&house.root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let answer = list.output().trying("ask git which files there are")?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        return Err(Failure::new(format!("Git did not tell which files there are: {said}")));
    }
    let said = String::from_utf8_lossy(&answer.stdout);
    Ok(said.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect())
}

fn remove_others(to: &Path, folder: &Path, wanted: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    let Ok(entries) = fs::read_dir(to.join(folder)) else { return Ok(()) };
    for entry in entries {
        let entry = entry.trying("read the copy of the checkout")?;
        let name = folder.join(entry.file_name());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_others(to, &name, wanted)?;
        } else if !wanted.contains(&name) {
            fs::remove_file(entry.path()).trying(format_args!("remove {}", entry.path().display()))?;
        }
    }
    Ok(())
}
