//! What each stage is for staff, as a table: whose turn it is, whether it may turn out paid, and whether it presses.

use till::clock::When;
use till::currency::Currency;
use till::event::Event;
use till::locale::Locale;
use till::machine;
use till::money::Money;
use till::observed::SeenDecline;
use till::sale::{Decline, Proof, Purpose, Sale, Stage, Why};
use till::standing::{may_turn_out_paid, presses, standing};
use till::view::Pressing::{ChargedUnasked, OutcomeOpen};
use till::view::Standing::{InHand, LeftToItself, Over};
use till::view::{Pressing, Standing};
use till::{OsEntropy, SaleId};

fn opened() -> Sale {
    let money = Money::new(2_500, Currency::by_code("GBP").expect("pounds"), Locale::by_tag("en-GB").expect("en-GB"))
        .expect("an amount");
    let event = Event::opened(money, 1);
    machine::open(SaleId::new(&OsEntropy), &event, When::by_the_till(0)).expect("opened")
}

fn at(stage: Stage) -> Sale {
    Sale { stage, ..opened() }
}

fn proof() -> Proof {
    Proof { seen_at_ms: 0, card: None, authorization_code: None, authenticated: false, received_minor: None }
}

fn declined() -> Stage {
    let seen = SeenDecline { code: None, decline_code: None, advice_code: None, card: None, payment_method: None };
    Stage::Declined(Decline::Refused(seen))
}

fn unknown() -> Stage {
    Stage::NotKnown { since_ms: 0, why: Why::NoAnswer, lost: Purpose::Submit, absent: false }
}

#[test]
fn each_stage_is_the_same_to_everyone() {
    let table: [(Stage, Standing, bool, Option<Pressing>); 13] = [
        (Stage::Open { notice: None }, InHand, false, None),
        (Stage::Submitting, InHand, true, None),
        (Stage::NeedsAuthentication, InHand, false, None),
        (Stage::Authenticated { since_ms: 0 }, InHand, true, None),
        (Stage::Confirming, InHand, true, None),
        (Stage::Approved(proof()), Over, false, None),
        (Stage::Held(proof()), Over, true, None),
        (Stage::Processing, LeftToItself, true, None),
        (declined(), InHand, false, None),
        (unknown(), LeftToItself, true, Some(OutcomeOpen)),
        (Stage::Cancelling, LeftToItself, true, Some(OutcomeOpen)),
        (Stage::Cancelled, Over, false, None),
        (Stage::SetAside, Over, false, None),
    ];
    for (stage, whose, paid, pressing) in table {
        let sale = at(stage);
        let found = (standing(&sale, false), may_turn_out_paid(&sale), presses(&sale, false));
        assert_eq!(found, (whose, paid, pressing), "{:?}", sale.stage);
    }
}

#[test]
fn a_cancel_keeps_the_counter_closed_only_while_it_is_answered_at_once() {
    for (out, doubt_seen, whose, pressing) in [
        (Some(Purpose::Submit), false, InHand, None),
        (Some(Purpose::ConfirmAgain), true, InHand, None),
        (Some(Purpose::Cancel), false, InHand, None),
        // Staff may have left it when it was not known: it must not come back into their hand for the time of a call.
        (Some(Purpose::Cancel), true, LeftToItself, Some(OutcomeOpen)),
        (None, false, LeftToItself, Some(OutcomeOpen)),
    ] {
        let sale = Sale { in_flight: out, ..at(Stage::Cancelling) };
        assert_eq!(
            (standing(&sale, doubt_seen), presses(&sale, doubt_seen)),
            (whose, pressing),
            "{out:?} {doubt_seen}"
        );
        assert!(may_turn_out_paid(&sale));
    }
}

#[test]
fn a_customer_who_was_charged_unasked_presses_until_somebody_has_decided() {
    let charged = Sale { came_unasked: true, ..at(Stage::Approved(proof())) };
    assert_eq!((presses(&charged, false), may_turn_out_paid(&charged)), (Some(ChargedUnasked), true));
    let kept = Sale { kept: true, ..charged };
    assert_eq!((presses(&kept, false), may_turn_out_paid(&kept)), (None, false));
    assert_eq!(standing(&kept, false), Over);
}
