//! What of forms and their answers may be logged.
//!
//! Forms are how codes and tokens are asked for. Their answers hold secrets that nobody knew
//! before, so that looking for known ones is not enough: only values that are named here are
//! kept, the rest is left out.

use serde_json::Value;

/// Fields whose values say nothing secret.
const HARMLESS: &[&str] = &[
    "client_id",
    "error",
    "error_codes",
    "error_description",
    "error_uri",
    "expires_in",
    "grant_type",
    "interval",
    "refresh_token_expires_in",
    "scope",
    "token_type",
    "verification_uri",
    "verification_url",
];
const LEFT_OUT: &str = "(left out)";

/// A form as it is logged.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let shown: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("{key}={}", if HARMLESS.contains(key) { value } else { LEFT_OUT }))
        .collect();
    shown.join("&")
}

/// The answer to a form as it is logged. What is not a JSON object is left out whole.
pub(super) fn answer(text: &[u8]) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(text) else {
        return format!("({} bytes, left out)", text.len());
    };
    for (key, value) in &mut fields {
        if !HARMLESS.contains(&key.as_str()) {
            *value = Value::from(LEFT_OUT);
        }
    }
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_harmless_is_logged() {
        let sent =
            form(&[("client_id", "Iv1.abc"), ("device_code", "dev-secret"), ("refresh_token", "r-secret")]);
        assert_eq!(
            sent, "client_id=Iv1.abc&device_code=(left out)&refresh_token=(left out)",
            "codes and tokens go"
        );
        let came =
            answer(br#"{"access_token":"t-secret","id_token":"x","token_type":"bearer","expires_in":900}"#);
        assert!(!came.contains("secret") && !came.contains("\"x\""), "a token is logged: {came}");
        assert!(came.contains("900") && came.contains("bearer"), "harmless facts stay: {came}");
        assert_eq!(
            answer(b"access_token=t-secret"),
            "(21 bytes, left out)",
            "another form is left out whole"
        );
    }
}
