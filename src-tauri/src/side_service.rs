//! A plugin that the till can do without: that it does not start is logged, and the till goes on.
//!
//! Tauri ends a program whose plugin fails to start, before there is a window to say so in.

use serde_json::Value;
use tauri::ipc::Invoke;
use tauri::plugin::Plugin;
use tauri::{AppHandle, RunEvent, Wry};

/// The plugin. What it does for windows and their pages is not passed on: the plugins that are used so do nothing there.
pub(crate) struct SideService<P>(pub(crate) P);

impl<P: Plugin<Wry>> Plugin<Wry> for SideService<P> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn initialize(&mut self, app: &AppHandle, configuration: Value) -> Result<(), Box<dyn std::error::Error>> {
        if let Err(reason) = self.0.initialize(app, configuration) {
            log::warn!("{} does not start, and the till goes on without it: {reason}", self.0.name());
        }
        Ok(())
    }

    fn on_event(&mut self, app: &AppHandle, event: &RunEvent) {
        self.0.on_event(app, event);
    }

    fn extend_api(&mut self, invoke: Invoke) -> bool {
        self.0.extend_api(invoke)
    }
}
