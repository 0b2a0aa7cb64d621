//! Ctrl-C and, on Unix, SIGTERM.

/// What ends when the program is told to stop. It listens from this call on, not only once it is awaited: whoever has read
/// the address may stop the program at once.
///
/// # Errors
/// When the system gives no word of signals.
#[cfg(unix)]
pub(crate) fn wanted() -> std::io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// What ends when the program is told to stop. It listens from this call on.
///
/// # Errors
/// When the system gives no word of Ctrl-C.
#[cfg(windows)]
pub(crate) fn wanted() -> std::io::Result<impl Future<Output = ()> + Send> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupted.recv().await;
    })
}
