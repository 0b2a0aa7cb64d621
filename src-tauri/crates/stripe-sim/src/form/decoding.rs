//! Form decoding as Stripe's v1 API does it: nested `a[b]`, arrays `a[]` and `a[0]`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::errors::ApiError;

/// No parameter of the API nests deeper than this; more is refused rather than walked.
pub(super) const MAX_DEPTH: usize = 8;
/// More pairs than any call of the API needs.
const MAX_PAIRS: usize = 1_000;

/// One decoded value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Text(String),
    /// Children in the order in which they came. Array elements are named by their index.
    Nested(Vec<(String, Node)>),
}

/// Decodes `a=1&b[c]=2&d[]=3` into a tree.
pub(crate) fn decode(encoded: &str) -> Result<Vec<(String, Node)>, ApiError> {
    let mut root = Vec::new();
    for (count, pair) in encoded.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if count >= MAX_PAIRS {
            return Err(ApiError::invalid("The request has too many parameters."));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode_text(name)?;
        let steps = path_of(&name)?;
        place(&mut root, &steps, decode_text(value)?, &name)?;
    }
    Ok(root)
}

fn decode_text(text: &str) -> Result<String, ApiError> {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8()
        .map(Cow::into_owned)
        .map_err(|_| ApiError::invalid("The request is not valid UTF-8."))
}

fn path_of(name: &str) -> Result<Vec<&str>, ApiError> {
    let malformed = || ApiError::invalid(format!("Invalid parameter name: {name}")).param(name);
    let Some(open) = name.find('[') else {
        return if name.is_empty() { Err(malformed()) } else { Ok(vec![name]) };
    };
    let (head, mut rest) = name.split_at(open);
    if head.is_empty() {
        return Err(malformed());
    }
    let mut steps = vec![head];
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').ok_or_else(malformed)?;
        let (step, after) = inner.split_once(']').ok_or_else(malformed)?;
        steps.push(step);
        rest = after;
        if steps.len() > MAX_DEPTH {
            return Err(malformed());
        }
    }
    Ok(steps)
}

fn place(level: &mut Vec<(String, Node)>, steps: &[&str], value: String, full_name: &str) -> Result<(), ApiError> {
    let Some((first, rest)) = steps.split_first() else {
        return Ok(());
    };
    // `a[]` appends: the element's name is the next index.
    let name = if first.is_empty() { level.len().to_string() } else { (*first).to_owned() };
    let known = level.iter().position(|(existing, _)| *existing == name);
    let clash =
        || ApiError::invalid(format!("Parameter given both as a value and as an object: {full_name}")).param(full_name);
    if rest.is_empty() {
        match known.and_then(|index| level.get_mut(index)) {
            Some((_, Node::Nested(_))) => Err(clash()),
            // The last of several values counts, as in most form decoders.
            Some((_, text @ Node::Text(_))) => {
                *text = Node::Text(value);
                Ok(())
            }
            None => {
                level.push((name, Node::Text(value)));
                Ok(())
            }
        }
    } else {
        let index = known.unwrap_or_else(|| {
            level.push((name, Node::Nested(Vec::new())));
            level.len() - 1
        });
        match level.get_mut(index) {
            Some((_, Node::Nested(children))) => place(children, rest, value, full_name),
            Some((_, Node::Text(_))) | None => Err(clash()),
        }
    }
}
