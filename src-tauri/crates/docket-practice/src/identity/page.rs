//! The page on which a person enters the code. Without scripts; it may only post to itself.

use crate::text::escaped;

pub(crate) const POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

fn shell(body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>Practice sign-in</title></head>\n\
         <body><main><h1>Practice sign-in</h1>\n{body}</main></body></html>\n"
    )
}

/// The form. `people`: among whom the one who answers is chosen; none: there is only one person.
pub(crate) fn form(user_code: &str, people: &[&str]) -> String {
    let options: Vec<String> =
        people.iter().map(|name| format!("<option>{}</option>", escaped(name))).collect();
    let options = options.concat();
    let who = if people.is_empty() {
        String::new()
    } else {
        format!("<p><label>As <select name=\"login\">{options}</select></label></p>\n")
    };
    shell(&format!(
        "<form method=\"post\" action=\"/login/device\"><p><label>Code <input name=\"user_code\" required \
         autocomplete=\"off\" value=\"{}\"></label></p>\n{who}<p><button name=\"answer\" value=\"yes\">Allow</button> \
         <button name=\"answer\" value=\"no\">Refuse</button></p></form>\n",
        escaped(user_code)
    ))
}

pub(crate) fn done(known: bool, yes: bool) -> String {
    shell(match (known, yes) {
        (false, _) => {
            "<p role=\"alert\">There is no such code, or it has ended.</p>\n<p><a href=\"/login/device\">Try again</a></p>\n"
        }
        (true, true) => "<p role=\"status\">Allowed. Go back to Docket.</p>\n",
        (true, false) => "<p role=\"status\">Refused.</p>\n",
    })
}
