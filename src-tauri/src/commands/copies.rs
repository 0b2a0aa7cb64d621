//! The main window's commands about copies of the journal.

use super::ShopState;
use crate::facts::{CommandResult, CopiesView};

/// Where copies go, and how the last one went.
#[tauri::command]
pub(crate) async fn copies(shop: ShopState<'_>) -> CommandResult<CopiesView> {
    Ok(shop.copies().await)
}

/// Chooses the folder for copies, or with an empty text none, and makes a first copy.
#[tauri::command]
pub(crate) async fn choose_copies_folder(folder: String, shop: ShopState<'_>) -> CommandResult<CopiesView> {
    shop.choose_copies_folder(&folder).await
}

/// Makes a copy now.
#[tauri::command]
pub(crate) async fn copy_journal(shop: ShopState<'_>) -> CommandResult<CopiesView> {
    shop.copy_now().await;
    Ok(shop.copies().await)
}
