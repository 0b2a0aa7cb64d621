//! The main window's commands about the till itself, and about what that window shows.

use super::ShopState;
use crate::facts::CommandResult;
use crate::payment_desk::sale_id_of;
use crate::views::{Preferences, TillStatus};

/// How the till stands.
#[tauri::command]
pub(crate) async fn till_status(shop: ShopState<'_>) -> CommandResult<TillStatus> {
    shop.main_page_is_there();
    Ok(shop.status().await)
}

/// The sale that the window showed last and that staff have not left: a page that is loaded again goes on there.
#[tauri::command]
pub(crate) fn on_screen(shop: ShopState<'_>) -> Option<String> {
    shop.on_screen().map(|sale| sale.to_string())
}

/// The window shows this sale now, or with none an amount is asked for.
#[tauri::command]
pub(crate) fn put_on_screen(sale_id: Option<String>, shop: ShopState<'_>) -> CommandResult<()> {
    shop.put_on_screen(sale_id.map(|sale| sale_id_of(&sale)).transpose()?);
    Ok(())
}

/// Checks and keeps the preferences.
#[tauri::command]
pub(crate) async fn save_preferences(preferences: Preferences, shop: ShopState<'_>) -> CommandResult<TillStatus> {
    shop.prefer(preferences).await?;
    Ok(shop.status().await)
}
