//! The OS keyring: the only place where a secret key is kept.
//!
//! Linux: the secret service over D-Bus (GNOME Keyring, KWallet, KeePassXC). macOS: the Keychain. Windows: the
//! Credential Manager. There is no file and no in-memory fallback: without a keyring there is no test or live mode, and
//! the shop is told why and what to do.
//!
//! The calls block, and may wait for somebody to type a password into the system's prompt, so they run on their own
//! thread with a limit.

use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::account::AccountKeys;
use crate::views::{Mode, Problem};

/// What the entries are filed under, as the system's own password manager shows it.
const SERVICE: &str = "shop.countersign.till";
/// An entry written and removed again to find out whether the keyring takes one.
const PROBE: &str = "probe";
/// How long an unlock prompt may stand unanswered, in seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The account's keys for `mode`, if the keyring has them.
///
/// # Errors
/// `keyring_missing` or `keyring_locked`, each with what to do.
pub(crate) async fn read(mode: Mode) -> Result<Option<AccountKeys>, Problem> {
    let found = with_keyring(move || match entry(mode)?.get_password() {
        Ok(text) => Ok(Some(text)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    })
    .await?;
    let Some(text) = found else { return Ok(None) };
    let keys = unpack(&text);
    if keys.is_none() {
        // Somebody else wrote there. The text itself is not for the log.
        log::warn!("The keyring's entry for {mode:?} is not one of this till's; it counts as none.");
    }
    Ok(keys.filter(|keys| keys.mode() == mode))
}

/// Keeps the keys, in place of those kept before for the same mode.
///
/// # Errors
/// As [`read`].
pub(crate) async fn keep(keys: &AccountKeys) -> Result<(), Problem> {
    let (mode, text) = (keys.mode(), pack(keys));
    with_keyring(move || entry(mode)?.set_password(&text)).await
}

/// Removes the keys of `mode`; there being none is no error.
///
/// # Errors
/// As [`read`].
pub(crate) async fn forget(mode: Mode) -> Result<(), Problem> {
    with_keyring(move || match entry(mode)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(error),
    })
    .await
}

/// Whether the keyring takes an entry. A keyring without a default collection answers a read as if it were empty, so
/// only writing tells.
pub(crate) async fn probe() -> Result<(), Problem> {
    with_keyring(|| {
        let entry = Entry::new(SERVICE, PROBE)?;
        entry.set_password("Countersign looks whether this keyring can be used.")?;
        entry.delete_credential()
    })
    .await
}

/// One entry for each mode holds both keys, so that they cannot come apart.
fn entry(mode: Mode) -> Result<Entry, Error> {
    let user = match mode {
        Mode::Training => return Err(Error::Invalid("mode".to_owned(), "training has no keys".to_owned())),
        Mode::Test => "test",
        Mode::Live => "live",
    };
    Entry::new(SERVICE, user)
}

fn pack(keys: &AccountKeys) -> String {
    json!({ "secret": keys.secret.expose().expose_secret(), "publishable": keys.publishable.as_str() }).to_string()
}

fn unpack(text: &str) -> Option<AccountKeys> {
    let value: Value = serde_json::from_str(text).ok()?;
    let field = |name: &str| value.get(name).and_then(Value::as_str);
    AccountKeys::parse(field("secret")?, field("publishable")?).ok()
}

/// Runs `work` on a thread that may block, for at most [`PATIENCE`].
async fn with_keyring<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    let running = tokio::task::spawn_blocking(work);
    match tokio::time::timeout(PATIENCE, running).await {
        Ok(Ok(Ok(value))) => Ok(value),
        Ok(Ok(Err(error))) => {
            // The error's text could carry an entry's bytes; its kind is enough.
            log::warn!("The keyring refused: {}", kind(&error));
            Err(explain(&error))
        }
        Ok(Err(_)) => Err(missing()),
        Err(_) => {
            log::warn!("The keyring did not answer in {} seconds.", PATIENCE.as_secs());
            Err(locked())
        }
    }
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::NoStorageAccess(_) => "no access",
        Error::PlatformFailure(_) => "the platform failed",
        Error::NoDefaultStore => "no keyring service",
        Error::NoEntry => "no entry",
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => "unreadable data",
        Error::Ambiguous(_) => "more than one entry",
        _ => "not supported",
    }
}

/// What an error of the keyring means for the shop.
fn explain(error: &Error) -> Problem {
    match error {
        #[cfg(target_os = "linux")]
        Error::NoStorageAccess(cause) | Error::PlatformFailure(cause) => {
            use secret_service::Error as Service;
            match cause.downcast_ref::<Service>() {
                Some(Service::Locked | Service::Prompt) => locked(),
                Some(Service::NoResult) => no_collection(),
                _ => missing(),
            }
        }
        #[cfg(not(target_os = "linux"))]
        Error::NoStorageAccess(_) => locked(),
        Error::Ambiguous(_) => Problem::new(
            "keyring_locked",
            "The keyring holds more than one entry of Countersign for this mode. Open the system's password manager, remove the entries of shop.countersign.till, and enter the keys again.",
        ),
        _ => missing(),
    }
}

fn locked() -> Problem {
    Problem::new(
        "keyring_locked",
        "The keyring is locked. Unlock it when the system asks for its password (usually the one you log in with), then try again. Training works meanwhile.",
    )
}

fn no_collection() -> Problem {
    Problem::new(
        "keyring_missing",
        "There is a keyring service but no default keyring in it. Log out and in again to a desktop session, or create a default keyring in Passwords and Keys. Training works meanwhile.",
    )
}

fn missing() -> Problem {
    let what = if cfg!(target_os = "linux") {
        "No keyring service is running, so a secret key cannot be kept safely. Install one (on Debian and Ubuntu: sudo apt install gnome-keyring), log in to a desktop session, and start Countersign again. Training works meanwhile."
    } else {
        "The system's keyring cannot be used, so a secret key cannot be kept safely. Log in to a desktop session and start Countersign again. Training works meanwhile."
    };
    Problem::new("keyring_missing", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &str = "51ABCDEFGHIJKLMNabcdefghijklmnopqrstuvwxyz0123456789";

    #[test]
    fn what_is_kept_can_be_read_again() {
        let keys = AccountKeys::parse(&format!("rk_live_{TAIL}"), &format!("pk_live_{TAIL}")).expect("keys");
        let again = unpack(&pack(&keys)).expect("read");
        assert_eq!(again.secret.expose().expose_secret(), keys.secret.expose().expose_secret());
        assert_eq!(again.publishable, keys.publishable);
    }

    #[test]
    fn a_strange_entry_is_none() {
        for text in ["", "{}", "sk_live_x", r#"{"secret":"a","publishable":"b"}"#] {
            assert!(unpack(text).is_none(), "{text}");
        }
    }

    #[test]
    fn training_has_no_entry() {
        assert!(entry(Mode::Training).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn locked_missing_and_empty_are_told_apart() {
        use secret_service::Error as Service;
        let said = |cause: Service| explain(&Error::NoStorageAccess(Box::new(cause)));
        assert_eq!(said(Service::Locked).code, "keyring_locked");
        assert_eq!(said(Service::Prompt).code, "keyring_locked");
        assert!(said(Service::NoResult).message.contains("default keyring"));
        assert!(said(Service::Unavailable).message.contains("gnome-keyring"));
        assert_eq!(explain(&Error::NoDefaultStore).code, "keyring_missing");
    }
}
