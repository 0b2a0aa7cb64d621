//! Faults: what a network, a proxy or a bad day at Stripe does to calls, by rule.
//!
//! A rule matches a method and a path. It strikes the next N calls, each call by chance, or always; before Stripe acts
//! (nothing happened) or after (it happened, and the caller does not hear of it properly).

use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use crate::ids::{Place, unit_interval};

/// When a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Every call.
    Always,
    /// The next so many calls.
    Next(u32),
    /// Each call with this probability, from 0 to 1.
    Chance(f64),
}

/// Before or after the request is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Nothing happened at Stripe.
    #[default]
    Before,
    /// It happened.
    After,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Fault {
    /// The connection is closed without an answer.
    Drop,
    /// The request arrives, or the answer leaves, this many milliseconds later. In the second case its idempotency key
    /// is in use until then.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// This HTTP status with an error body: 409, 429, 500, 502 or another. A 500 after acting is kept under the
    /// idempotency key, as at Stripe; any other leaves the true answer there.
    Status {
        /// The status.
        status: u16,
        /// The `Stripe-Should-Retry` header, if there is to be one.
        #[serde(default)]
        should_retry: Option<bool>,
    },
    /// The body ends in the middle and the connection closes.
    Torn,
    /// Status 200 with a body that is not JSON, as from a captive portal.
    NotJson,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultRule {
    /// The method, or any.
    #[serde(default)]
    pub method: Option<String>,
    /// The path. `*` stands for any text, as in `/v1/payment_intents/*/confirm`. The frames of Stripe.js are struck only by a
    /// path that begins with `/v3/`.
    pub path: String,
    /// When it strikes.
    #[serde(flatten)]
    pub when: When,
    /// Before or after acting.
    #[serde(default)]
    pub moment: Moment,
    /// What goes wrong.
    pub fault: Fault,
}

impl FaultRule {
    /// A rule for the next `count` calls of `method` to `path`.
    pub fn next(count: u32, method: &str, path: &str, moment: Moment, fault: Fault) -> Self {
        Self { method: Some(method.to_owned()), path: path.to_owned(), when: When::Next(count), moment, fault }
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        // The frames of Stripe.js are on another host than the API: a rule for "everything" means the API.
        if is_script_host(path) && !is_script_host(&self.path) {
            return false;
        }
        self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && matches_pattern(&self.path, path)
    }
}

/// Whether a path stands for one on js.stripe.com: the script and its frames.
pub(crate) fn is_script_host(path: &str) -> bool {
    path.starts_with("/v3/")
}

/// Whether `text` fits `pattern`, in which `*` stands for any text.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    true
}

/// What strikes one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) before: Option<Fault>,
    pub(crate) after: Option<Fault>,
    pub(crate) before_ms: u64,
    pub(crate) after_ms: u64,
}

struct State {
    rules: Vec<FaultRule>,
    gone: bool,
    latency: Latency,
    seed: u64,
    rng: ChaCha8Rng,
}

/// How long every call takes besides what rules add, in milliseconds. Half of it passes before the call is acted on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// Each call takes this long.
    pub ms: u64,
    /// And up to this much longer, by chance.
    #[serde(default)]
    pub jitter_ms: u64,
}

/// The faults as they are stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredFaults {
    rules: Vec<FaultRule>,
    gone: bool,
    latency: Latency,
    place: Place,
}

/// The handle on the faults. Clones share one set of rules.
#[derive(Clone)]
pub struct Faults {
    state: Arc<Mutex<State>>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        // A stream of its own: a fault must not change the ids that follow.
        let seed = seed ^ 0xfa17;
        Self::of(State {
            rules: Vec::new(),
            gone: false,
            latency: Latency::default(),
            seed,
            rng: ChaCha8Rng::seed_from_u64(seed),
        })
    }

    fn of(state: State) -> Self {
        Self { state: Arc::new(Mutex::new(state)) }
    }

    pub(crate) fn store(&self) -> StoredFaults {
        self.with(|state| StoredFaults {
            rules: state.rules.clone(),
            gone: state.gone,
            latency: state.latency,
            place: Place::of(state.seed, &state.rng),
        })
    }

    pub(crate) fn restore(stored: StoredFaults) -> Self {
        Self::of(State {
            rules: stored.rules,
            gone: stored.gone,
            latency: stored.latency,
            seed: stored.place.seed(),
            rng: stored.place.generator(),
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds a rule after those that are there. Of several faults that strike one call the first counts; delays add up.
    pub fn add(&self, rule: FaultRule) {
        self.with(|state| state.rules.push(rule));
    }

    /// Puts these rules in the place of all others.
    pub fn replace(&self, rules: Vec<FaultRule>) {
        self.with(|state| state.rules = rules);
    }

    /// Begins the chances anew from this seed: the same rules and the same calls are then struck in the same places.
    pub fn reseed(&self, seed: u64) {
        self.with(|state| {
            state.seed = seed;
            state.rng = ChaCha8Rng::seed_from_u64(seed);
        });
    }

    /// Removes all rules and the latency, and ends `gone`.
    pub fn clear(&self) {
        self.with(|state| {
            state.rules.clear();
            state.gone = false;
            state.latency = Latency::default();
        });
    }

    /// Sets how long every call takes.
    pub fn set_latency(&self, latency: Latency) {
        self.with(|state| state.latency = latency);
    }

    /// How long every call takes.
    pub fn latency(&self) -> Latency {
        self.with(|state| state.latency)
    }

    /// Plays "no network": every connection is closed unanswered, nothing is acted on. Control routes still answer.
    pub fn set_gone(&self, gone: bool) {
        self.with(|state| state.gone = gone);
    }

    /// Whether "no network" is played.
    pub fn is_gone(&self) -> bool {
        self.with(|state| state.gone)
    }

    /// The rules that may still strike.
    pub fn rules(&self) -> Vec<FaultRule> {
        self.with(|state| state.rules.clone())
    }

    /// What strikes this call; rules that count are counted down.
    pub(crate) fn strike(&self, method: &str, path: &str) -> Strike {
        self.with(|state| {
            let mut strike = Strike::default();
            if state.latency != Latency::default() {
                let chance = unit_interval(&mut state.rng);
                let ms = state.latency.ms.saturating_add((state.latency.jitter_ms as f64 * chance) as u64);
                strike.before_ms = ms / 2;
                strike.after_ms = ms - ms / 2;
            }
            if state.rules.is_empty() {
                return strike;
            }
            for rule in &mut state.rules {
                if !rule.matches(method, path) {
                    continue;
                }
                let strikes = match &mut rule.when {
                    When::Always => true,
                    When::Next(left) if *left > 0 => {
                        *left -= 1;
                        true
                    }
                    When::Next(_) => false,
                    When::Chance(chance) => unit_interval(&mut state.rng) < *chance,
                };
                if !strikes {
                    continue;
                }
                match (rule.fault, rule.moment) {
                    (Fault::Delay { ms }, Moment::Before) => strike.before_ms = strike.before_ms.saturating_add(ms),
                    (Fault::Delay { ms }, Moment::After) => strike.after_ms = strike.after_ms.saturating_add(ms),
                    (fault, Moment::Before) => strike.before = strike.before.or(Some(fault)),
                    (fault, Moment::After) => strike.after = strike.after.or(Some(fault)),
                }
            }
            state.rules.retain(|rule| rule.when != When::Next(0));
            strike
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultRule, Moment, matches_pattern};

    #[test]
    fn the_frames_of_stripe_js_are_struck_only_by_their_own_path() {
        let strikes = |pattern: &str, path: &str| {
            FaultRule::next(1, "GET", pattern, Moment::Before, Fault::Drop).matches("GET", path)
        };
        assert!(strikes("/v3/three-ds-2-challenge.html", "/v3/three-ds-2-challenge.html"));
        assert!(strikes("/v3/*", "/v3/controller.html"));
        assert!(!strikes("*", "/v3/controller.html"));
        assert!(strikes("*", "/v1/balance"));
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, fits) in [
            ("*", "/v1/anything", true),
            ("/v1/payment_intents", "/v1/payment_intents", true),
            ("/v1/payment_intents", "/v1/payment_intents/pi_1", false),
            ("/v1/payment_intents/*/confirm", "/v1/payment_intents/pi_1/confirm", true),
            ("/v1/payment_intents/*/confirm", "/v1/payment_intents/pi_1/cancel", false),
            ("/v1/*", "/v1/balance", true),
            ("*/confirm", "/v1/payment_intents/pi_1/confirm", true),
        ] {
            assert_eq!(matches_pattern(pattern, text), fits, "{pattern} {text}");
        }
    }
}
