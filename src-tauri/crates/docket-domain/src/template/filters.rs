//! What values can be made into: the filters and tests of the language, chosen one by one.
//!
//! Invariant: the environment begins empty, so what is not here does not exist. A filter's work
//! is paid for where it grows with a list or a text; none makes anything safe.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, Value, ValueKind, ValueOrKwargs};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, filters, tests};

use super::engine::{Meter, Token, Written, strip};

/// Every filter, with what it does.
pub(super) const FILTERS: &[(&str, &str)] = &[
    ("abs", "a number without its sign"),
    ("capitalize", "the first letter large, the others small"),
    ("code", "as code within a line"),
    ("count", "how many there are"),
    ("cut", "at most so many characters: `{{ title | cut(60) }}`"),
    ("default", "another value in place of an empty one: `{{ cve | default(\"no CVE\", true) }}`"),
    ("fence", "as a block of code: `{{ finding.snippet | fence(finding.language) }}`"),
    ("first", "the first of a list"),
    ("float", "as a number with a fraction"),
    ("groupby", "a list by a name of its values: `findings | groupby(\"file\")`"),
    ("int", "as a whole number"),
    ("join", "a list as one text: `applications | join(\", \")`"),
    ("last", "the last of a list"),
    ("length", "how many there are, or how long a text is"),
    ("lines", "the lines of a text"),
    ("link", "as a link: `{{ page.url | link(page.label) }}`"),
    ("list", "as a list"),
    ("lower", "in small letters"),
    ("map", "one name of each of a list: `findings | map(attribute=\"file\")`"),
    ("markdown", "a scanner's own Markdown: paragraphs, lists, emphasis, code and links stay"),
    ("max", "the largest of a list"),
    ("min", "the smallest of a list"),
    ("reject", "a list without what passes a test"),
    ("rejectattr", "a list without those of which a name passes a test: `findings | rejectattr(\"done\")`"),
    ("replace", "one text in place of another"),
    ("reverse", "backwards"),
    ("round", "a rounded number"),
    ("select", "what of a list passes a test"),
    ("selectattr", "those of a list of which a name passes a test: `findings | selectattr(\"done\")`"),
    ("sort", "in order: `findings | sort(attribute=\"file\")`"),
    ("split", "a text as a list"),
    ("string", "as a text"),
    ("sum", "the sum of a list"),
    ("title", "Every Word With A Large Letter"),
    ("trim", "without blanks around it"),
    ("unique", "a list with each value once"),
    ("upper", "in large letters"),
];

/// Registers filters of the engine's own whose work grows with a list: each is paid for.
macro_rules! paid {
    ($env:ident, $meter:ident, $($name:ident),+ $(,)?) => { $({
        const INNER: &str = concat!("docket ", stringify!($name));
        let meter = $meter.clone();
        $env.add_filter(INNER, filters::$name);
        $env.add_filter(stringify!($name), move |state: &mut State<'_, '_>, args: Rest<ValueOrKwargs>| {
            let args = args.into_values();
            let size = args.first().and_then(Value::len).unwrap_or(0);
            meter.spend(size * 60)?;
            state.apply_filter(INNER, &args)
        });
    })+ };
}

/// The language, for one run.
pub(super) fn environment(meter: &Meter) -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_debug(true);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_recursion_limit(60);
    env.set_auto_escape_callback(|_| AutoEscape::Custom("docket".into()));
    // With only blocks changed, the builder has nothing to refuse.
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(syntax);
    }
    paid!(
        env, meter, groupby, lines, list, map, max, min, reject, rejectattr, reverse, select, selectattr,
        sort, split, sum, unique, upper, lower, capitalize, title, trim
    );
    env.add_filter("abs", filters::abs);
    env.add_filter("count", filters::length);
    env.add_filter("default", filters::default);
    env.add_filter("first", filters::first);
    env.add_filter("float", filters::float);
    env.add_filter("int", filters::int);
    env.add_filter("last", filters::last);
    env.add_filter("length", filters::length);
    env.add_filter("round", filters::round);
    env.add_filter("string", filters::string);
    own_filters(&mut env, meter);
    own_tests(&mut env);
    env
}

/// A single value as text.
fn plain(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => Ok(String::new()),
        ValueKind::String | ValueKind::Number | ValueKind::Bool => Ok(value.to_string()),
        _ => Err(Error::new(ErrorKind::InvalidOperation, "this filter takes a single value")),
    }
}

fn own_filters(env: &mut Environment<'static>, meter: &Meter) {
    let written = |token| Value::from_object(Written(token));
    env.add_filter("code", move |value: &Value| {
        Ok::<_, Error>(written(Token::Code(strip(&plain(value)?).into())))
    });
    env.add_filter("markdown", move |value: &Value| {
        Ok::<_, Error>(written(Token::Markdown(strip(&plain(value)?).into())))
    });
    env.add_filter("fence", move |value: &Value, language: Option<String>| {
        let language = language.filter(|word| !word.is_empty());
        Ok::<_, Error>(written(Token::Fence(strip(&plain(value)?).into(), language)))
    });
    env.add_filter("link", move |value: &Value, label: Option<String>| {
        let label = label.map(|label| strip(&label).into_owned()).filter(|label| !label.trim().is_empty());
        Ok::<_, Error>(written(Token::Link(strip(&plain(value)?).into(), label)))
    });
    env.add_filter("cut", |value: &Value, most: usize| {
        Ok::<_, Error>(crate::text::cut_line(&strip(&plain(value)?), most.max(1)))
    });
    let paid = meter.clone();
    env.add_filter("join", move |list: &Value, between: Option<String>| {
        let between = between.unwrap_or_default();
        let mut out = String::new();
        for (index, item) in list.try_iter()?.enumerate() {
            let item = plain(&item)?;
            paid.spend(item.len() + between.len())?;
            if index > 0 {
                out.push_str(&between);
            }
            out.push_str(&item);
        }
        Ok::<_, Error>(out)
    });
    let paid = meter.clone();
    env.add_filter("replace", move |value: &Value, from: String, to: String| {
        let text = plain(value)?;
        if from.is_empty() {
            return Ok(text);
        }
        paid.spend(text.len() + text.matches(from.as_str()).count().saturating_mul(to.len()))?;
        Ok::<_, Error>(text.replace(from.as_str(), &to))
    });
}

fn own_tests(env: &mut Environment<'static>) {
    env.add_test("defined", tests::is_defined);
    env.add_test("undefined", tests::is_undefined);
    env.add_test("none", tests::is_none);
    env.add_test("odd", tests::is_odd);
    env.add_test("even", tests::is_even);
    env.add_test("divisibleby", tests::is_divisibleby);
    env.add_test("number", tests::is_number);
    env.add_test("string", tests::is_string);
    env.add_test("startingwith", tests::is_startingwith);
    env.add_test("endingwith", tests::is_endingwith);
    env.add_test("in", tests::is_in);
    env.add_test("true", tests::is_true);
    env.add_test("false", tests::is_false);
    for name in ["eq", "equalto", "=="] {
        env.add_test(name, tests::is_eq);
    }
    for name in ["ne", "!="] {
        env.add_test(name, tests::is_ne);
    }
    for name in ["lt", "lessthan", "<"] {
        env.add_test(name, tests::is_lt);
    }
    for name in ["le", "<="] {
        env.add_test(name, tests::is_le);
    }
    for name in ["gt", "greaterthan", ">"] {
        env.add_test(name, tests::is_gt);
    }
    for name in ["ge", ">="] {
        env.add_test(name, tests::is_ge);
    }
}
