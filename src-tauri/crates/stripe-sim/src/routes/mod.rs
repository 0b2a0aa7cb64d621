//! Which call a method and a path mean, and what answers it.

mod traits;

use serde_json::Value;

use crate::errors::ApiError;
use crate::form::Params;
use crate::payment_intents::{cancel, capture, confirm, create, update};
use crate::setup_intents::calls as setups;
use crate::world::Context;
use crate::{
    account, attachments, balance, charges, confirmation_tokens, customers, disputes, events, payment_intents,
    payment_methods, refunds, search, setup_intents, three_ds, tokens,
};

/// One call of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    CreateIntent,
    ListIntents,
    SearchIntents,
    RetrieveIntent(&'a str),
    UpdateIntent(&'a str),
    ConfirmIntent(&'a str),
    CancelIntent(&'a str),
    CaptureIntent(&'a str),
    SourceCancel(&'a str),
    VerifyChallenge(&'a str),
    CreateCustomer,
    ListCustomers,
    SearchCustomers,
    RetrieveCustomer(&'a str),
    UpdateCustomer(&'a str),
    DeleteCustomer(&'a str),
    ListCustomerMethods(&'a str),
    RetrieveCustomerMethod(&'a str, &'a str),
    CreateSetup,
    ListSetups,
    RetrieveSetup(&'a str),
    UpdateSetup(&'a str),
    ConfirmSetup(&'a str),
    CancelSetup(&'a str),
    CancelSetupSource(&'a str),
    VerifySetupChallenge(&'a str),
    CreateMethod,
    ListMethods,
    RetrieveMethod(&'a str),
    UpdateMethod(&'a str),
    AttachMethod(&'a str),
    DetachMethod(&'a str),
    CreateConfirmationToken,
    HelpCreateConfirmationToken,
    RetrieveConfirmationToken(&'a str),
    CreateToken,
    RetrieveToken(&'a str),
    ListCharges,
    SearchCharges,
    RetrieveCharge(&'a str),
    UpdateCharge(&'a str),
    CreateRefund,
    ListRefunds,
    RetrieveRefund(&'a str),
    UpdateRefund(&'a str),
    CancelRefund(&'a str),
    ListDisputes,
    RetrieveDispute(&'a str),
    UpdateDispute(&'a str),
    CloseDispute(&'a str),
    ListEvents,
    RetrieveEvent(&'a str),
    RetrieveBalance,
    ListTransactions,
    RetrieveTransaction(&'a str),
    RetrieveAccount,
    Authenticate,
    ChallengeComplete,
}

impl<'a> Route<'a> {
    /// The call of a method and a path, if there is one.
    pub(crate) fn of(method: &str, path: &'a str) -> Option<Self> {
        let segments: Vec<&str> = path.strip_prefix("/v1/")?.split('/').collect();
        // No object has an empty id, so no call has one in its path.
        if segments.contains(&"") {
            return None;
        }
        Some(match (method, segments.as_slice()) {
            ("POST", ["payment_intents"]) => Self::CreateIntent,
            ("GET", ["payment_intents"]) => Self::ListIntents,
            ("GET", ["payment_intents", "search"]) => Self::SearchIntents,
            ("GET", ["payment_intents", id]) => Self::RetrieveIntent(id),
            ("POST", ["payment_intents", id]) => Self::UpdateIntent(id),
            ("POST", ["payment_intents", id, "confirm"]) => Self::ConfirmIntent(id),
            ("POST", ["payment_intents", id, "cancel"]) => Self::CancelIntent(id),
            ("POST", ["payment_intents", id, "capture"]) => Self::CaptureIntent(id),
            ("POST", ["payment_intents", id, "source_cancel"]) => Self::SourceCancel(id),
            ("POST", ["payment_intents", id, "verify_challenge"]) => Self::VerifyChallenge(id),
            ("POST", ["customers"]) => Self::CreateCustomer,
            ("GET", ["customers"]) => Self::ListCustomers,
            ("GET", ["customers", "search"]) => Self::SearchCustomers,
            ("GET", ["customers", id]) => Self::RetrieveCustomer(id),
            ("POST", ["customers", id]) => Self::UpdateCustomer(id),
            ("DELETE", ["customers", id]) => Self::DeleteCustomer(id),
            ("GET", ["customers", id, "payment_methods"]) => Self::ListCustomerMethods(id),
            ("GET", ["customers", id, "payment_methods", method]) => Self::RetrieveCustomerMethod(id, method),
            ("POST", ["setup_intents"]) => Self::CreateSetup,
            ("GET", ["setup_intents"]) => Self::ListSetups,
            ("GET", ["setup_intents", id]) => Self::RetrieveSetup(id),
            ("POST", ["setup_intents", id]) => Self::UpdateSetup(id),
            ("POST", ["setup_intents", id, "confirm"]) => Self::ConfirmSetup(id),
            ("POST", ["setup_intents", id, "cancel"]) => Self::CancelSetup(id),
            ("POST", ["setup_intents", id, "source_cancel"]) => Self::CancelSetupSource(id),
            ("POST", ["setup_intents", id, "verify_challenge"]) => Self::VerifySetupChallenge(id),
            ("POST", ["payment_methods"]) => Self::CreateMethod,
            ("GET", ["payment_methods"]) => Self::ListMethods,
            ("GET", ["payment_methods", id]) => Self::RetrieveMethod(id),
            ("POST", ["payment_methods", id]) => Self::UpdateMethod(id),
            ("POST", ["payment_methods", id, "attach"]) => Self::AttachMethod(id),
            ("POST", ["payment_methods", id, "detach"]) => Self::DetachMethod(id),
            ("POST", ["confirmation_tokens"]) => Self::CreateConfirmationToken,
            ("POST", ["test_helpers", "confirmation_tokens"]) => Self::HelpCreateConfirmationToken,
            ("GET", ["confirmation_tokens", id]) => Self::RetrieveConfirmationToken(id),
            ("POST", ["tokens"]) => Self::CreateToken,
            ("GET", ["tokens", id]) => Self::RetrieveToken(id),
            ("GET", ["charges"]) => Self::ListCharges,
            ("GET", ["charges", "search"]) => Self::SearchCharges,
            ("GET", ["charges", id]) => Self::RetrieveCharge(id),
            ("POST", ["charges", id]) => Self::UpdateCharge(id),
            ("POST", ["refunds"]) => Self::CreateRefund,
            ("GET", ["refunds"]) => Self::ListRefunds,
            ("GET", ["refunds", id]) => Self::RetrieveRefund(id),
            ("POST", ["refunds", id]) => Self::UpdateRefund(id),
            ("POST", ["refunds", id, "cancel"]) => Self::CancelRefund(id),
            ("GET", ["disputes"]) => Self::ListDisputes,
            ("GET", ["disputes", id]) => Self::RetrieveDispute(id),
            ("POST", ["disputes", id]) => Self::UpdateDispute(id),
            ("POST", ["disputes", id, "close"]) => Self::CloseDispute(id),
            ("GET", ["events"]) => Self::ListEvents,
            ("GET", ["events", id]) => Self::RetrieveEvent(id),
            ("GET", ["balance"]) => Self::RetrieveBalance,
            ("GET", ["balance_transactions"]) => Self::ListTransactions,
            ("GET", ["balance_transactions", id]) => Self::RetrieveTransaction(id),
            ("GET", ["account"]) => Self::RetrieveAccount,
            ("POST", ["3ds2", "authenticate"]) => Self::Authenticate,
            ("POST", ["3ds2", "challenge_complete"]) => Self::ChallengeComplete,
            _ => return None,
        })
    }

    /// Answers the call.
    pub(crate) fn run(self, context: &mut Context<'_>, params: Params) -> Result<Value, ApiError> {
        match self {
            Self::CreateIntent => create::create(context, params),
            Self::ListIntents => payment_intents::list(context, params),
            Self::SearchIntents => search::payment_intents(context, params),
            Self::SearchCharges => search::charges(context, params),
            Self::SearchCustomers => search::customers(context, params),
            Self::RetrieveIntent(id) => payment_intents::retrieve(context, id, params),
            Self::UpdateIntent(id) => update::update(context, id, params),
            Self::ConfirmIntent(id) => confirm::confirm(context, id, params),
            Self::CancelIntent(id) => cancel::cancel(context, id, params),
            Self::CaptureIntent(id) => capture::capture(context, id, params),
            Self::SourceCancel(id) => three_ds::source_cancel(context, id, params),
            Self::VerifyChallenge(id) => three_ds::verify_challenge(context, id, params),
            Self::CreateSetup => setups::create(context, params),
            Self::ListSetups => setup_intents::list(context, params),
            Self::RetrieveSetup(id) => setup_intents::retrieve(context, id, params),
            Self::UpdateSetup(id) => setups::update(context, id, params),
            Self::ConfirmSetup(id) => setups::confirm(context, id, params),
            Self::CancelSetup(id) => setups::cancel(context, id, params),
            Self::CancelSetupSource(id) => three_ds::source_cancel(context, id, params),
            Self::VerifySetupChallenge(id) => three_ds::verify_challenge(context, id, params),
            Self::CreateCustomer => customers::create(context, params),
            Self::ListCustomers => customers::list(context, params),
            Self::UpdateCustomer(id) => customers::update(context, id, params),
            Self::ListCustomerMethods(id) => attachments::list_of_customer(context, id, params),
            Self::CreateMethod => payment_methods::create(context, params),
            Self::ListMethods => attachments::list(context, params),
            Self::UpdateMethod(id) => attachments::update(context, id, params),
            Self::AttachMethod(id) => attachments::attach(context, id, params),
            Self::DetachMethod(id) => attachments::detach(context, id, params),
            Self::CreateConfirmationToken | Self::HelpCreateConfirmationToken => {
                confirmation_tokens::create(context, params)
            }
            Self::CreateToken => tokens::create(context, params),
            Self::ListCharges => charges::list(context, params),
            Self::UpdateCharge(id) => charges::update(context, id, params),
            Self::CreateRefund => refunds::create(context, params),
            Self::UpdateRefund(id) => refunds::update(context, id, params),
            Self::CancelRefund(id) => refunds::cancel(context, id, params),
            Self::ListDisputes => disputes::list(context, params),
            Self::UpdateDispute(id) => disputes::update(context, id, params),
            Self::CloseDispute(id) => disputes::close(context, id, params),
            Self::ListRefunds => refunds::list(context, params),
            Self::ListEvents => events::list(context, params),
            Self::ListTransactions => balance::list_transactions(context, params),
            Self::Authenticate => three_ds::authenticate(context, params),
            Self::ChallengeComplete => three_ds::challenge_complete(context, params),
            Self::RetrieveCustomer(_)
            | Self::DeleteCustomer(_)
            | Self::RetrieveCustomerMethod(_, _)
            | Self::RetrieveMethod(_)
            | Self::RetrieveConfirmationToken(_)
            | Self::RetrieveToken(_)
            | Self::RetrieveCharge(_)
            | Self::RetrieveRefund(_)
            | Self::RetrieveDispute(_)
            | Self::RetrieveEvent(_)
            | Self::RetrieveBalance
            | Self::RetrieveTransaction(_)
            | Self::RetrieveAccount => {
                params.finish()?;
                self.read(context)
            }
        }
    }

    /// Answers a call that takes no parameters.
    fn read(self, context: &mut Context<'_>) -> Result<Value, ApiError> {
        match self {
            Self::RetrieveCustomer(id) => customers::retrieve(context, id),
            Self::DeleteCustomer(id) => customers::delete(context, id),
            Self::RetrieveCustomerMethod(id, method) => attachments::retrieve_of_customer(context, id, method),
            Self::RetrieveMethod(id) => payment_methods::retrieve(context, id),
            Self::RetrieveConfirmationToken(id) => confirmation_tokens::retrieve(context, id),
            Self::RetrieveToken(id) => tokens::retrieve(context, id),
            Self::RetrieveCharge(id) => charges::retrieve(context, id),
            Self::RetrieveRefund(id) => refunds::retrieve(context, id),
            Self::RetrieveDispute(id) => disputes::retrieve(context, id),
            Self::RetrieveEvent(id) => events::retrieve(context, id),
            Self::RetrieveTransaction(id) => balance::retrieve_transaction(context, id),
            Self::RetrieveAccount => Ok(account::retrieve(context)),
            _ => Ok(balance::retrieve(context)),
        }
    }
}
