//! Metadata: up to 50 keys of 40 characters, values of 500; an empty value removes its key.

use serde_json::{Map, Value, json};

use crate::errors::ApiError;
use crate::form::Params;

const MAX_KEYS: usize = 50;
const MAX_KEY_CHARS: usize = 40;
const MAX_VALUE_CHARS: usize = 500;

/// Reads `metadata` for a new object. `None` when it was not given.
pub(crate) fn read(params: &mut Params) -> Result<Option<Value>, ApiError> {
    if !params.has("metadata") {
        return Ok(None);
    }
    let mut metadata = json!({});
    update(params, &mut metadata)?;
    Ok(Some(metadata))
}

/// Merges the given `metadata` into what is there. True when something was given.
pub(crate) fn update(params: &mut Params, metadata: &mut Value) -> Result<bool, ApiError> {
    let name = params.name("metadata");
    let given = match params.map("metadata")? {
        None => return Ok(false),
        Some(given) if given.is_empty() => {
            *metadata = json!({});
            return Ok(true);
        }
        Some(given) => given,
    };
    let mut merged: Map<String, Value> = metadata.as_object().cloned().unwrap_or_default();
    for (key, value) in given {
        if key.chars().count() > MAX_KEY_CHARS {
            return Err(ApiError::invalid(format!("Metadata keys must be at most {MAX_KEY_CHARS} characters long."))
                .param(name));
        }
        if value.chars().count() > MAX_VALUE_CHARS {
            return Err(ApiError::invalid(format!("Metadata values can have up to {MAX_VALUE_CHARS} characters."))
                .param(format!("{name}[{key}]")));
        }
        if value.is_empty() {
            merged.shift_remove(&key);
        } else {
            merged.insert(key, json!(value));
        }
    }
    if merged.len() > MAX_KEYS {
        return Err(ApiError::invalid(format!("Metadata can have up to {MAX_KEYS} keys.")).param(name));
    }
    *metadata = Value::Object(merged);
    Ok(true)
}
