//! The whole state as bytes, and back: what `stripe-sim --state FILE` keeps.
//!
//! One line says what it is and carries a SHA-256 of the rest, which is JSON: objects, idempotency keys, due events, faults,
//! how far the clock was moved, and how far the generators have come. A simulator that is restored goes on as if it
//! had never stopped. A file that was cut or changed is refused as a whole rather than half believed.
//!
//! What is secret in it: the client secrets of simulated payments, and what callers wrote into descriptions and metadata.
//! What is deliberately not in it: card digits (a test card goes by its fingerprint), security codes, and API keys (an
//! account goes by its id, which cannot be turned back into the key).

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::clock::StoredClock;
use crate::faults::StoredFaults;
use crate::world::World;

/// Changes whenever an older program could not read what a newer one wrote, or the other way round.
const VERSION: u32 = 1;
const MAGIC: &str = "stripe-sim state";

/// Why a state cannot be taken. Each reads as the end of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateError {
    /// It does not begin as a state does.
    NotAState,
    /// Another version wrote it.
    OtherVersion(String),
    /// It was cut or changed after it was written.
    Damaged,
    /// It is whole, but holds what this version does not know.
    NotUnderstood(String),
}

impl std::fmt::Display for StateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotAState => f.write_str("it is not a state file of stripe-sim"),
            Self::OtherVersion(version) => {
                write!(f, "it has version {version}, and this stripe-sim reads version {VERSION}")
            }
            Self::Damaged => f.write_str("it was cut off or changed after it was written"),
            Self::NotUnderstood(why) => write!(f, "this stripe-sim does not understand it ({why})"),
        }
    }
}

impl std::error::Error for StateError {}

/// What is written.
#[derive(Serialize)]
pub(crate) struct StateRef<'a> {
    pub(crate) clock: StoredClock,
    pub(crate) faults: StoredFaults,
    pub(crate) world: &'a World,
}

/// What is read.
#[derive(Deserialize)]
pub(crate) struct State {
    pub(crate) clock: StoredClock,
    pub(crate) faults: StoredFaults,
    pub(crate) world: World,
}

fn checksum(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn write(state: &StateRef<'_>) -> Result<Vec<u8>, StateError> {
    let body = serde_json::to_vec(state).map_err(|error| StateError::NotUnderstood(error.to_string()))?;
    let mut bytes = format!("{MAGIC} {VERSION} {}\n", checksum(&body)).into_bytes();
    bytes.extend_from_slice(&body);
    Ok(bytes)
}

pub(crate) fn read(bytes: &[u8]) -> Result<State, StateError> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(StateError::NotAState)?;
    let (head, body) = bytes.split_at(end);
    let head = std::str::from_utf8(head).map_err(|_| StateError::NotAState)?;
    let (version, sum) =
        head.strip_prefix(MAGIC).and_then(|rest| rest.trim().split_once(' ')).ok_or(StateError::NotAState)?;
    if version != VERSION.to_string() {
        return Err(StateError::OtherVersion(version.to_owned()));
    }
    let body = body.get(1..).unwrap_or_default();
    if checksum(body) != sum {
        return Err(StateError::Damaged);
    }
    serde_json::from_slice(body).map_err(|error| StateError::NotUnderstood(error.to_string()))
}
