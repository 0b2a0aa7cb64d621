//! Where a customer goes after the bank's page when it had the whole window: `return_url`.

use crate::errors::ApiError;
use crate::form::Params;

/// Schemes that lead nowhere but into the page that follows them.
const NOT_A_PLACE: [&str; 6] = ["about", "blob", "data", "file", "javascript", "vbscript"];

/// Reads the parameter. It is a whole address: of a page, or of an app's own scheme. (Live mode takes pages by https only;
/// test mode takes http too. Which addresses Stripe calls invalid beyond those without a scheme is not documented.)
pub(crate) fn read(params: &mut Params) -> Result<Option<String>, ApiError> {
    let url = params.filled("return_url")?;
    if url.as_deref().is_some_and(|url| !is_address(url)) {
        return Err(ApiError::invalid("Not a valid URL").code("url_invalid").param("return_url"));
    }
    Ok(url)
}

/// Whether it is a whole address, with scheme and a place.
pub(crate) fn is_address(url: &str) -> bool {
    let Some((scheme, place)) = url.split_once("://") else { return false };
    let is_scheme = scheme.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let scheme = scheme.to_ascii_lowercase();
    let has_host = !place.starts_with(['/', '?', '#', ':']) && !place.is_empty();
    is_scheme
        && !NOT_A_PLACE.contains(&scheme.as_str())
        && (has_host || !matches!(scheme.as_str(), "http" | "https"))
        && url.chars().all(|sign| sign.is_ascii_graphic() && !matches!(sign, '"' | '<' | '>' | '\\' | '`'))
}

/// The address with the intent's id and client secret added to its query. What is there already stays, and so does a fragment.
/// `kind` is `payment_intent` or `setup_intent`. (Some ways of paying bring more: `redirect_status`, `source_type`. For cards
/// Stripe documents these two.)
pub(crate) fn with_intent(url: &str, kind: &str, id: &str, client_secret: &str) -> String {
    let (address, fragment) = url.split_once('#').map_or((url, None), |(address, rest)| (address, Some(rest)));
    let joint = match address.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    let fragment = fragment.map(|text| format!("#{text}")).unwrap_or_default();
    format!("{address}{joint}{kind}={id}&{kind}_client_secret={client_secret}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays() {
        for (url, wanted) in [
            ("https://a.example/back", "https://a.example/back?K"),
            ("https://a.example", "https://a.example?K"),
            ("https://a.example/back?", "https://a.example/back?K"),
            ("https://a.example/back?order=7&x=a%20b", "https://a.example/back?order=7&x=a%20b&K"),
            ("https://a.example/back?order=7&", "https://a.example/back?order=7&K"),
            ("https://a.example/back?order=7#/done?x=1", "https://a.example/back?order=7&K#/done?x=1"),
            ("https://a.example/back#done", "https://a.example/back?K#done"),
            ("my-till://back", "my-till://back?K"),
            ("my-till://", "my-till://?K"),
        ] {
            let added = with_intent(url, "payment_intent", "pi_1", "pi_1_secret_2");
            assert_eq!(added, wanted.replace('K', "payment_intent=pi_1&payment_intent_client_secret=pi_1_secret_2"));
        }
    }

    #[test]
    fn it_is_a_whole_address() {
        for good in
            ["https://a.example", "http://127.0.0.1:3000/x?y#z", "my-till://back", "com.example.app://", "app:///p"]
        {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "/back",
            "a.example/back",
            "back",
            "://a",
            "1a://b",
            "https://",
            "https:///back",
            "https://?x",
            "mailto:a@b",
            "javascript://%0aalert(1)",
            "JavaScript://x",
            "data://x",
            "https://a.example/a b",
            "https://a.example/\"",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
