//! `pictures`: every screen of the catalogue, and the real windows, with a page to leaf through them.

use crate::browser;
use crate::failure::{Failure, Trying};
use crate::house::House;
use crate::needs::{self, Purpose};
use crate::npm::{self, npm};
use crate::{run, step};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What pictures are taken of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Everything,
    /// The screens in a browser, without the real windows.
    Screens,
}

/// Takes them. What a screen is found wrong with is told at the end: the pictures are there all the same.
pub(crate) fn take(house: &House, of: Of) -> Result<(), Failure> {
    if of == Of::Everything {
        run::linux_only()?;
    }
    needs::ensure(house, &[Purpose::Browser])?;
    npm::install(&house.ui())?;
    let folder = house.target.join("pictures");
    if folder.exists() {
        fs::remove_dir_all(&folder).trying("clear the old pictures")?;
    }
    fs::create_dir_all(&folder).trying("make the folder for the pictures")?;
    let screens = of_screens(house, &folder);
    album(&folder)?;
    if of == Of::Everything {
        run::build_windows(house)?;
        let windows = step::shown(
            "take the pictures of the real windows",
            house.windows_program("pictures").env("COUNTERSIGN_PICTURES", &folder),
        );
        album(&folder)?;
        windows?;
    }
    println!("Open {} to leaf through the pictures.", folder.join("index.html").display());
    screens
}

fn of_screens(house: &House, folder: &Path) -> Result<(), Failure> {
    println!("Taking a picture of every screen. This takes some minutes.");
    let mut pictures = npm(&house.ui(), ["run", "--silent", "pictures"]);
    pictures.env("COUNTERSIGN_PICTURES", folder);
    if let Some(browser) = browser::find() {
        pictures.env("CHROMIUM", browser);
    }
    step::shown("take a picture of every screen without a fault", &mut pictures)
}

/// Each folder's pictures, by the folder's name.
fn albums(folder: &Path, under: &str, found: &mut BTreeMap<String, Vec<String>>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            let inside = if under.is_empty() { name } else { format!("{under}/{name}") };
            albums(&entry.path(), &inside, found)?;
        } else if name.ends_with(".png") {
            found.entry(under.to_owned()).or_default().push(name);
        }
    }
    for pictures in found.values_mut() {
        pictures.sort();
    }
    Ok(())
}

/// Writes `index.html`: a list of the folders, and the pictures of the one that is chosen, each to be opened large.
fn album(folder: &Path) -> Result<(), Failure> {
    let mut found = BTreeMap::new();
    albums(folder, "", &mut found).trying("look through the pictures")?;
    let mut page = String::from(HEAD);
    for (name, pictures) in &found {
        let id = name.replace('/', "-");
        let _written = write!(page, "<details id=\"{id}\"><summary>{name} ({})</summary><div>", pictures.len());
        for picture in pictures {
            let title = picture.trim_end_matches(".png");
            let _written = write!(
                page,
                "<a href=\"{name}/{picture}\"><img loading=\"lazy\" src=\"{name}/{picture}\" alt=\"\">{title}</a>"
            );
        }
        page.push_str("</div></details>\n");
    }
    fs::write(folder.join("index.html"), page).trying("write the page of the pictures")
}

/// The names of screens and folders are our own, so that nothing in them has to be escaped.
const HEAD: &str =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Countersign: pictures</title><style>
body { margin: 24px; background: #888; color: #fff; font: 16px/1.4 system-ui, sans-serif; }
summary { padding: 8px 0; font-weight: 600; cursor: pointer; }
details > div { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 16px; }
a { color: inherit; text-decoration: none; overflow-wrap: anywhere; }
img { display: block; width: 100%; border: 1px solid #555; }
</style><h1>Countersign: pictures</h1>
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_album_holds_every_picture_of_every_folder() -> Result<(), Failure> {
        let folder = std::env::temp_dir().join(format!("countersign-album-{}", std::process::id()));
        for path in ["1180x800/light-en", "windows/dark-nl-scale-2"] {
            fs::create_dir_all(folder.join(path)).trying("make a folder")?;
            fs::write(folder.join(path).join("sale.png"), "").trying("write a picture")?;
        }
        fs::write(folder.join("notes.txt"), "").trying("write a file")?;
        album(&folder)?;
        let page = fs::read_to_string(folder.join("index.html")).trying("read the page")?;
        fs::remove_dir_all(&folder).trying("tidy up")?;
        assert!(page.contains("href=\"1180x800/light-en/sale.png\""), "{page}");
        assert!(page.contains("<summary>windows/dark-nl-scale-2 (1)"), "{page}");
        assert!(!page.contains("notes"), "{page}");
        Ok(())
    }
}
