//! The main window's commands about "Check this till".

use till::check::CheckReport;

use super::ShopState;
use crate::facts::CommandResult;

/// Begins a check. Its lines come as events; while one is under way, it is the same one.
#[tauri::command]
pub(crate) async fn check_till(shop: ShopState<'_>) -> CommandResult<()> {
    shop.check_till().await
}

/// Ends the check that is under way. What it has made at Stripe is taken away all the same.
#[tauri::command]
pub(crate) async fn stop_check(shop: ShopState<'_>) -> CommandResult<()> {
    shop.till()?.stop_check().await;
    Ok(())
}

/// The latest check of the till that is open.
#[tauri::command]
pub(crate) async fn check_report(shop: ShopState<'_>) -> CommandResult<Option<CheckReport>> {
    Ok(shop.check_report())
}
