//! The OS keyring: the only place where a secret key is kept.
//!
//! Linux: the secret service over D-Bus (GNOME Keyring, KWallet, KeePassXC). macOS: the Keychain. Windows: the
//! Credential Manager. There is no file and no in-memory fallback: without a keyring there is no test or live mode, and
//! the shop is told why and what to do.
//!
//! The calls block, and may wait for somebody to type a password into the system's prompt, so they run on their own
//! thread with a limit.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::task::JoinError;

use crate::account::AccountKeys;
use crate::facts::{KeyringFault, KeyringMissing};
use crate::views::Mode;

/// What the entries are filed under, as the system's own password manager shows it.
const SERVICE: &str = "shop.countersign.till";
/// The entry with which it is tried whether the keyring keeps anything.
const TRIED: &str = "check";
/// How long an unlock prompt may stand unanswered, in seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The account's keys for `mode`, if the keyring has them.
///
/// # Errors
/// What is wrong with the keyring.
pub(crate) async fn read(mode: Mode) -> Result<Option<AccountKeys>, KeyringFault> {
    let found = with_keyring(move || entry(mode)?.text(), PATIENCE).await?;
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
/// As [`read`]. Nothing is kept then, not even later: see [`PendingWrite`].
pub(crate) async fn keep(keys: &AccountKeys) -> Result<(), KeyringFault> {
    let (mode, text) = (keys.mode(), pack(keys));
    write(move || entry(mode), Some(text), PATIENCE).await
}

/// Removes the keys of `mode`; there being none is no error.
///
/// # Errors
/// As [`read`]. The keys are still there then, and stay.
pub(crate) async fn forget(mode: Mode) -> Result<(), KeyringFault> {
    write(move || entry(mode), None, PATIENCE).await
}

/// Whether the keyring could take an entry, without writing one and without asking anybody: an empty one that is locked, or
/// that has no default keyring in it, answers a read as if all were well.
///
/// # Errors
/// As [`read`].
#[cfg(target_os = "linux")]
pub(crate) async fn look() -> Result<(), KeyringFault> {
    use secret_service::blocking::SecretService;
    use secret_service::{EncryptionType, Error as Service};

    fn unlocked() -> Result<(), Service> {
        // No secret goes over this session, so it needs no cipher.
        let service = SecretService::connect(EncryptionType::Plain)?;
        service.get_default_collection()?.ensure_unlocked()
    }
    with_keyring(|| unlocked().map_err(|cause| Error::NoStorageAccess(Box::new(cause))), PATIENCE).await
}

/// The Keychain and the Credential Manager are unlocked with the session.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn look() -> Result<(), KeyringFault> {
    std::future::ready(Ok(())).await
}

/// Whether the keyring takes a text, gives the same one back, and lets it be removed. Tried with an entry of its own: the
/// account's are not touched. False when another text came back.
///
/// # Errors
/// As [`read`].
pub(crate) async fn try_out() -> Result<bool, KeyringFault> {
    let text = format!("{:016x}", getrandom::u64().map_err(|_| missing())?);
    // What is written when nobody waits any more is removed by the same thread.
    with_keyring(move || keeps(&Entry::new(SERVICE, TRIED)?, &text), PATIENCE).await
}

fn keeps(slot: &impl Slot, text: &str) -> Result<bool, Error> {
    slot.put(Some(text))?;
    let back = slot.text();
    slot.put(None)?;
    Ok(back?.as_deref() == Some(text) && slot.text()?.is_none())
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

/// A place in the keyring for one text.
trait Slot {
    fn text(&self) -> Result<Option<String>, Error>;
    /// Puts a text there, or removes it.
    fn put(&self, text: Option<&str>) -> Result<(), Error>;
}

impl Slot for Entry {
    fn text(&self) -> Result<Option<String>, Error> {
        match self.get_password() {
            Ok(text) => Ok(Some(text)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn put(&self, text: Option<&str>) -> Result<(), Error> {
        match text {
            Some(text) => self.set_password(text),
            None => match self.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(error),
            },
        }
    }
}

/// One write at a time, so that one that is undone late cannot take a newer one with it.
static WRITING: Mutex<()> = Mutex::new(());

/// Whether a write still counts. The thread that writes cannot be stopped while the system's prompt stands; when staff
/// were told that nothing was kept, a password typed into that prompt later must not make it untrue.
#[derive(Default)]
struct PendingWrite(AtomicU8);

impl PendingWrite {
    const WAITED_FOR: u8 = 0;
    const DONE: u8 = 1;
    const GIVEN_UP: u8 = 2;

    /// Marks the write as done, unless it was given up.
    fn finish(&self) -> bool {
        self.settle(Self::DONE)
    }

    /// Gives the write up, unless it is done.
    fn give_up(&self) -> bool {
        self.settle(Self::GIVEN_UP)
    }

    fn is_given_up(&self) -> bool {
        self.0.load(Ordering::SeqCst) == Self::GIVEN_UP
    }

    fn settle(&self, as_what: u8) -> bool {
        self.0.compare_exchange(Self::WAITED_FOR, as_what, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

/// Writes `text`, or removes what is there, within `patience`. A write that comes later is undone.
async fn write<S: Slot>(
    slot: impl FnOnce() -> Result<S, Error> + Send + 'static,
    text: Option<String>,
    patience: Duration,
) -> Result<(), KeyringFault> {
    let pending = Arc::new(PendingWrite::default());
    let theirs = Arc::clone(&pending);
    let mut running = tokio::task::spawn_blocking(move || {
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slot()?;
        let before = slot.text()?;
        if theirs.is_given_up() {
            return Ok(());
        }
        slot.put(text.as_deref())?;
        if !theirs.finish() {
            log::warn!("The keyring took a change after the till had given it up; it is undone.");
            slot.put(before.as_deref())?;
        }
        Ok(())
    });
    let joined = match tokio::time::timeout(patience, &mut running).await {
        Ok(joined) => joined,
        Err(_) if pending.give_up() => return Err(silent(patience)),
        // It was done at the last moment.
        Err(_) => running.await,
    };
    told(joined)
}

/// Runs `work`, which only reads, on a thread that may block, for at most `patience`.
async fn with_keyring<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    patience: Duration,
) -> Result<T, KeyringFault> {
    match tokio::time::timeout(patience, tokio::task::spawn_blocking(work)).await {
        Ok(joined) => told(joined),
        Err(_) => Err(silent(patience)),
    }
}

fn silent(patience: Duration) -> KeyringFault {
    log::warn!("The keyring did not answer in {} seconds.", patience.as_secs());
    KeyringFault::Locked
}

fn told<T>(joined: Result<Result<T, Error>, JoinError>) -> Result<T, KeyringFault> {
    match joined {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            // The error's text could carry an entry's bytes; its kind is enough.
            log::warn!("The keyring refused: {}", kind(&error));
            Err(explain(&error))
        }
        Err(_) => Err(missing()),
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
fn explain(error: &Error) -> KeyringFault {
    match error {
        #[cfg(target_os = "linux")]
        Error::NoStorageAccess(cause) | Error::PlatformFailure(cause) => {
            use secret_service::Error as Service;
            match cause.downcast_ref::<Service>() {
                Some(Service::Locked | Service::Prompt) => KeyringFault::Locked,
                Some(Service::NoResult) => KeyringFault::Missing(KeyringMissing::DefaultKeyring),
                _ => missing(),
            }
        }
        #[cfg(not(target_os = "linux"))]
        Error::NoStorageAccess(_) => KeyringFault::Locked,
        Error::Ambiguous(_) => KeyringFault::Ambiguous,
        _ => missing(),
    }
}

fn missing() -> KeyringFault {
    KeyringFault::Missing(if cfg!(target_os = "linux") {
        KeyringMissing::Service
    } else {
        KeyringMissing::SystemKeyring
    })
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

    /// A keyring that stands at its prompt until somebody lets it go on.
    #[derive(Clone, Default)]
    struct Prompting {
        text: Arc<Mutex<Option<String>>>,
        unlocked: Arc<(Mutex<bool>, std::sync::Condvar)>,
    }

    impl Prompting {
        fn holding(text: &str) -> Self {
            let held = Self::default();
            *held.text.lock().expect("a text") = Some(text.to_owned());
            held
        }

        fn unlock(&self) {
            *self.unlocked.0.lock().expect("a lock") = true;
            self.unlocked.1.notify_all();
        }

        fn now(&self) -> Option<String> {
            self.text.lock().expect("a text").clone()
        }
    }

    impl Slot for Prompting {
        fn text(&self) -> Result<Option<String>, Error> {
            Ok(self.now())
        }

        fn put(&self, text: Option<&str>) -> Result<(), Error> {
            let (unlocked, change) = &*self.unlocked;
            drop(change.wait_while(unlocked.lock().expect("a lock"), |unlocked| !*unlocked).expect("a lock"));
            *self.text.lock().expect("a text") = text.map(str::to_owned);
            Ok(())
        }
    }

    /// Waits until no write is under way.
    async fn settled() {
        tokio::task::spawn_blocking(|| drop(WRITING.lock().unwrap_or_else(PoisonError::into_inner)))
            .await
            .expect("settled");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_write_that_was_given_up_leaves_what_was_there() {
        let short = Duration::from_millis(60);
        let long = Duration::from_secs(20);
        for (text, before) in [(Some("new"), None), (Some("new"), Some("old")), (None, Some("old"))] {
            let slot = before.map_or_else(Prompting::default, Prompting::holding);
            let text = text.map(str::to_owned);
            let theirs = slot.clone();
            let fault = write(move || Ok(theirs), text.clone(), short).await.expect_err("nobody unlocked it");
            assert_eq!(fault, KeyringFault::Locked);
            // A second try waits for the first one's prompt; it is the one that counts.
            let theirs = slot.clone();
            let second = tokio::spawn(write(move || Ok(theirs), Some("second".to_owned()), long));
            slot.unlock();
            second.await.expect("ran").expect("kept");
            assert_eq!(slot.now().as_deref(), Some("second"));

            let slot = before.map_or_else(Prompting::default, Prompting::holding);
            let theirs = slot.clone();
            write(move || Ok(theirs), text, short).await.expect_err("nobody unlocked it");
            slot.unlock();
            settled().await;
            assert_eq!(slot.now().as_deref(), before);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_write_in_time_stays() {
        let slot = Prompting::holding("old");
        slot.unlock();
        let theirs = slot.clone();
        write(move || Ok(theirs), Some("new".to_owned()), Duration::from_secs(20)).await.expect("kept");
        assert_eq!(slot.now().as_deref(), Some("new"));
    }

    #[test]
    fn a_keyring_is_tried_by_what_it_gives_back_and_nothing_stays() {
        let slot = Prompting::default();
        slot.unlock();
        assert!(keeps(&slot, "a text").expect("tried"));
        assert_eq!(slot.now(), None);

        /// A keyring that takes everything and keeps nothing: a service that is there for show.
        struct Forgetful;
        impl Slot for Forgetful {
            fn text(&self) -> Result<Option<String>, Error> {
                Ok(None)
            }

            fn put(&self, _text: Option<&str>) -> Result<(), Error> {
                Ok(())
            }
        }
        assert!(!keeps(&Forgetful, "a text").expect("tried"));
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
        assert_eq!(said(Service::Locked), KeyringFault::Locked);
        assert_eq!(said(Service::Prompt), KeyringFault::Locked);
        assert_eq!(said(Service::NoResult), KeyringFault::Missing(KeyringMissing::DefaultKeyring));
        assert_eq!(said(Service::Unavailable), KeyringFault::Missing(KeyringMissing::Service));
        assert_eq!(explain(&Error::NoDefaultStore), KeyringFault::Missing(KeyringMissing::Service));
    }
}
