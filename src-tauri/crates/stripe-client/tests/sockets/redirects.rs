//! Redirects: Stripe's API sends none. A charge goes nowhere else, with or without the key, and is not sent again for one.

use stripe_client::{Error, Fate};

use crate::server::Step::Read;
use crate::server::{Server, write};
use crate::{assert_same_charge, charge, client_of, paid};

#[tokio::test]
async fn a_redirect_is_followed_nowhere_and_leaves_the_charge_not_known() {
    for status in
        ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        for elsewhere in [true, false] {
            let case = format!("{status}, elsewhere: {elsewhere}");
            let other = Server::start(vec![vec![Read, write(&paid())]; 2]).await;
            let target = if elsewhere { format!("{}/v1/payment_intents", other.base()) } else { "/v2/here".into() };
            let moved = format!("HTTP/1.1 {status}\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n");
            let server = Server::start(vec![vec![Read, write(&moved), Read, write(&paid())]; 2]).await;
            let heard = charge(&client_of(&server), "attempt-1").await;
            let error = heard.result.expect_err(&case);
            assert!(
                matches!(error, Error::NotStripe { status: told } if status.starts_with(&told.to_string())),
                "{error:?}"
            );
            assert_eq!((error.fate(), heard.stripe_ms), (Fate::Unknown, None), "{case}");
            assert_same_charge(&server.seen(), "attempt-1", 1, &case);
            assert_eq!(other.seen().connections, 0, "{case}: the key is shown to nobody else");
        }
    }
}

/// A redirect that wears Stripe's own answer as its body is still no answer to believe.
#[tokio::test]
async fn a_redirect_with_stripes_own_words_says_nothing_about_the_charge() {
    let refused = r#"{"error":{"type":"invalid_request_error","message":"Moved."}}"#;
    for body in [crate::INTENT, refused] {
        let moved = crate::answer("307 Temporary Redirect\r\nlocation: https://elsewhere.example/", body);
        let server = Server::start(vec![vec![Read, write(&moved)]]).await;
        let error = charge(&client_of(&server), "attempt-1").await.result.expect_err("no answer");
        assert_eq!(error.fate(), Fate::Unknown, "{body}: {error:?}");
        assert_same_charge(&server.seen(), "attempt-1", 1, body);
    }
}
