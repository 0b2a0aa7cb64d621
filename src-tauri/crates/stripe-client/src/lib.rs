//! A small, hand-written client for the dozen Stripe calls that a till needs.
//!
//! What it is for: to turn a typed wish ("confirm this PaymentIntent with that card") into the exact bytes of a request,
//! to send those bytes with an idempotency key and bounded patience, and to say in types what is known afterwards:
//! Stripe did it, Stripe refused it, or nobody knows yet ([`Fate`]).
//!
//! What is deliberately not in it: any rule of a sale (that is `till`), any storage, and any HTTP library unless the
//! feature `http` is on. The one seam is [`Transport`].

#![warn(missing_docs)]
#![deny(clippy::float_arithmetic)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod account;
mod answer;
mod client;
mod error;
mod form;
#[cfg(feature = "http")]
mod http_transport;
mod ids;
mod keys;
mod moment;
mod payment_intent;
mod refund;
mod request;
mod retry;
mod transport;

pub use account::{AccountId, AccountSeen, SameAccount, same_account};
pub use client::{Client, ClientConfig, DEFAULT_BASE, Heard, List, Permission, Readable, TokioWait, Wait};
pub use error::{ApiError, Error, ErrorKind, Fate};
#[cfg(feature = "http")]
pub use http_transport::{HttpLimits, HttpTransport};
pub use ids::{IdempotencyKey, InvalidId, PaymentIntentId, PaymentMethodId, RequestId};
pub use keys::{KeyMode, KeyRefused, PublishableKey, SecretKey};
pub use moment::Moment;
pub use payment_intent::{
    Card, Charge, Expandable, ListedPaymentIntent, PaymentError, PaymentIntent, PaymentIntentStatus, PaymentMethod,
    PaymentMethodDetails, ThreeDSecure,
};
pub use refund::{Dispute, EvidenceDetails, Refund, RefundStatus};
pub use request::{
    CancelPaymentIntent, ConfirmPaymentIntent, CreatePaymentIntent, CreateRefund, Created, Page, Prepared,
    STRIPE_VERSION,
};
pub use retry::{Decision, Exchange, RetryPolicy};
pub use transport::{
    BoxFuture, CertificateFault, InTime, Method, TOO_LATE, Transport, TransportError, Unconnected, WireRequest,
    WireResponse,
};
