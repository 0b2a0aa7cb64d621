//! Stripe's search query language: read, and held against one object.
//!
//! `status:'succeeded' AND -metadata["order"]:null AND amount>=2500`. Clauses are joined by AND (or a space) or by OR, never
//! by both, and there are no parentheses. `~` looks for a part of a text, `-` before a clause negates it. Texts are
//! compared without regard to case. The language follows Stripe's page on search.

use serde_json::Value;

use crate::errors::ApiError;

/// More clauses are refused (Stripe's page on search).
const MAX_CLAUSES: usize = 10;
/// `~` needs this many characters.
const MIN_PART_CHARS: usize = 3;

/// What kind of value a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// A whole number, or a time in seconds since 1970.
    Number,
    /// A text that may be looked for in part.
    Text,
    /// A word that matches whole.
    Token,
}

/// A field's value in one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    Number(u64),
    Text(&'a str),
    Nothing,
}

/// What can be searched for.
pub(crate) trait Searchable {
    /// The word for the objects in an error, as `payment_intents`.
    const RESOURCE: &'static str;
    const FIELDS: &'static [(&'static str, FieldKind)];
    /// The value of one of `FIELDS`.
    fn find(&self, field: &str) -> Found<'_>;
    fn metadata(&self) -> &Value;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Is,
    Contains,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Text(String),
    Null,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Clause {
    is_negated: bool,
    field: String,
    /// The key in `metadata["key"]`.
    key: Option<String>,
    operator: Operator,
    wanted: Wanted,
}

/// A query that has been read and fits its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    clauses: Vec<Clause>,
    any_is_enough: bool,
}

fn unreadable() -> ApiError {
    ApiError::invalid(
        "We were unable to parse your search query. Try using the format `metadata[\"key\"]:\"value\"` to query for metadata or key:\"value\" to query for other fields.",
    )
    .param("query")
}

impl Query {
    /// Reads a query for objects of one kind.
    pub(crate) fn read<T: Searchable>(text: &str) -> Result<Self, ApiError> {
        let mut rest = text.trim();
        let mut clauses = Vec::new();
        let (mut has_and, mut has_or) = (false, false);
        while !rest.is_empty() {
            let clause;
            (clause, rest) = clause_of(rest)?;
            clauses.push(clause);
            let after = rest.trim_start();
            if let Some(next) = word(after, "AND") {
                has_and = true;
                rest = not_empty(next)?;
            } else if let Some(next) = word(after, "OR") {
                has_or = true;
                rest = not_empty(next)?;
            } else {
                // Two clauses side by side need a space between them, and mean AND.
                has_and |= !after.is_empty();
                if !after.is_empty() && after.len() == rest.len() {
                    return Err(unreadable());
                }
                rest = after;
            }
        }
        if clauses.is_empty() {
            return Err(unreadable());
        }
        if has_and && has_or {
            return Err(ApiError::invalid("You cannot combine AND and OR in the same search query.").param("query"));
        }
        if clauses.len() > MAX_CLAUSES {
            return Err(
                ApiError::invalid(format!("A search query can have up to {MAX_CLAUSES} clauses.")).param("query")
            );
        }
        clauses.iter().try_for_each(check::<T>)?;
        Ok(Self { clauses, any_is_enough: has_or })
    }

    pub(crate) fn matches<T: Searchable>(&self, row: &T) -> bool {
        let mut results = self.clauses.iter().map(|clause| clause.holds(row) != clause.is_negated);
        if self.any_is_enough { results.any(|holds| holds) } else { results.all(|holds| holds) }
    }
}

fn not_empty(rest: &str) -> Result<&str, ApiError> {
    Some(rest.trim_start()).filter(|rest| !rest.is_empty()).ok_or_else(unreadable)
}

/// The rest after a joining word, if the text begins with it.
fn word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    let rest = text.get(word.len()..)?;
    (head.eq_ignore_ascii_case(word) && (rest.is_empty() || rest.starts_with(char::is_whitespace))).then_some(rest)
}

fn clause_of(text: &str) -> Result<(Clause, &str), ApiError> {
    let (is_negated, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let end = text
        .find(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_' || sign == '.'))
        .filter(|end| *end > 0)
        .ok_or_else(unreadable)?;
    let (field, mut rest) = text.split_at(end);
    let mut key = None;
    if let Some(inner) = rest.strip_prefix('[') {
        let (name, after) = quoted(inner)?;
        key = Some(name);
        rest = after.strip_prefix(']').ok_or_else(unreadable)?;
    }
    let operators = [
        (">=", Operator::GreaterOrEqual),
        ("<=", Operator::LessOrEqual),
        (">", Operator::Greater),
        ("<", Operator::Less),
        ("~", Operator::Contains),
        (":", Operator::Is),
        ("=", Operator::Is),
    ];
    let (operator, rest) = operators
        .iter()
        .find_map(|(sign, operator)| rest.trim_start().strip_prefix(sign).map(|rest| (*operator, rest.trim_start())))
        .ok_or_else(unreadable)?;
    let (wanted, rest) = if rest.starts_with(['"', '\'']) {
        let (text, rest) = quoted(rest)?;
        (Wanted::Text(text), rest)
    } else {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (bare, rest) = rest.split_at(end);
        let is_plain =
            !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        match bare {
            "null" | "NULL" => (Wanted::Null, rest),
            _ if is_plain => (Wanted::Text(bare.to_owned()), rest),
            _ => return Err(unreadable()),
        }
    };
    Ok((Clause { is_negated, field: field.to_owned(), key, operator, wanted }, rest))
}

/// A text in single or double quotes, in which a backslash takes the next sign as it is.
fn quoted(text: &str) -> Result<(String, &str), ApiError> {
    let mut signs = text.char_indices();
    let quote = signs.next().map(|(_, sign)| sign).filter(|sign| matches!(sign, '"' | '\'')).ok_or_else(unreadable)?;
    let mut inside = String::new();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => inside.push(signs.next().ok_or_else(unreadable)?.1),
            sign if sign == quote => return Ok((inside, text.get(at + 1..).unwrap_or_default())),
            sign => inside.push(sign),
        }
    }
    Err(unreadable())
}

/// Refuses a clause that the objects cannot answer.
fn check<T: Searchable>(clause: &Clause) -> Result<(), ApiError> {
    let refuse = |message: String| Err(ApiError::invalid(message).param("query"));
    let name = &clause.field;
    let kind = match (name.as_str(), &clause.key) {
        ("metadata", Some(_)) => FieldKind::Text,
        (_, Some(_)) | ("metadata", None) => return Err(unreadable()),
        (field, None) => match T::FIELDS.iter().find(|(known, _)| *known == field) {
            Some((_, kind)) => *kind,
            None => {
                let resource = T::RESOURCE;
                return refuse(format!(
                    "Field `{field}` is an unsupported search field for resource `{resource}`. See https://docs.stripe.com/search for a list of supported fields."
                ));
            }
        },
    };
    match (clause.operator, kind, &clause.wanted) {
        (Operator::Is, _, Wanted::Null) => Ok(()),
        (_, _, Wanted::Null) => refuse(format!("Field `{name}` can be compared with null only by `:`.")),
        (Operator::Contains, FieldKind::Text, Wanted::Text(part)) if part.chars().count() < MIN_PART_CHARS => {
            refuse(format!("A substring search on `{name}` needs at least {MIN_PART_CHARS} characters."))
        }
        (Operator::Contains, FieldKind::Number | FieldKind::Token, _) => {
            refuse(format!("Field `{name}` does not support the `~` operator."))
        }
        (_, FieldKind::Number, Wanted::Text(text)) if text.parse::<i64>().is_err() => {
            refuse(format!("Field `{name}` needs a whole number, not `{text}`."))
        }
        (Operator::Is | Operator::Contains, _, _) | (_, FieldKind::Number, _) => Ok(()),
        (_, FieldKind::Text | FieldKind::Token, _) => {
            refuse(format!("Field `{name}` does not support comparisons of size."))
        }
    }
}

impl Clause {
    fn holds<T: Searchable>(&self, row: &T) -> bool {
        let found = match &self.key {
            Some(key) => row.metadata().get(key).and_then(Value::as_str).map_or(Found::Nothing, Found::Text),
            None => row.find(&self.field),
        };
        match (&self.wanted, found) {
            (Wanted::Null, found) => found == Found::Nothing,
            (Wanted::Text(_), Found::Nothing) => false,
            (Wanted::Text(wanted), Found::Number(number)) => {
                let (number, wanted) = (i128::from(number), wanted.parse().map_or(0, |wanted: i64| i128::from(wanted)));
                match self.operator {
                    Operator::Is | Operator::Contains => number == wanted,
                    Operator::Greater => number > wanted,
                    Operator::GreaterOrEqual => number >= wanted,
                    Operator::Less => number < wanted,
                    Operator::LessOrEqual => number <= wanted,
                }
            }
            (Wanted::Text(wanted), Found::Text(text)) if self.operator == Operator::Contains => {
                text.to_lowercase().contains(&wanted.to_lowercase())
            }
            (Wanted::Text(wanted), Found::Text(text)) => text.to_lowercase() == wanted.to_lowercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    struct Row(Value);

    impl Searchable for Row {
        const RESOURCE: &'static str = "rows";
        const FIELDS: &'static [(&'static str, FieldKind)] =
            &[("amount", FieldKind::Number), ("name", FieldKind::Text), ("status", FieldKind::Token)];
        fn find(&self, field: &str) -> Found<'_> {
            match &self.0[field] {
                Value::Number(number) => Found::Number(number.as_u64().unwrap_or_default()),
                Value::String(text) => Found::Text(text),
                _ => Found::Nothing,
            }
        }
        fn metadata(&self) -> &Value {
            &self.0["metadata"]
        }
    }

    #[test]
    fn clauses_hold_or_do_not() {
        let row = Row(json!({
            "amount": 2500, "name": "Ada Lovelace", "status": "succeeded", "metadata": {"order": "A-7", "it's": "o\"k"},
        }));
        for (query, expected) in [
            ("amount:2500", true),
            ("amount=2500", true),
            ("amount:'2500'", true),
            ("amount>2500", false),
            ("amount>=2500 amount<=2500", true),
            ("amount<-1", false),
            ("-amount>2500", true),
            ("status:'succeeded' AND amount>1000", true),
            ("status:\"SUCCEEDED\" and amount < 1000", false),
            ("status:'failed' OR amount>1000", true),
            ("status:'failed' OR -amount>1000", false),
            ("name~'love'", true),
            ("name:'Ada'", false),
            ("metadata['order']:'a-7'", true),
            ("metadata[\"order\"]~\"A-7\"", true),
            ("metadata['order']:null", false),
            ("-metadata['nothing']:null", false),
            ("metadata['nothing']:null", true),
            ("metadata['it\\'s']:'o\"k'", true),
        ] {
            let read = Query::read::<Row>(query).unwrap_or_else(|error| panic!("{query}: {}", error.message));
            assert_eq!(read.matches(&row), expected, "{query}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for query in [
            "",
            "  ",
            "status",
            "status:",
            "status:'x",
            "status:'x'amount>1",
            "AND status:'x'",
            "status:'x' AND",
            "status:(x)",
            "metadata:'x'",
            "metadata[order]:'x'",
            "metadata['order':'x'",
            "status['a']:'x'",
            ":x",
            "--amount>1",
            "status:'x' AND amount>1 OR amount<5",
            "colour:'red'",
            "amount:'abc'",
            "amount>null",
            "amount~'250'",
            "status~'succ'",
            "name~'Ad'",
            "name>'Ada'",
        ] {
            assert!(Query::read::<Row>(query).is_err(), "{query}");
        }
        let long = ["amount>1"; MAX_CLAUSES + 1].join(" AND ");
        assert!(Query::read::<Row>(&long).is_err());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(query in any::<String>(), clause in "[-a-z.\\[\\]'\":=~<>0-9 ]{0,40}") {
            let row = Row(json!({"amount": 1, "metadata": {}}));
            for text in [&query, &clause] {
                if let Ok(read) = Query::read::<Row>(text) {
                    read.matches(&row);
                }
            }
        }
    }
}
