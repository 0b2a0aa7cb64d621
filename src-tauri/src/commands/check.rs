//! The main window's commands about "Check this till".

use till::check::CheckReport;

use super::Counting;
use crate::facts::CommandResult;

/// Begins a check. Its lines come as events; while one is under way, it is the same one.
#[tauri::command]
pub(crate) async fn check_till(counter: Counting<'_>) -> CommandResult<()> {
    counter.check_till().await
}

/// Ends the check that is under way. What it has made at Stripe is taken away all the same.
#[tauri::command]
pub(crate) async fn stop_check(counter: Counting<'_>) -> CommandResult<()> {
    counter.till()?.stop_check().await;
    Ok(())
}

/// The latest check of the till that is open.
#[tauri::command]
pub(crate) async fn check_report(counter: Counting<'_>) -> CommandResult<Option<CheckReport>> {
    Ok(counter.check_report())
}
