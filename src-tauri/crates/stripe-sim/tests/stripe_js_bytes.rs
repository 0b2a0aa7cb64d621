//! What the real Stripe.js sends, byte for byte, from its frames on js.stripe.com: seen with public copies of it, and in
//! recordings of browsers. Only ids, keys and the client secret are put in.

mod common;
mod running;
use common::{PK, SK};
use running::{Heard, Running};
use serde_json::Value;

/// What a browser sends with each call of a frame on js.stripe.com.
const BROWSER: &str = "Accept: application/json\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: en-GB,en;q=0.9\r\nOrigin: https://js.stripe.com\r\nReferer: https://js.stripe.com/\r\nSec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-site\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15\r\nConnection: close\r\n";
/// What the script of the dahlia train adds to each call; the one of `/v3/` adds nothing.
const OF_TRAIN: &str = "&_stripe_version=2026-03-25.dahlia";

fn post(path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: api.stripe.com\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{BROWSER}\r\n{body}",
        body.len()
    )
}

fn get(target: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: api.stripe.com\r\nContent-Type: application/x-www-form-urlencoded\r\n{BROWSER}\r\n"
    )
}

/// An answer that the frame can read, and its body.
fn read(heard: &Heard) -> Value {
    assert_eq!(heard.status, 200, "{}", heard.body);
    assert_eq!(heard.header("access-control-allow-origin"), Some("https://js.stripe.com"));
    heard.json()
}

/// The card Element's call, with the number and what the train adds.
fn keyed(number: &str, more: &str) -> String {
    post(
        "/v1/payment_methods",
        &format!(
            "type=card&card[number]={number}&card[cvc]=123&card[exp_month]=12&card[exp_year]=34&billing_details[address][postal_code]=SW1A+1AA&guid=NA&muid=NA&sid=NA&payment_user_agent=stripe.js%2F5445b56991%3B+stripe-js-v3%2F5445b56991%3B+card-element&referrer=https%3A%2F%2Fcountersign.localhost&time_on_page=21043&key={PK}{more}"
        ),
    )
}

/// What the shop's server does with what the page made.
fn pay(running: &Running, method: &str) -> Value {
    let body = format!(
        "amount=2500&currency=gbp&payment_method={method}&confirmation_method=manual&confirm=true&payment_method_types[]=card&use_stripe_sdk=true"
    );
    let heard = running.exchange(&format!(
        "POST /v1/payment_intents HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {SK}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        running.address,
        body.len()
    ));
    assert_eq!(heard.status, 200, "{}", heard.body);
    heard.json()
}

#[test]
fn a_keyed_card() {
    let running = Running::start(&[]);
    for (number, more) in [
        ("4242424242424242", ""),
        ("4242+4242+4242+4242", OF_TRAIN),
        ("4242+4242+4242+4242", "&pasted_fields=number&allow_redisplay=unspecified"),
        (
            "4242424242424242",
            "&client_attribution_metadata[client_session_id]=22e7d0ec-db3e-4724-98d2-a1985fc4472a&client_attribution_metadata[merchant_integration_source]=elements&client_attribution_metadata[merchant_integration_subtype]=card-element&client_attribution_metadata[merchant_integration_version]=2017&radar_options[hcaptcha_token]=P1_eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9",
        ),
    ] {
        let method = read(&running.exchange(&keyed(number, more)));
        assert_eq!(method["card"]["last4"], "4242");
        assert_eq!(method["billing_details"]["address"]["postal_code"], "SW1A 1AA");
        assert_eq!(method["card"]["exp_year"], 2034);
        assert_eq!(pay(&running, method["id"].as_str().unwrap())["status"], "succeeded");
    }
    // What was not sent by any Stripe.js is refused by name as before.
    let unknown = running.exchange(&keyed("4242424242424242", "&radar_options[session]=rse_1"));
    assert_eq!(unknown.status, 400);
    assert_eq!(unknown.json()["error"]["param"], "radar_options[session]");
}

/// The browser's facts in the form of EMV 3-D Secure, as Stripe.js writes them. `fingerprint` is a word of JSON.
fn authenticate(source: &str, attempted: bool, fingerprint: &str, completion: &str, more: &str) -> String {
    post(
        "/v1/3ds2/authenticate",
        &format!(
            "source={source}&browser=%7B%22fingerprintAttempted%22%3A{attempted}%2C%22fingerprintData%22%3A{fingerprint}%2C%22challengeWindowSize%22%3Anull%2C%22threeDSCompInd%22%3A%22{completion}%22%2C%22browserJavaEnabled%22%3Afalse%2C%22browserJavascriptEnabled%22%3Atrue%2C%22browserLanguage%22%3A%22en-GB%22%2C%22browserColorDepth%22%3A%2224%22%2C%22browserScreenHeight%22%3A%22900%22%2C%22browserScreenWidth%22%3A%221440%22%2C%22browserTZ%22%3A%220%22%2C%22browserUserAgent%22%3A%22Mozilla%2F5.0+(X11%3B+Linux+x86_64)+AppleWebKit%2F605.1.15+(KHTML%2C+like+Gecko)+Version%2F18.5+Safari%2F605.1.15%22%7D&one_click_authn_device_support[hosted]=false&one_click_authn_device_support[same_origin_frame]=false&one_click_authn_device_support[spc_eligible]=false&one_click_authn_device_support[webauthn_eligible]=false&one_click_authn_device_support[publickey_credentials_get_allowed]=false&key={PK}{more}"
        ),
    )
}

/// Through a whole challenge, with the script of no train and with the one of dahlia.
#[test]
fn a_challenge() {
    let running = Running::start(&[]);
    for more in ["", OF_TRAIN] {
        let method = read(&running.exchange(&keyed("4000002500003155", more)));
        let intent = pay(&running, method["id"].as_str().unwrap());
        let (id, secret) = (intent["id"].as_str().unwrap(), intent["client_secret"].as_str().unwrap());
        // As `/v3/` and as a train write it.
        let look = |is_later: bool| {
            let target = match is_later {
                false => format!("/v1/payment_intents/{id}?key={PK}{more}&is_stripe_sdk=false&client_secret={secret}"),
                true => format!("/v1/payment_intents/{id}?is_stripe_sdk=false&client_secret={secret}&key={PK}{more}"),
            };
            read(&running.exchange(&get(&target)))
        };
        let sdk = look(false)["next_action"]["use_stripe_sdk"].clone();
        assert_eq!(sdk["type"], "stripe_3ds2_fingerprint");
        assert_eq!(sdk["three_ds_method_url"], "");
        let source = sdk["three_d_secure_2_source"].as_str().unwrap();
        let begun = read(&running.exchange(&authenticate(source, false, "null", "Y", more)));
        assert_eq!(begun["state"], "challenge_required");
        assert_eq!(begun["ares"]["threeDSServerTransID"], sdk["server_transaction_id"]);
        let acs = begun["ares"]["acsURL"].as_str().unwrap();
        // The frame posts the bank its request; from here on another origin has the word.
        let bank = acs.strip_prefix("http://api.stripe.com").expect("the host that was asked");
        let creq = begun["creq"].as_str().unwrap();
        let page = running.exchange(&post(bank, &format!("creq={creq}")));
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        let trans = begun["ares"]["acsTransID"].as_str().unwrap();
        read(&running.exchange(&post("/acs/decide", &format!("acs_trans={trans}&outcome=complete"))));
        assert_eq!(look(true)["status"], "requires_action", "Stripe.js has not reported the end yet");
        let end = format!(
            "source={source}&final_cres=%7B%22threeDSServerTransID%22%3A%22{}%22%2C%22messageType%22%3A%22CRes%22%2C%22messageVersion%22%3A%222.2.0%22%2C%22acsTransID%22%3A%22{trans}%22%2C%22transStatus%22%3A%22Y%22%7D&key={PK}{more}",
            sdk["server_transaction_id"].as_str().unwrap()
        );
        assert_eq!(read(&running.exchange(&post("/v1/3ds2/challenge_complete", &end)))["state"], "succeeded");
        assert_eq!(look(true)["status"], "requires_confirmation");
    }
}

#[test]
fn a_challenge_that_is_cancelled() {
    let running = Running::start(&[]);
    let method = read(&running.exchange(&keyed("4000002500003155", OF_TRAIN)));
    let intent = pay(&running, method["id"].as_str().unwrap());
    let (id, secret) = (intent["id"].as_str().unwrap(), intent["client_secret"].as_str().unwrap());
    let source = intent["next_action"]["use_stripe_sdk"]["three_d_secure_2_source"].as_str().unwrap();
    let body = format!("client_secret={secret}&source={source}&key={PK}{OF_TRAIN}");
    let ended = read(&running.exchange(&post(&format!("/v1/payment_intents/{id}/source_cancel"), &body)));
    assert_eq!(ended["status"], "requires_payment_method");
}

/// The bank looks at the browser first. Stripe.js posts what EMV 3-D Secure says, and tells how it ended.
#[test]
fn a_challenge_after_a_look_at_the_browser() {
    use base64::Engine as _;
    let coded = |data: &str| base64::engine::general_purpose::STANDARD.encode(data);
    let running = Running::start(&[]);
    for (completion, looks) in [("Y", true), ("N", false)] {
        let method = read(&running.exchange(&keyed("4000000000003220", OF_TRAIN)));
        let intent = pay(&running, method["id"].as_str().unwrap());
        let (id, secret) = (intent["id"].as_str().unwrap(), intent["client_secret"].as_str().unwrap());
        let target = format!("/v1/payment_intents/{id}?key={PK}{OF_TRAIN}&is_stripe_sdk=false&client_secret={secret}");
        let sdk = read(&running.exchange(&get(&target)))["next_action"]["use_stripe_sdk"].clone();
        let word = |name: &str| sdk[name].as_str().unwrap().to_owned();
        let (source, transaction) = (word("three_d_secure_2_source"), word("server_transaction_id"));
        let path = word("three_ds_method_url").strip_prefix("http://api.stripe.com").unwrap().to_owned();
        if looks {
            let notification = format!("/3d_secure_2/fingerprint/{}/{source}", word("merchant"));
            let data = coded(&format!(
                r#"{{"threeDSServerTransID":"{transaction}","threeDSMethodNotificationURL":"https://hooks.stripe.com{notification}"}}"#
            ));
            let page = running.exchange(&post(&path, &format!("threeDSMethodData={}", data.replace('=', "%3D"))));
            assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
            assert!(page.body.contains(&format!("action=\"https://hooks.stripe.com{notification}\"")), "{}", page.body);
            let (_, from) = page.body.split_once("name=\"threeDSMethodData\" value=\"").unwrap();
            let answer = from.split('"').next().unwrap();
            let told = running.exchange(&post(&notification, &format!("threeDSMethodData={answer}")));
            assert_eq!(told.status, 200, "{}", told.body);
        }
        let fingerprint = match looks {
            true => format!(
                "%22{}%22",
                coded(&format!(r#"{{"threeDSServerTransID":"{transaction}"}}"#)).replace('=', "%3D")
            ),
            false => "null".to_owned(),
        };
        let begun = read(&running.exchange(&authenticate(&source, true, &fingerprint, completion, OF_TRAIN)));
        let trans = begun["ares"]["acsTransID"].as_str().unwrap();
        let shown = read(&running.exchange(&get(&format!("/acs/transaction?acs_trans={trans}"))));
        let look = if looks { "finished" } else { "offered" };
        assert_eq!(shown["three_ds_method"], serde_json::json!({"look": look, "said": completion}));
    }
}
