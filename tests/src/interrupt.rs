//! Ends a run in good order when it is interrupted: what was started is dropped, and so is ended.

use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Runs to the end, or until Ctrl-C or a request to terminate; then everything that `work` holds is dropped.
pub async fn until_interrupted(work: impl Future<Output = ExitCode>) -> ExitCode {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut requests) => drop(requests.recv().await),
            // Without the signal, only the work itself ends the run.
            Err(_unavailable) => std::future::pending().await,
        }
    };
    tokio::select! {
        code = work => code,
        _ = tokio::signal::ctrl_c() => ExitCode::FAILURE,
        () = terminated => ExitCode::FAILURE,
    }
}
