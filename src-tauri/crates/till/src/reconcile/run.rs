//! One reconcile, step by step: the lists are read, every sale of the span is held against them, each that does not agree is
//! read again by its id, and the one who writes sales is asked to let that into the books.
//!
//! A sale counts as compared when what was read at Stripe is no older than its last call, and no row of it was written since. So
//! the sales are gone through in rounds: what moved meanwhile, or had a call out, is compared afresh in the next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use stripe_client::{Client, Error, Heard, PaymentIntent};

use super::adding_up::{self, Compared, Ours};
use super::asking::{Agreed, Asking};
use super::compare;
use super::progress::Progress;
use super::read::{self, Lists, ReadAgain, ToReadAgain};
use super::share::{Doubtful, Held, Share, hold};
use super::{Span, Wanted};
use crate::clock::Clock;
use crate::coordinator::Reconciliation;
use crate::ids::{CheckId, SaleId, TillId};
use crate::journal::{Beside, JournalError, Reader, Rows};
use crate::machine;
use crate::money::Sum;
use crate::observed::SeenDispute;
use crate::refusal::Refusal;
use crate::sale::Sale;
use crate::view::ComparisonProgress;

/// Sales that are read again, by their id, in one reconcile.
pub(super) const MOST_READ_AGAIN: u32 = 500;
/// Sales that are held against the lists in one slice, and rows that are gone through for the sales of a span: some milliseconds
/// each.
const SALES_IN_A_SLICE: usize = 50;
const ROWS_IN_A_SLICE: u32 = 2_000;
/// Pauses before each further round while a call is out: most are answered by then.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

type Refused = Refusal<Sum>;

/// What every reconcile of a till is made with.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) stripe: Client,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rows: Beside,
    pub(crate) asking: Asking,
    /// The ids that this till's payments carry: its own, and those that it had before.
    pub(crate) tills: Arc<[TillId]>,
    /// Real money?
    pub(crate) live: bool,
    /// Stripe's time when this run of the till first compared, milliseconds since 1970.
    pub(crate) first_compared_ms: Arc<OnceLock<i64>>,
}

impl Means {
    /// Compares what is wanted. Dropped in the middle it leaves the books right: each step is whole.
    ///
    /// # Errors
    /// When Stripe or the rows cannot be read: nothing is said about the span then.
    pub(crate) async fn compare(&self, wanted: Wanted, progress: Progress) -> Result<Reconciliation, Refused> {
        let Some(lists) = self.read_lists(wanted, &progress).await? else {
            return Ok(adding_up::without_a_time(self.clock.now_ms()));
        };
        let mut rows = self.rows.open().await.map_err(|error| Refusal::journal(&error))?;
        let (began, checks) = self.of_the_journal(&mut rows).await?;
        let from = slice(&mut rows, |rows| rows.newest()).await?;
        let run =
            Run { means: self, progress, lists: Arc::new(lists), rows, from, read: 0, compared: Compared::default() };
        let (lists, compared) = run.go().await?;
        self.asking.heard(None).await;
        let ours = Ours {
            tills: &self.tills,
            checks: &checks,
            began_ms: began,
            first_compared_ms: self.first_compared_ms.get().copied(),
        };
        let view = adding_up::add_up(&lists, compared, &ours, self.clock.now_ms());
        self.first_compared_ms.get_or_init(|| lists.stripe_ms);
        Ok(view)
    }

    /// Asks what time it is at Stripe, chooses the span by it, and reads the lists. None where Stripe told no time.
    async fn read_lists(&self, wanted: Wanted, progress: &Progress) -> Result<Option<Lists>, Refused> {
        let read = async {
            let Heard { result, stripe_ms, .. } = self.stripe.ask_time().await;
            result?;
            let Some(stripe_ms) = stripe_ms else { return Ok(None) };
            read::lists(&self.stripe, wanted.scope(stripe_ms), stripe_ms, progress).await.map(Some)
        };
        match read.await {
            Ok(lists) => Ok(lists),
            Err(error) => Err(self.not_reconciled(error).await),
        }
    }

    /// When the journal began, and the checks of this till that made payments with test cards and gave them back. In live mode a
    /// check pays nothing, so what has been paid there counts, whatever mark it carries.
    async fn of_the_journal(&self, rows: &mut Reader) -> Result<(Option<i64>, BTreeSet<CheckId>), Refused> {
        let live = self.live;
        slice(rows, move |rows| {
            let checks = if live { Vec::new() } else { rows.checks()? };
            Ok((rows.began_ms().ok().flatten(), checks.iter().map(|row| row.check).collect()))
        })
        .await
    }

    async fn not_reconciled(&self, error: Error) -> Refused {
        let refusal = Refusal::not_reconciled(&error);
        self.asking.heard(Some(error)).await;
        refusal
    }
}

async fn slice<T: Send + 'static>(
    rows: &mut Reader,
    read: impl FnOnce(&Rows<'_>) -> Result<T, JournalError> + Send + 'static,
) -> Result<T, Refused> {
    rows.read(read).await.map_err(|error| Refusal::journal(&error))
}

/// The sale by its rows; none where there are none, or this version cannot read them.
fn sale_of(rows: &Rows<'_>, id: SaleId) -> Result<Option<Sale>, JournalError> {
    match rows.of_sale(id) {
        Ok(rows) => Ok(machine::replay(&rows).ok().and_then(|mut sales| sales.remove(&id))),
        Err(JournalError::Corrupt { .. } | JournalError::Newer { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A reconcile whose lists have been read.
struct Run<'a> {
    means: &'a Means,
    progress: Progress,
    lists: Arc<Lists>,
    rows: Reader,
    /// The newest row when the sales began to be compared.
    from: i64,
    /// Sales that were read again.
    read: u32,
    compared: Compared,
}

impl Run<'_> {
    async fn go(mut self) -> Result<(Arc<Lists>, Compared), Refused> {
        self.compare_disputes().await?;
        let named = self.named().await?;
        let mut due: Vec<SaleId> = named.iter().copied().collect();
        let mut pauses = PAUSES.iter();
        let mut is_first = true;
        loop {
            self.compared.in_work.clear();
            let doubtful = self.hold_all(&due, std::mem::take(&mut is_first)).await?;
            self.read_all_again(doubtful).await?;
            let is_out = !self.compared.in_work.is_empty();
            self.find_moved(&named).await?;
            due = self.compared.in_work.keys().copied().collect();
            let Some(pause) = pauses.next().filter(|_| !due.is_empty()) else { break };
            if is_out {
                tokio::time::sleep(*pause).await;
            }
        }
        Ok((self.lists, self.compared))
    }

    /// The sales that the books have in the span, and those that the lists name.
    async fn named(&mut self) -> Result<BTreeSet<SaleId>, Refused> {
        let mut named: BTreeSet<SaleId> =
            self.lists.payments.keys().chain(self.lists.refunds.keys()).copied().collect();
        let Span { from_ms, to_ms } = self.lists.scope.payments;
        let mut past = None;
        loop {
            let read = move |rows: &Rows<'_>| rows.sales_between((from_ms, to_ms), past, ROWS_IN_A_SLICE);
            let (sales, last) = slice(&mut self.rows, read).await?;
            named.extend(sales);
            past = last;
            if past.is_none() {
                return Ok(named);
            }
        }
    }

    /// Holds these sales against the lists. Answers with those about which Stripe has to be asked.
    async fn hold_all(&mut self, due: &[SaleId], is_first: bool) -> Result<Vec<Doubtful>, Refused> {
        let count = |sales: usize| u32::try_from(sales).unwrap_or(u32::MAX);
        let (mut doubtful, mut compared) = (Vec::new(), 0);
        for ids in due.chunks(SALES_IN_A_SLICE) {
            if is_first {
                self.progress.tell(ComparisonProgress::Comparing { compared, of: count(due.len()) });
            }
            let (lists, tills, these) = (Arc::clone(&self.lists), Arc::clone(&self.means.tills), ids.to_vec());
            let held = slice(&mut self.rows, move |rows| {
                let held = |id| Ok(sale_of(rows, id)?.map_or(Held::NotInBooks, |sale| hold(&sale, &lists, &tills)));
                these.into_iter().map(|id| held(id).map(|held| (id, held))).collect::<Result<Vec<_>, JournalError>>()
            })
            .await?;
            compared = compared.saturating_add(count(held.len()));
            doubtful.extend(held.into_iter().filter_map(|(id, held)| self.put(id, held)));
        }
        Ok(doubtful)
    }

    /// What was found of a sale in an earlier round is so no longer, unless it was news.
    fn put(&mut self, id: SaleId, held: Held) -> Option<Doubtful> {
        self.compared.shares.remove(&id);
        if let Some(findings) = self.compared.findings.get_mut(&id) {
            findings.retain(|finding| compare::is_news(&finding.difference));
        }
        match held {
            Held::NotInBooks => None,
            Held::CallOut { number } => {
                self.compared.in_work.insert(id, Some(number));
                None
            }
            Held::Agrees(share) => {
                self.compared.shares.insert(id, share);
                None
            }
            Held::Doubtful(doubtful) => Some(doubtful),
        }
    }

    async fn read_all_again(&mut self, doubtful: Vec<Doubtful>) -> Result<(), Refused> {
        let of = self.read.saturating_add(u32::try_from(doubtful.len()).unwrap_or(u32::MAX)).min(MOST_READ_AGAIN);
        for doubtful in doubtful {
            if self.read >= MOST_READ_AGAIN {
                self.compared.not_read.insert(doubtful.sale);
                continue;
            }
            self.progress.tell(ComparisonProgress::ReadingAgain { read: self.read, of });
            self.read = self.read.saturating_add(1);
            self.read_again(doubtful).await?;
        }
        Ok(())
    }

    /// Reads a sale at Stripe, and asks the one who writes sales to let that into the books.
    async fn read_again(&mut self, doubtful: Doubtful) -> Result<(), Refused> {
        let Doubtful { sale, number, intent, with_refunds, without_time } = doubtful;
        // Until it is known to be otherwise.
        self.compared.in_work.insert(sale, Some(number));
        let stands = self.means.asking.stands(sale).await?.filter(|stands| !stands.call_out);
        let Some(stands) = stands else { return Ok(()) };
        let asked_for = ToReadAgain { sale, asked: stands.asked, intent, with_refunds };
        let read: ReadAgain = match read::again(&self.means.stripe, asked_for).await {
            Ok(read) => read,
            Err(error) => return Err(self.means.not_reconciled(error).await),
        };
        let seen: Option<Box<PaymentIntent>> = read.intent.clone();
        let Some(Agreed { differences, now }) = self.means.asking.agree(read).await? else { return Ok(()) };
        if let Some(seen) = &seen {
            Arc::make_mut(&mut self.lists).freshen(sale, seen);
        }
        let share = Share { gone: seen.is_none(), without_time, ..Share::of(&now, self.lists.payments_of(sale)) };
        self.compared.in_work.remove(&sale);
        self.compared.shares.insert(sale, share);
        let findings = self.compared.findings.entry(sale).or_default();
        for difference in differences {
            if !findings.contains(&difference) {
                findings.push(difference);
            }
        }
        Ok(())
    }

    /// Notes the sales that have rows of after they were compared, whoever wrote them.
    async fn find_moved(&mut self, named: &BTreeSet<SaleId>) -> Result<(), Refused> {
        let from = self.from;
        let moved: BTreeMap<SaleId, u32> =
            slice(&mut self.rows, move |rows| rows.moved_since(from)).await?.into_iter().collect();
        for (id, revision) in moved {
            let share = self.compared.shares.get(&id);
            let is_as_compared = share.is_some_and(|share| share.revision >= revision);
            if named.contains(&id) && !is_as_compared && !self.compared.not_read.contains(&id) {
                let number = share.map(|share| share.number);
                self.compared.in_work.entry(id).or_insert(number);
                self.compared.shares.remove(&id);
            }
        }
        Ok(())
    }

    async fn compare_disputes(&mut self) -> Result<(), Refused> {
        let lists = Arc::clone(&self.lists);
        for dispute in &lists.disputes {
            let id = dispute.payment().and_then(crate::look::names);
            let sale = match id {
                Some(id) => slice(&mut self.rows, move |rows| sale_of(rows, id)).await?,
                None => None,
            };
            let seen = SeenDispute::of(dispute);
            let known = match sale {
                Some(sale) if sale.disputes.contains(&seen) => Some((false, sale)),
                Some(sale) => {
                    let told = self.means.asking.disputed(sale.id, seen, lists.stripe_ms).await?;
                    told.map(|told| (told.is_news, told.now))
                }
                None => None,
            };
            let Some((is_news, sale)) = known else {
                self.compared.disputes_of_others = self.compared.disputes_of_others.saturating_add(1);
                continue;
            };
            let difference = compare::dispute(&sale, dispute);
            if is_news || !difference.put_right {
                self.compared.disputes.push(difference);
            }
        }
        Ok(())
    }
}
