//! What is known of a call before it runs: who may make it, what it answers with, what it changes.

use super::Route;
use crate::expand::Kind;
use crate::permissions::{Access, Resource};

impl<'a> Route<'a> {
    /// Whether a publishable key may call it.
    pub(crate) fn allows_publishable(self) -> bool {
        matches!(
            self,
            Self::RetrieveIntent(_)
                | Self::ConfirmIntent(_)
                | Self::SourceCancel(_)
                | Self::VerifyChallenge(_)
                | Self::RetrieveSetup(_)
                | Self::ConfirmSetup(_)
                | Self::CancelSetupSource(_)
                | Self::VerifySetupChallenge(_)
                | Self::CreateMethod
                | Self::CreateConfirmationToken
                | Self::CreateToken
                | Self::RetrieveToken(_)
                | Self::Authenticate
                | Self::ChallengeComplete
        )
    }

    /// The permission that a restricted key needs for it.
    pub(crate) fn needs(self) -> (Resource, Access) {
        match self {
            Self::ListIntents | Self::SearchIntents | Self::RetrieveIntent(_) => {
                (Resource::PaymentIntents, Access::Read)
            }
            Self::CreateIntent
            | Self::UpdateIntent(_)
            | Self::ConfirmIntent(_)
            | Self::CancelIntent(_)
            | Self::CaptureIntent(_)
            | Self::SourceCancel(_)
            | Self::VerifyChallenge(_)
            | Self::Authenticate
            | Self::ChallengeComplete => (Resource::PaymentIntents, Access::Write),
            Self::ListCustomers | Self::SearchCustomers | Self::RetrieveCustomer(_) => {
                (Resource::Customers, Access::Read)
            }
            Self::CreateCustomer | Self::UpdateCustomer(_) | Self::DeleteCustomer(_) => {
                (Resource::Customers, Access::Write)
            }
            Self::ListSetups | Self::RetrieveSetup(_) => (Resource::SetupIntents, Access::Read),
            Self::CreateSetup
            | Self::UpdateSetup(_)
            | Self::ConfirmSetup(_)
            | Self::CancelSetup(_)
            | Self::CancelSetupSource(_)
            | Self::VerifySetupChallenge(_) => (Resource::SetupIntents, Access::Write),
            Self::ListMethods
            | Self::RetrieveMethod(_)
            | Self::ListCustomerMethods(_)
            | Self::RetrieveCustomerMethod(_, _) => (Resource::PaymentMethods, Access::Read),
            Self::CreateMethod | Self::UpdateMethod(_) | Self::AttachMethod(_) | Self::DetachMethod(_) => {
                (Resource::PaymentMethods, Access::Write)
            }
            Self::RetrieveConfirmationToken(_) => (Resource::ConfirmationTokens, Access::Read),
            Self::CreateConfirmationToken | Self::HelpCreateConfirmationToken => {
                (Resource::ConfirmationTokens, Access::Write)
            }
            Self::RetrieveToken(_) => (Resource::Tokens, Access::Read),
            Self::CreateToken => (Resource::Tokens, Access::Write),
            Self::ListCharges
            | Self::SearchCharges
            | Self::RetrieveCharge(_)
            | Self::ListRefunds
            | Self::RetrieveRefund(_) => (Resource::Charges, Access::Read),
            Self::UpdateCharge(_) | Self::CreateRefund | Self::UpdateRefund(_) | Self::CancelRefund(_) => {
                (Resource::Charges, Access::Write)
            }
            Self::ListDisputes | Self::RetrieveDispute(_) => (Resource::Disputes, Access::Read),
            Self::UpdateDispute(_) | Self::CloseDispute(_) => (Resource::Disputes, Access::Write),
            Self::ListEvents | Self::RetrieveEvent(_) => (Resource::Events, Access::Read),
            Self::RetrieveBalance => (Resource::Balance, Access::Read),
            Self::ListTransactions | Self::RetrieveTransaction(_) => (Resource::BalanceTransactions, Access::Read),
            Self::RetrieveAccount => (Resource::Account, Access::Read),
        }
    }

    /// What it answers with, for `expand`.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::CreateIntent
            | Self::ListIntents
            | Self::SearchIntents
            | Self::RetrieveIntent(_)
            | Self::UpdateIntent(_)
            | Self::ConfirmIntent(_)
            | Self::CancelIntent(_)
            | Self::CaptureIntent(_) => Kind::PaymentIntent,
            Self::ListCharges | Self::SearchCharges | Self::RetrieveCharge(_) | Self::UpdateCharge(_) => Kind::Charge,
            Self::CreateRefund
            | Self::ListRefunds
            | Self::RetrieveRefund(_)
            | Self::UpdateRefund(_)
            | Self::CancelRefund(_) => Kind::Refund,
            Self::CreateCustomer
            | Self::ListCustomers
            | Self::SearchCustomers
            | Self::RetrieveCustomer(_)
            | Self::UpdateCustomer(_) => Kind::Customer,
            Self::ListDisputes | Self::RetrieveDispute(_) | Self::UpdateDispute(_) | Self::CloseDispute(_) => {
                Kind::Dispute
            }
            Self::ListTransactions | Self::RetrieveTransaction(_) => Kind::Transaction,
            Self::CreateSetup
            | Self::ListSetups
            | Self::RetrieveSetup(_)
            | Self::UpdateSetup(_)
            | Self::ConfirmSetup(_)
            | Self::CancelSetup(_) => Kind::SetupIntent,
            Self::CreateMethod
            | Self::ListMethods
            | Self::RetrieveMethod(_)
            | Self::UpdateMethod(_)
            | Self::AttachMethod(_)
            | Self::DetachMethod(_)
            | Self::ListCustomerMethods(_)
            | Self::RetrieveCustomerMethod(_, _) => Kind::PaymentMethod,
            Self::SourceCancel(_)
            | Self::VerifyChallenge(_)
            | Self::CancelSetupSource(_)
            | Self::VerifySetupChallenge(_)
            | Self::DeleteCustomer(_)
            | Self::CreateConfirmationToken
            | Self::HelpCreateConfirmationToken
            | Self::RetrieveConfirmationToken(_)
            | Self::CreateToken
            | Self::RetrieveToken(_)
            | Self::ListEvents
            | Self::RetrieveEvent(_)
            | Self::RetrieveBalance
            | Self::RetrieveAccount
            | Self::Authenticate
            | Self::ChallengeComplete => Kind::Plain,
        }
    }

    /// The PaymentIntent or SetupIntent that it changes.
    pub(crate) fn changes(self) -> Option<&'a str> {
        match self {
            Self::UpdateIntent(id)
            | Self::ConfirmIntent(id)
            | Self::CancelIntent(id)
            | Self::CaptureIntent(id)
            | Self::SourceCancel(id)
            | Self::VerifyChallenge(id)
            | Self::UpdateSetup(id)
            | Self::ConfirmSetup(id)
            | Self::CancelSetup(id)
            | Self::CancelSetupSource(id)
            | Self::VerifySetupChallenge(id) => Some(id),
            _ => None,
        }
    }

    /// Whether it searches.
    pub(crate) fn is_search(self) -> bool {
        matches!(self, Self::SearchIntents | Self::SearchCharges | Self::SearchCustomers)
    }

    /// Whether it answers with a list.
    pub(crate) fn is_list(self) -> bool {
        self.is_search()
            || matches!(
                self,
                Self::ListIntents
                    | Self::ListCustomers
                    | Self::ListSetups
                    | Self::ListMethods
                    | Self::ListCustomerMethods(_)
                    | Self::ListCharges
                    | Self::ListRefunds
                    | Self::ListDisputes
                    | Self::ListEvents
                    | Self::ListTransactions
            )
    }
}
