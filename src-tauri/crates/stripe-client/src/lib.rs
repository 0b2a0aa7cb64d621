//! stripe-client
