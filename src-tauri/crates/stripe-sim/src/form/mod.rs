//! A reader of a call's parameters that refuses by name whatever the endpoint did not ask for.

mod decoding;

use crate::errors::ApiError;
use decoding::Node;
pub(crate) use decoding::decode;

/// The limit of a text that has none of its own, in characters (OpenAPI document).
const MAX_TEXT_CHARS: usize = 5_000;

/// Reads parameters one by one. Whatever was not read is unknown: `finish` refuses it by name.
pub(crate) struct Params {
    prefix: String,
    level: Vec<(String, Node)>,
}

impl Params {
    pub(crate) fn new(level: Vec<(String, Node)>) -> Self {
        Self { prefix: String::new(), level }
    }

    /// The full name of a parameter of this level, as `card[number]`.
    pub(crate) fn name(&self, name: &str) -> String {
        if self.prefix.is_empty() { name.to_owned() } else { format!("{}[{name}]", self.prefix) }
    }

    fn take(&mut self, name: &str) -> Option<Node> {
        let index = self.level.iter().position(|(known, _)| known == name)?;
        Some(self.level.remove(index).1)
    }

    /// Whether this parameter came as a text, without reading it.
    pub(crate) fn is_text(&self, name: &str) -> bool {
        self.level.iter().any(|(known, node)| known == name && matches!(node, Node::Text(_)))
    }

    /// Whether this parameter came at all, without reading it.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.level.iter().any(|(known, _)| known == name)
    }

    /// A text, which may be empty (Stripe reads that as "unset it").
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        self.bounded(name, MAX_TEXT_CHARS)
    }

    /// A text that cannot be unset: an empty one is refused.
    pub(crate) fn filled(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        let value = self.text(name)?;
        if value.as_deref() == Some("") {
            let full = self.name(name);
            return Err(ApiError::invalid(format!(
                "You passed an empty string for '{full}'. It cannot be unset: leave it out, or give a value."
            ))
            .code("parameter_invalid_empty")
            .param(full));
        }
        Ok(value)
    }

    /// A text that must be given.
    pub(crate) fn required(&mut self, name: &str) -> Result<String, ApiError> {
        self.filled(name)?.ok_or_else(|| ApiError::missing(&self.name(name)))
    }

    /// A text of at most `max` characters.
    pub(crate) fn bounded(&mut self, name: &str, max: usize) -> Result<Option<String>, ApiError> {
        match self.take(name) {
            None => Ok(None),
            Some(Node::Text(text)) if text.chars().count() > max => Err(too_long(self.name(name), max)),
            Some(Node::Text(text)) => Ok(Some(text)),
            Some(Node::Nested(_)) => {
                Err(ApiError::invalid(format!("Invalid string: {}", self.name(name))).param(self.name(name)))
            }
        }
    }

    /// One of a fixed set of words, or nothing at all: `Some(None)` when an empty text unsets it.
    pub(crate) fn one_of_or_unset(
        &mut self,
        name: &str,
        words: &[&'static str],
    ) -> Result<Option<Option<&'static str>>, ApiError> {
        if self.is_empty_text(name) {
            self.take(name);
            return Ok(Some(None));
        }
        self.one_of(name, words).map(|word| word.map(Some))
    }

    fn is_empty_text(&self, name: &str) -> bool {
        self.level.iter().any(|(known, node)| known == name && *node == Node::Text(String::new()))
    }

    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.filled(name)? else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| {
            let full = self.name(name);
            ApiError::invalid(format!("Invalid integer: {text}")).code("parameter_invalid_integer").param(full)
        })
    }

    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.filled(name)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(ApiError::invalid(format!("Invalid boolean: {other}")).param(self.name(name))),
        }
    }

    /// One of a fixed set of words.
    pub(crate) fn one_of(&mut self, name: &str, words: &[&'static str]) -> Result<Option<&'static str>, ApiError> {
        let Some(text) = self.filled(name)? else {
            return Ok(None);
        };
        words.iter().find(|word| **word == text).copied().map(Some).ok_or_else(|| {
            let full = self.name(name);
            ApiError::invalid(format!("Invalid {full}: must be one of {}", words.join(", "))).param(full)
        })
    }

    /// A nested object. An empty text counts as an empty object.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Params>, ApiError> {
        let prefix = self.name(name);
        match self.take(name) {
            None => Ok(None),
            Some(Node::Nested(level)) => Ok(Some(Params { prefix, level })),
            Some(Node::Text(text)) if text.is_empty() => Ok(Some(Params { prefix, level: Vec::new() })),
            Some(Node::Text(_)) => Err(ApiError::invalid(format!("Invalid object: {prefix}")).param(prefix)),
        }
    }

    /// An array of texts, whether it came as `a[]` or as `a[0]`.
    pub(crate) fn array(&mut self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        let full = self.name(name);
        let invalid = || ApiError::invalid(format!("Invalid array: {full}")).param(full.clone());
        match self.take(name) {
            None => Ok(None),
            Some(Node::Text(text)) if text.is_empty() => Ok(Some(Vec::new())),
            Some(Node::Text(_)) => Err(invalid()),
            Some(Node::Nested(mut level)) => {
                // Indices may come out of order; they say where an element belongs.
                let mut elements = Vec::with_capacity(level.len());
                for (index, node) in level.drain(..) {
                    let index: usize = index.parse().map_err(|_| invalid())?;
                    match node {
                        Node::Text(text) if text.chars().count() > MAX_TEXT_CHARS => {
                            return Err(too_long(format!("{full}[{index}]"), MAX_TEXT_CHARS));
                        }
                        Node::Text(text) => elements.push((index, text)),
                        Node::Nested(_) => return Err(invalid()),
                    }
                }
                elements.sort_by_key(|(index, _)| *index);
                Ok(Some(elements.into_iter().map(|(_, text)| text).collect()))
            }
        }
    }

    /// All texts of a nested object, as of `metadata`. None of them when it was unset with an empty text.
    pub(crate) fn map(&mut self, name: &str) -> Result<Option<Vec<(String, String)>>, ApiError> {
        let full = self.name(name);
        match self.take(name) {
            None => Ok(None),
            Some(Node::Text(text)) if text.is_empty() => Ok(Some(Vec::new())),
            Some(Node::Text(_)) => Err(ApiError::invalid(format!("Invalid object: {full}")).param(full)),
            Some(Node::Nested(level)) => level
                .into_iter()
                .map(|(key, node)| match node {
                    Node::Text(text) => Ok((key, text)),
                    Node::Nested(_) => {
                        Err(ApiError::invalid(format!("Invalid string: {full}[{key}]")).param(format!("{full}[{key}]")))
                    }
                })
                .collect::<Result<Vec<_>, _>>()
                .map(Some),
        }
    }

    /// Takes a parameter, whatever its form, and makes nothing of it: what Stripe.js tells about the browser.
    pub(crate) fn ignore(&mut self, name: &str) {
        self.take(name);
    }

    /// Refuses those of Stripe's parameters that the simulator does not play.
    pub(crate) fn refuse(&mut self, names: &[&str]) -> Result<(), ApiError> {
        for name in names {
            if self.take(name).is_some() {
                return Err(ApiError::not_simulated(&self.name(name)));
            }
        }
        Ok(())
    }

    /// Refuses by name whatever was not read.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.level.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = self.level.iter().map(|(name, node)| leaf_name(&self.name(name), node)).collect();
        Err(ApiError::unknown_parameters(&names))
    }
}

fn too_long(name: String, max: usize) -> ApiError {
    ApiError::invalid(format!("Invalid string: {name} must be at most {max} characters")).param(name)
}

/// The full name down to the first value, as `a[b]`.
fn leaf_name(name: &str, node: &Node) -> String {
    match node {
        Node::Text(_) => name.to_owned(),
        Node::Nested(children) => children
            .first()
            .map_or_else(|| name.to_owned(), |(child, node)| leaf_name(&format!("{name}[{child}]"), node)),
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::decoding::MAX_DEPTH;
    use super::*;

    fn params(encoded: &str) -> Params {
        Params::new(decode(encoded).expect("well formed"))
    }

    #[test]
    fn arrays_come_with_and_without_indices() {
        for encoded in ["a[]=x&a[]=y", "a[0]=x&a[1]=y", "a[1]=y&a[0]=x", "a%5B%5D=x&a%5B%5D=y"] {
            assert_eq!(params(encoded).array("a").unwrap(), Some(vec!["x".to_owned(), "y".to_owned()]), "{encoded}");
        }
        assert!(params("a[b]=x").array("a").is_err());
        assert!(params("a=x").array("a").is_err());
    }

    #[test]
    fn what_was_not_read_is_named() {
        let mut read = params("amount=5&card[number]=4&card[colour]=red");
        assert_eq!(read.integer("amount").unwrap(), Some(5));
        let mut card = read.object("card").unwrap().unwrap();
        card.text("number").unwrap();
        let error = card.finish().unwrap_err();
        assert_eq!(error.message, "Received unknown parameter: card[colour]");
        assert_eq!(error.param.as_deref(), Some("card[colour]"));
        assert!(read.finish().is_ok());
        let error = params("a[b][c]=1&d=2").finish().unwrap_err();
        assert_eq!(error.message, "Received unknown parameters: a[b][c], d");
    }

    #[test]
    fn malformed_names_are_refused() {
        for encoded in ["=1", "[a]=1", "a[=1", "a[b=1", "a[b]c=1", "a=1&a[b]=2", "a[b]=1&a=2", "%FF=1"] {
            assert!(decode(encoded).is_err(), "{encoded}");
        }
        let deep = format!("a{}=1", "[b]".repeat(MAX_DEPTH));
        assert!(decode(&deep).is_err());
    }

    proptest! {
        #[test]
        fn any_text_comes_back_whole(outer in "[a-z]{1,8}", inner in "[a-z]{1,8}", value in any::<String>()) {
            let encoded = format!("{outer}[{inner}]={}", utf8_percent_encode(&value, NON_ALPHANUMERIC));
            let mut read = params(&encoded);
            let mut object = read.object(&outer).unwrap().unwrap();
            prop_assert_eq!(object.text(&inner).unwrap(), Some(value));
            prop_assert!(object.finish().is_ok());
            prop_assert!(read.finish().is_ok());
        }

        #[test]
        fn arrays_keep_their_order(values in prop::collection::vec("[a-z ]{1,6}", 1..20)) {
            let encoded = values.iter().map(|value| format!("a[]={}", value.replace(' ', "+"))).collect::<Vec<_>>().join("&");
            prop_assert_eq!(params(&encoded).array("a").unwrap(), Some(values));
        }

        #[test]
        fn nothing_makes_it_panic(encoded in any::<String>()) {
            if let Ok(tree) = decode(&encoded) {
                let _ = Params::new(tree).finish();
            }
        }
    }
}
