//! What the payment window shows, and the board on which it is posted.
//!
//! The core decides, the page draws: the page asks for "a scene newer than the one I have", so a page that was loaded
//! afresh is told at once. A scene may hold a client secret, so it goes to the payment window and nowhere else: it has
//! no `Debug` that shows it, and no event carries it.

use std::fmt;
use std::time::Duration;

use till::PaymentStep;
use till::check::{CheckShows, CheckStep};
use till::coordinator::Doing as TillDoing;
use till::locale::Locale;
use till::money::write_amount;
use till::view::{MoneyView, SaleView, StageView};
use tokio::sync::watch;

use crate::payment_window::ScriptHost;
use crate::test_cards;
use crate::views::{Challenged, Doing, Language, Mode, PaymentScene, PaymentView, Theme};

/// How long a page's question may stand open. Then it is answered with what it has, and asks again.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// What every scene says about the mode it is in.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) mode: Mode,
    pub(crate) theme: Theme,
    pub(crate) publishable_key: String,
    pub(crate) host: ScriptHost,
    pub(crate) locale: String,
    pub(crate) language: Language,
}

/// The board: one scene at a time, with a revision that only grows.
pub(crate) struct SceneBoard {
    scene: watch::Sender<PaymentScene>,
}

impl SceneBoard {
    /// A board with nothing to pay on it.
    pub(crate) fn new(setting: &Setting) -> Self {
        Self { scene: watch::Sender::new(scene(1, setting, PaymentView::Idle)) }
    }

    /// Posts a view. Nothing happens when it says what stands there already.
    pub(crate) fn post(&self, setting: &Setting, view: PaymentView) {
        self.scene.send_if_modified(|current| {
            let next = scene(current.revision, setting, view);
            let news = *current != next;
            if news {
                *current = PaymentScene { revision: current.revision.wrapping_add(1).max(1), ..next };
            }
            news
        });
    }

    /// The scene as soon as its revision is not `seen`, with the till's time in it.
    pub(crate) async fn newer_than(&self, seen: u32, now_ms: impl Fn() -> i64) -> PaymentScene {
        let mut watching = self.scene.subscribe();
        let changed = watching.wait_for(|scene| scene.revision != seen);
        // Waited long enough, or the board is gone with the program: the page gets what there is.
        drop(tokio::time::timeout(LONGEST_WAIT, changed).await);
        let mut scene = self.scene.borrow().clone();
        if let PaymentView::Authenticate { now_ms: now, .. } = &mut scene.view {
            *now = now_ms();
        }
        scene
    }
}

fn scene(revision: u32, setting: &Setting, view: PaymentView) -> PaymentScene {
    PaymentScene {
        revision,
        mode: setting.mode,
        theme: setting.theme,
        publishable_key: setting.publishable_key.clone(),
        stripe_js: setting.host.stripe_js(),
        locale: setting.locale.clone(),
        language: setting.language,
        test_cards: if setting.mode == Mode::Live { Vec::new() } else { test_cards::palette().to_vec() },
        view,
    }
}

/// What to show for a sale; `None` when the payment window has nothing more to do for it and the main window shows how
/// it stands.
pub(crate) fn view_of(sale: &SaleView, step: PaymentStep) -> Option<PaymentView> {
    match sale.stage {
        StageView::Approved { .. }
        | StageView::Held { .. }
        | StageView::Processing
        | StageView::NotKnown { .. }
        | StageView::Cancelled
        | StageView::SetAside => return None,
        StageView::Open { .. }
        | StageView::Submitting
        | StageView::NeedsAuthentication { .. }
        | StageView::Authenticated { .. }
        | StageView::Confirming
        | StageView::Declined { .. }
        | StageView::Cancelling { .. } => {}
    }
    let (sale_id, money) = (sale.sale_id.clone(), sale.money.clone());
    match step {
        PaymentStep::Card { attempt_id, decline, notice } => {
            Some(PaymentView::Card { sale_id, attempt_id: attempt_id.to_string(), money, decline, notice })
        }
        PaymentStep::Working { attempt_id, doing } => {
            let doing = match doing {
                TillDoing::Charging => Doing::Charging,
                TillDoing::Checking => Doing::Checking,
                TillDoing::Confirming => Doing::Confirming,
                TillDoing::AwaitingCharge => Doing::AwaitingCharge,
                TillDoing::Cancelling => Doing::Cancelling,
            };
            Some(PaymentView::Working { sale_id, attempt_id: attempt_id.to_string(), money, doing })
        }
        PaymentStep::Authenticate { attempt_id, client_secret, deadline_ms } => Some(PaymentView::Authenticate {
            whose: Challenged::Sale { sale_id, attempt_id: attempt_id.to_string() },
            money,
            client_secret: client_secret.into(),
            deadline_ms,
            // Filled in when the page is answered: on the board it would make every look a change.
            now_ms: 0,
        }),
        PaymentStep::Done => None,
    }
}

/// What to show for a check of the till.
pub(crate) fn view_of_check(step: CheckStep, locale: &Locale) -> PaymentView {
    let check_id = step.check.to_string();
    match step.shows {
        CheckShows::CardField => PaymentView::TryCursor { check_id },
        CheckShows::Challenge { client_secret, amount_minor, currency, deadline_ms } => PaymentView::Authenticate {
            whose: Challenged::Check { check_id },
            money: MoneyView {
                amount_minor,
                currency: currency.code().to_owned(),
                text: write_amount(amount_minor, currency, locale),
            },
            client_secret: client_secret.into(),
            deadline_ms,
            now_ms: 0,
        },
    }
}

impl fmt::Debug for PaymentScene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PaymentScene {} {:?}", self.revision, self.view)
    }
}

impl fmt::Debug for PaymentView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idle => "Idle",
            Self::Card { .. } => "Card",
            Self::Working { .. } => "Working",
            Self::TryCursor { .. } => "TryCursor",
            Self::Authenticate { .. } => "Authenticate(redacted)",
        })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use till::view::{BankPage, Standing, WhyNotKnown};
    use till::{AttemptId, OsEntropy};

    use super::*;

    fn setting(mode: Mode) -> Setting {
        Setting {
            mode,
            theme: Theme::System,
            publishable_key: "pk_test_training".to_owned(),
            host: ScriptHost::Simulator,
            locale: "en-GB".to_owned(),
            language: Language::En,
        }
    }

    fn sale(stage: StageView) -> SaleView {
        SaleView {
            sale_id: "a".to_owned(),
            number: 1,
            money: MoneyView { amount_minor: 2500, currency: "GBP".to_owned(), text: "£25.00".to_owned() },
            reference: None,
            note: None,
            opened_at_ms: 0,
            revision: 1,
            stage,
            standing: Standing::InHand,
            may_turn_out_paid: false,
            presses: None,
            call_in_flight: false,
            attempts: Vec::new(),
            payment_intent: None,
            refunds: Vec::new(),
            refundable: None,
            disputes: Vec::new(),
            unasked: None,
            taken: None,
            oddities: Vec::new(),
            actions: Vec::new(),
        }
    }

    fn challenge() -> PaymentStep {
        PaymentStep::Authenticate {
            attempt_id: AttemptId::new(&OsEntropy),
            client_secret: SecretString::from("pi_1_secret_2"),
            deadline_ms: 9,
        }
    }

    #[test]
    fn a_finished_sale_leaves_the_window_whatever_the_step_says() {
        for stage in
            [StageView::Processing, StageView::Cancelled, StageView::NotKnown { since_ms: 0, why: WhyNotKnown::Gone }]
        {
            assert!(view_of(&sale(stage), challenge()).is_none());
        }
        assert!(view_of(&sale(StageView::Submitting), PaymentStep::Done).is_none());
    }

    #[test]
    fn a_challenge_carries_the_secret_and_never_prints_it() {
        let stage = StageView::NeedsAuthentication { deadline_ms: 9, page: BankPage::Shown };
        let view = view_of(&sale(stage), challenge()).expect("a view");
        assert_eq!(serde_json::to_value(&view).expect("serialised")["client_secret"], "pi_1_secret_2");
        let scene = scene(3, &setting(Mode::Test), view);
        assert!(!format!("{scene:?} {scene:#?}").contains("secret_2"));
    }

    #[test]
    fn live_has_no_palette() {
        assert!(scene(1, &setting(Mode::Live), PaymentView::Idle).test_cards.is_empty());
        assert!(!scene(1, &setting(Mode::Training), PaymentView::Idle).test_cards.is_empty());
    }

    #[tokio::test]
    async fn a_page_is_answered_at_once_when_it_is_behind_and_waits_when_it_is_not() {
        let board = SceneBoard::new(&setting(Mode::Training));
        let first = board.newer_than(0, || 0).await.revision;
        let waiting = tokio::time::timeout(Duration::from_millis(50), board.newer_than(first, || 0)).await;
        assert!(waiting.is_err(), "nothing is new");
        board.post(&setting(Mode::Training), PaymentView::Idle);
        assert_eq!(board.newer_than(0, || 0).await.revision, first, "the same again is no change");
        let view =
            view_of(&sale(StageView::NeedsAuthentication { deadline_ms: 9, page: BankPage::Shown }), challenge())
                .expect("a view");
        board.post(&setting(Mode::Training), view);
        let scene = board.newer_than(first, || 77).await;
        assert!(scene.revision > first);
        assert!(matches!(scene.view, PaymentView::Authenticate { now_ms: 77, .. }));
    }
}
