//! The TypeScript side of the Rust types: written by `types`, compared by `test`.
//!
//! ts-rs writes them from tests named `export_bindings_…`, to the folder that `TS_RS_EXPORT_DIR` names.

use crate::failure::{Failure, Trying};
use crate::house::House;
use crate::needs::{self, Purpose};
use crate::{npm, step};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The committed types.
fn committed(house: &House) -> PathBuf {
    house.ui().join("shared/bindings")
}

/// Where a test run writes them, for comparison.
pub(crate) fn fresh_folder(house: &House) -> PathBuf {
    house.own().join("bindings")
}

/// Writes the types into `ui/shared/bindings`, and removes those whose Rust type is gone.
pub(crate) fn write(house: &House) -> Result<(), Failure> {
    needs::ensure(house, &[Purpose::Build])?;
    npm::build_screens(house)?;
    let fresh = fresh_folder(house);
    clear(&fresh)?;
    let mut export = house.cargo(["test", "--quiet", "-p", "till", "-p", "countersign", "--lib"]);
    export.args(["--", "export_bindings"]).env("TS_RS_EXPORT_DIR", &fresh);
    step::shown("write the types", &mut export)?;
    let written = read(&fresh)?;
    let kept = committed(house);
    for (name, text) in &written {
        fs::write(kept.join(name), text).trying(format_args!("write {name}"))?;
    }
    for gone in read(&kept)?.into_keys().filter(|name| !written.contains_key(name)) {
        fs::remove_file(kept.join(&gone)).trying(format_args!("remove {gone}"))?;
    }
    println!("{} types are in {}.", written.len(), kept.display());
    Ok(())
}

/// Empties the folder that a test run writes to.
pub(crate) fn clear(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).trying(format_args!("empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).trying(format_args!("make {}", folder.display()))
}

/// What differs between the committed types and those that the last test run wrote; empty when nothing does.
pub(crate) fn stale(house: &House) -> Result<Vec<String>, Failure> {
    let committed = read(&committed(house))?;
    let fresh = read(&fresh_folder(house))?;
    let names: BTreeSet<&String> = committed.keys().chain(fresh.keys()).collect();
    let mut differences: Vec<String> = names
        .into_iter()
        .filter_map(|name| match (committed.get(name), fresh.get(name)) {
            (Some(old), Some(new)) if old == new => None,
            (Some(_), Some(_)) => Some(format!("{name} is not what the Rust type says now")),
            (Some(_), None) => Some(format!("{name} has no Rust type any more")),
            (None, _) => Some(format!("{name} is not committed")),
        })
        .collect();
    if let Some(last) = differences.last_mut() {
        last.push_str("\nRun `cargo xtask types`.");
    }
    Ok(differences)
}

fn read(folder: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).trying(format_args!("read {}", folder.display()))? {
        let path = entry.trying(format_args!("read {}", folder.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".ts") {
            let text = fs::read_to_string(&path).trying(format_args!("read {name}"))?;
            files.insert(name, text);
        }
    }
    Ok(files)
}
