//! The main window's commands about the books: holding them against Stripe, and taking in what only Stripe knows.

use crate::facts::{CommandResult, Named, TillFact};
use stripe_client::PaymentIntentId;
use till::view::{ComparisonProgress, ReconciliationView, SaleView};

use super::ShopState;

/// Holds the books against Stripe for a span of time, milliseconds since 1970. None when it was stopped.
#[tauri::command]
pub(crate) async fn reconcile(
    from_ms: i64,
    to_ms: i64,
    shop: ShopState<'_>,
) -> CommandResult<Option<ReconciliationView>> {
    Ok(shop.till()?.reconcile(from_ms, to_ms).await?)
}

/// Ends the comparison that is under way, if staff have asked for one.
#[tauri::command]
pub(crate) async fn stop_reconcile(shop: ShopState<'_>) -> CommandResult<()> {
    shop.till()?.stop_reconcile().await;
    Ok(())
}

/// How far the comparison is that staff have asked for; none while none is under way, and while no till is open.
#[tauri::command]
pub(crate) async fn comparing(shop: ShopState<'_>) -> CommandResult<Option<ComparisonProgress>> {
    Ok(shop.in_force().till.as_ref().and_then(|till| *till.comparing().borrow()))
}

/// The latest result: of the till's own start, or of the last time that staff asked. None before, and while no till is open.
#[tauri::command]
pub(crate) async fn reconciliation(shop: ShopState<'_>) -> CommandResult<Option<ReconciliationView>> {
    Ok(shop.in_force().till.as_ref().and_then(|till| till.reconciliation()))
}

/// Takes a payment of this till that is not in its books into them.
#[tauri::command]
pub(crate) async fn take_in(payment_intent: String, shop: ShopState<'_>) -> CommandResult<SaleView> {
    let intent = PaymentIntentId::parse(&payment_intent).map_err(|_| TillFact::Malformed { what: Named::Payment })?;
    Ok(shop.till()?.take_in(intent).await?)
}
