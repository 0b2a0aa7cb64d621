//! "Check this till": what the shell knows of the machine, line by line, and where the windows' wishes meet the till's.
//!
//! Deliberately not here: what is tried at Stripe (`till::check`).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use stripe_client::{HttpTransport, PublishableKey};
use till::check::{CheckAsked, CheckDetail, CheckFault, CheckItem, CheckLine, CheckReport, WhyNotShown, disk_and_room};
use till::{Clock as _, SystemClock};
use tokio::sync::mpsc;

use crate::card_field::CardField;
use crate::facts::{CommandResult, CopiesView, KeyringFault, TillFact};
use crate::in_force;
use crate::keys;
use crate::shop::Shop;
use crate::views::Mode;

/// How long the card field may take. The page gives it twelve seconds itself.
const FIELD_PATIENCE: Duration = Duration::from_secs(15);

/// A copy of the journal is made daily. One that is older than this says that none was made for more than a day.
const COPY_IS_OLD_AFTER_MS: i64 = 2 * 86_400_000;

impl Shop {
    /// Begins a check of the till, unless one is under way.
    ///
    /// # Errors
    /// `cannot_sell`, or the till's refusal while a sale is in hand.
    pub(crate) async fn check_till(self: &Arc<Self>) -> CommandResult<()> {
        let in_force = self.in_force();
        let till = self.till()?;
        let publishable = PublishableKey::parse(&in_force.publishable_key).map_err(|_| TillFact::CannotSell)?;
        let proxy = HttpTransport::proxy_to(&in_force::stripe_base(in_force.mode, self.simulator(in_force.mode).await));
        let (lines, machine) = mpsc::channel(4);
        till.check(CheckAsked { machine, publishable, currency: self.currency(), proxy }).await?;
        let (shop, mode) = (Arc::clone(self), in_force.mode);
        in_force.adopt(tokio::spawn(async move { shop.check_machine(mode, lines).await }).abort_handle());
        Ok(())
    }

    /// The latest check of the till that is open; none before the first.
    pub(crate) fn check_report(&self) -> Option<CheckReport> {
        self.in_force().till.as_ref().and_then(|till| till.checked().borrow().clone())
    }

    /// The lines about the machine. Ends early when nobody waits for them any more: the check was stopped.
    async fn check_machine(&self, mode: Mode, lines: mpsc::Sender<CheckLine>) {
        // One is under way already, and these are not its lines.
        if lines.is_closed() {
            return;
        }
        let keyring = keyring_line(keys::try_out().await);
        if lines.send(keyring).await.is_err() {
            return;
        }
        for line in disk_lines(self.data.clone()).await {
            if lines.send(line).await.is_err() {
                return;
            }
        }
        let field = self.desk.card_field.once_ready(FIELD_PATIENCE).await;
        if lines.send(field_line(field)).await.is_err() {
            return;
        }
        let copied = copy_line(&self.copies().await, mode, SystemClock.now_ms());
        drop(lines.send(copied).await);
    }
}

fn keyring_line(tried: Result<bool, KeyringFault>) -> CheckLine {
    let item = CheckItem::Keyring;
    match tried {
        Ok(true) => CheckLine::shown(item, None),
        Ok(false) => CheckLine::failed(item, CheckFault::KeyringDiffers),
        Err(KeyringFault::Locked) => CheckLine::failed(item, CheckFault::KeyringLocked),
        Err(KeyringFault::Ambiguous | KeyringFault::Missing(_)) => CheckLine::failed(item, CheckFault::KeyringMissing),
    }
}

fn field_line(field: Option<CardField>) -> CheckLine {
    let item = CheckItem::CardField;
    match field {
        Some(CardField { ready: true, secure: true }) => CheckLine::shown(item, None),
        Some(CardField { ready: true, secure: false }) => CheckLine::failed(item, CheckFault::PageNotSecure),
        Some(CardField { ready: false, .. }) | None => CheckLine::failed(item, CheckFault::NoCardField),
    }
}

async fn disk_lines(data: PathBuf) -> [CheckLine; 2] {
    let tried = tokio::task::spawn_blocking(move || disk_and_room(&data)).await;
    tried.unwrap_or_else(|_| {
        let broken_off = || CheckFault::DiskNotWritten { said: "it was broken off".to_owned() };
        [CheckItem::Disk, CheckItem::Room].map(|item| CheckLine::failed(item, broken_off()))
    })
}

fn copy_line(copies: &CopiesView, mode: Mode, now_ms: i64) -> CheckLine {
    let item = CheckItem::JournalCopy;
    let is_old = |at_ms: i64| now_ms.saturating_sub(at_ms) > COPY_IS_OLD_AFTER_MS;
    match (&copies.folder, copies.newest_ms) {
        // What is no money needs no copy.
        (None, _) if mode != Mode::Live => CheckLine::not_shown(item, WhyNotShown::NotMoney),
        (None, _) => CheckLine::failed(item, CheckFault::NoCopyFolder),
        (Some(_), Some(at_ms)) if copies.failure.is_none() && !is_old(at_ms) => {
            CheckLine::shown(item, Some(CheckDetail::CopiedAt { at_ms }))
        }
        (Some(_), Some(at_ms)) if copies.failure.is_none() => CheckLine::failed(item, CheckFault::CopyOld { at_ms }),
        (Some(_), _) => CheckLine::failed(item, CheckFault::NotCopied),
    }
}

#[cfg(test)]
mod tests {
    use till::check::CheckFound;
    use till::journal_copy::CopyFailure;

    use super::*;
    use crate::card_field::CardFieldHeard;
    use crate::facts::KeyringMissing;

    fn failed(line: &CheckLine) -> Option<&CheckFault> {
        match &line.result {
            CheckFound::Failed { fault } => Some(fault),
            CheckFound::Shown { .. } | CheckFound::NotShown { .. } => None,
        }
    }

    #[test]
    fn a_keyring_that_keeps_is_told_from_one_that_does_not() {
        assert!(failed(&keyring_line(Ok(true))).is_none());
        assert_eq!(failed(&keyring_line(Ok(false))), Some(&CheckFault::KeyringDiffers));
        let locked = keyring_line(Err(KeyringFault::Locked));
        assert_eq!(failed(&locked), Some(&CheckFault::KeyringLocked));
        let missing = keyring_line(Err(KeyringFault::Missing(KeyringMissing::Service)));
        assert_eq!(failed(&missing), Some(&CheckFault::KeyringMissing));
    }

    #[tokio::test]
    async fn the_card_field_is_waited_for_and_one_of_an_earlier_page_does_not_count() {
        let heard = CardFieldHeard::default();
        let soon = Duration::from_millis(50);
        let line = async || field_line(heard.once_ready(soon).await);
        assert_eq!(failed(&line().await), Some(&CheckFault::NoCardField), "no page has told anything");
        heard.hear(CardField { ready: false, secure: true });
        assert_eq!(failed(&line().await), Some(&CheckFault::NoCardField));
        let later = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            heard.hear(CardField { ready: true, secure: true });
        };
        let (told, ()) = tokio::join!(heard.once_ready(FIELD_PATIENCE), later);
        let told = field_line(told);
        assert!(failed(&told).is_none(), "{told:?}");
        heard.forget();
        assert_eq!(failed(&line().await), Some(&CheckFault::NoCardField));
        heard.hear(CardField { ready: true, secure: false });
        assert_eq!(failed(&line().await), Some(&CheckFault::PageNotSecure));
    }

    #[test]
    fn a_copy_is_wanted_where_there_is_money_and_is_to_be_of_the_last_days() {
        let now_ms = 1_800_000_000_000;
        let copies = |folder: bool, newest_ms, failure| CopiesView {
            folder: folder.then(|| "/copies".to_owned()),
            newest: None,
            newest_ms,
            failure,
        };
        let line = |copies: CopiesView, mode| copy_line(&copies, mode, now_ms);
        assert_eq!(failed(&line(copies(false, None, None), Mode::Live)), Some(&CheckFault::NoCopyFolder));
        assert!(failed(&line(copies(false, None, None), Mode::Training)).is_none());
        assert_eq!(failed(&line(copies(true, None, None), Mode::Live)), Some(&CheckFault::NotCopied));
        let lost = Some(CopyFailure::System { said: "gone".to_owned() });
        assert_eq!(failed(&line(copies(true, Some(now_ms), lost), Mode::Live)), Some(&CheckFault::NotCopied));
        assert!(failed(&line(copies(true, Some(now_ms - 86_400_000), None), Mode::Live)).is_none());
        let old_ms = now_ms - 3 * 86_400_000;
        let old = CheckFault::CopyOld { at_ms: old_ms };
        assert_eq!(failed(&line(copies(true, Some(old_ms), None), Mode::Live)), Some(&old));
    }
}
