//! `expand[]`: ids in an answer replaced by the objects they name.

use serde_json::Value;

use crate::access::Caller;
use crate::errors::ApiError;
use crate::permissions::{self, Access, Permissions, Resource};
use crate::world::Context;
use crate::{balance, charges, customers, disputes, payment_intents, payment_methods};

/// Stripe's limit of levels.
const MAX_LEVELS: usize = 4;

/// The kinds of object that an endpoint answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    PaymentIntent,
    Charge,
    Refund,
    Transaction,
    PaymentMethod,
    SetupIntent,
    Dispute,
    Customer,
    /// A Customer's, which is no object of its own but holds an id that can be expanded.
    InvoiceSettings,
    /// Nothing in it can be expanded.
    Plain,
}

impl Kind {
    /// What a restricted key must be allowed to read, to be shown an object of this kind.
    fn resource(self) -> Option<Resource> {
        match self {
            Kind::PaymentIntent => Some(Resource::PaymentIntents),
            Kind::Charge | Kind::Refund => Some(Resource::Charges),
            Kind::Transaction => Some(Resource::BalanceTransactions),
            Kind::PaymentMethod => Some(Resource::PaymentMethods),
            Kind::SetupIntent => Some(Resource::SetupIntents),
            Kind::Dispute => Some(Resource::Disputes),
            Kind::Customer => Some(Resource::Customers),
            Kind::InvoiceSettings | Kind::Plain => None,
        }
    }

    /// What stands behind a field: `None` when it cannot be expanded, `Plain` when nothing further can be.
    fn field(self, name: &str) -> Option<Kind> {
        match (self, name) {
            (Kind::PaymentIntent, "latest_charge")
            | (Kind::Refund | Kind::Dispute, "charge")
            | (Kind::Transaction, "source") => Some(Kind::Charge),
            (Kind::Charge | Kind::Refund | Kind::Dispute, "payment_intent") => Some(Kind::PaymentIntent),
            (Kind::Charge | Kind::Refund, "balance_transaction" | "failure_balance_transaction") => {
                Some(Kind::Transaction)
            }
            (Kind::Charge, "refunds") => Some(Kind::Refund),
            (Kind::PaymentIntent | Kind::SetupIntent, "payment_method") => Some(Kind::PaymentMethod),
            (Kind::PaymentIntent | Kind::PaymentMethod | Kind::SetupIntent | Kind::Charge, "customer") => {
                Some(Kind::Customer)
            }
            (Kind::Customer, "invoice_settings") => Some(Kind::InvoiceSettings),
            (Kind::InvoiceSettings, "default_payment_method") => Some(Kind::PaymentMethod),
            (Kind::PaymentIntent | Kind::Charge, "review" | "on_behalf_of" | "application")
            | (Kind::SetupIntent, "on_behalf_of" | "application" | "mandate" | "single_use_mandate")
            | (Kind::Customer, "default_source" | "test_clock") => Some(Kind::Plain),
            (
                Kind::PaymentIntent
                | Kind::Charge
                | Kind::Refund
                | Kind::Transaction
                | Kind::PaymentMethod
                | Kind::SetupIntent
                | Kind::Dispute
                | Kind::Customer
                | Kind::InvoiceSettings
                | Kind::Plain,
                _,
            ) => None,
        }
    }
}

/// Refuses paths that cannot be expanded, before the endpoint acts; else the kinds of what they read, some perhaps twice.
pub(crate) fn check(paths: &[String], kind: Kind, is_list: bool) -> Result<Vec<Kind>, ApiError> {
    let mut read = Vec::new();
    for path in paths {
        let refuse = || ApiError::invalid(format!("This property cannot be expanded ({path}).")).param("expand");
        let mut kind = kind;
        let mut steps = path.split('.');
        if path.split('.').count() > MAX_LEVELS {
            return Err(ApiError::invalid(format!("You cannot expand more than {MAX_LEVELS} levels of a property."))
                .param("expand"));
        }
        if is_list && steps.next() != Some("data") {
            return Err(refuse());
        }
        let mut was_list = false;
        for step in steps {
            if was_list && step == "data" {
                was_list = false;
                continue;
            }
            was_list = kind == Kind::Charge && step == "refunds";
            if kind == Kind::SetupIntent && step == "latest_attempt" {
                return Err(ApiError::not_simulated(&format!("expand[]={path}")));
            }
            kind = kind.field(step).ok_or_else(refuse)?;
            read.push(kind);
        }
    }
    Ok(read)
}

/// What may be read of it is asked of a restricted key, as if it called for the objects themselves.
pub(crate) fn check_permissions(
    read: &[Kind],
    caller: &Caller,
    permissions: Option<&Permissions>,
) -> Result<(), ApiError> {
    let resources = read.iter().filter_map(|kind| kind.resource());
    resources.into_iter().try_for_each(|resource| permissions::check(caller, permissions, resource, Access::Read))
}

/// Carries out paths that have been checked.
pub(crate) fn apply(context: &Context<'_>, answer: &mut Value, paths: &[String]) {
    for path in paths {
        let steps: Vec<&str> = path.split('.').collect();
        walk(context, answer, &steps);
    }
}

fn walk(context: &Context<'_>, value: &mut Value, steps: &[&str]) {
    let Some((step, rest)) = steps.split_first() else {
        return;
    };
    if *step == "data" {
        for element in value.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten() {
            walk(context, element, rest);
        }
        return;
    }
    if *step == "refunds" && value["object"] == "charge" && !value["refunds"].is_object() {
        let id = value["id"].as_str().unwrap_or_default().to_owned();
        value["refunds"] = crate::refunds::of_charge(context, &id);
    }
    let Some(field) = value.get_mut(*step) else {
        return;
    };
    if let Some(object) = field.as_str().and_then(|id| object(context, id)) {
        *field = object;
    }
    walk(context, field, rest);
}

fn object(context: &Context<'_>, id: &str) -> Option<Value> {
    let found = match id.split('_').next()? {
        "pi" => payment_intents::load(context, id).map(|intent| payment_intents::rendered(context, &intent)),
        "ch" => charges::retrieve(context, id),
        "cus" => customers::retrieve(context, id),
        "pm" => payment_methods::find(context, id).map(|method| method.render(context.is_publishable())),
        "du" => disputes::retrieve(context, id),
        "re" => crate::refunds::retrieve(context, id),
        "txn" => balance::retrieve_transaction(context, id),
        _ => return None,
    };
    found.ok()
}
