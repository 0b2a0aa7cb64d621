//! The palette of test cards, in training and test mode: the simulator's table in the words of the payment window.

use std::sync::LazyLock;

use stripe_sim::cards::{self, TestCard};

use crate::views::TestCardView;

/// The group that is told apart by country alone.
const BY_COUNTRY: &str = "Cards by country";

static PALETTE: LazyLock<Vec<TestCardView>> = LazyLock::new(|| cards::all().iter().map(view).collect());

/// Every test card, the three to try first at the top.
pub(crate) fn palette() -> &'static [TestCardView] {
    &PALETTE
}

fn view(card: &TestCard) -> TestCardView {
    let does =
        if card.group == BY_COUNTRY { format!("{} ({})", card.does, card.country) } else { card.does.to_owned() };
    TestCardView {
        number: card.number.to_owned(),
        brand: till::decline::brand_name(card.brand),
        group: card.group.to_owned(),
        does,
        payment_method: card.payment_method.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_cards_to_try_first_come_first() {
        let numbers: Vec<&str> = palette().iter().take(3).map(|card| card.number.as_str()).collect();
        assert_eq!(numbers, ["4242424242424242", "4000000000009995", "4000002500003155"]);
        assert!(palette().iter().all(|card| !card.does.is_empty() && !card.brand.is_empty()));
    }
}
