//! The main window's commands about the till itself.

use super::Counting;
use crate::ui_error::Answer;
use crate::views::{Preferences, TillStatus};

/// How the till stands.
#[tauri::command]
pub(crate) async fn till_status(counter: Counting<'_>) -> Answer<TillStatus> {
    Ok(counter.status().await)
}

/// Checks and keeps the preferences.
#[tauri::command]
pub(crate) async fn save_preferences(preferences: Preferences, counter: Counting<'_>) -> Answer<TillStatus> {
    counter.prefer(preferences).await?;
    Ok(counter.status().await)
}
