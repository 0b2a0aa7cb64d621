//! The main window's commands about copies of the journal.

use super::Counting;
use crate::facts::{CommandResult, CopiesView};

/// Where copies go, and how the last one went.
#[tauri::command]
pub(crate) async fn copies(counter: Counting<'_>) -> CommandResult<CopiesView> {
    Ok(counter.copies().await)
}

/// Chooses the folder for copies, or with an empty text none, and makes a first copy.
#[tauri::command]
pub(crate) async fn choose_copies_folder(folder: String, counter: Counting<'_>) -> CommandResult<CopiesView> {
    counter.choose_copies_folder(&folder).await
}

/// Makes a copy now.
#[tauri::command]
pub(crate) async fn copy_journal(counter: Counting<'_>) -> CommandResult<CopiesView> {
    counter.copy_now().await;
    Ok(counter.copies().await)
}
