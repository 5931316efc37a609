//! What templates write, what is wrong with them and where, and that they end.

use super::*;
use crate::member::Member;
use crate::plan::Group;
use crate::render::fill;
use crate::render::tests::member;

fn group_of(members: &[Member]) -> Group {
    Group {
        values: Vec::new(),
        title: "What they share".to_owned(),
        findings: members.iter().map(|one| one.id).collect(),
        severity: members.iter().map(|one| one.severity).min().unwrap(),
        applications: vec!["shop".to_owned()],
        template: None,
    }
}

fn titled(pattern: &str, members: &[Member]) -> String {
    let template = Template { title: pattern.to_owned(), body: String::new() };
    let shown: Vec<&Member> = members.iter().collect();
    let group = group_of(members);
    let whole = Whole::new(&group, &shown, members.len(), group.title.clone(), "acme/shop");
    let written = run(&template, whole);
    assert_eq!(written.faults, [], "{pattern} is sound");
    let title = written.title.expect("a template writes");
    tidied(&fill::plain(&title.text, &title.tokens))
}

fn body(source: &str) -> Template {
    Template { title: String::new(), body: source.to_owned() }
}

fn only_fault(source: &str) -> Fault {
    let mut found = faults(&body(source));
    assert_eq!(found.len(), 1, "one thing is wrong with {source:?}: {found:?}");
    found.remove(0)
}

#[test]
fn what_findings_have_in_common_is_filled_in_and_the_rest_leaves_no_gap() {
    let (one, other) = (member(1), Member { rule: "other".to_owned(), ..member(2) });
    let same = titled("[{{ rule }}] {{ count }} × {{ severity }}", &[one.clone(), one.clone()]);
    assert_eq!(same, format!("[{}] 2 × {}", one.rule, one.severity.label()), "common values");
    let mixed = titled("[{{ rule }}] {{ count }} × {{ severity }}", &[one.clone(), other]);
    assert_eq!(mixed, "2 × High", "two rules: the brackets go with the missing value");
    assert_eq!(
        titled("{% if is_group %}{{ count }} in {{ target }}{% else %}{{ finding.file }}{% endif %}", &[one]),
        "src/orders/q1.py",
        "conditions, and names of a finding"
    );
}

#[test]
fn templates_of_before_go_on_as_they_were() {
    let stored = r#"{"title":"[{severity}] {title}","heading":"Ask **us** about {rule}."}"#;
    let read: Template = serde_json::from_str(stored).unwrap();
    assert_eq!(read.title, "[{{ severity }}] {{ title }}", "the title in the language of today");
    assert_eq!(read.body, "Ask **us** about {{ rule }}.\n\n{{ default }}", "the heading above Docket's text");
    assert_eq!(faults(&read), [], "and it is sound");
    let nothing: Template = serde_json::from_str(r#"{"title":"","heading":""}"#).unwrap();
    assert_eq!(nothing, Template::default(), "nothing stays nothing");
    let today = serde_json::to_string(&read).unwrap();
    assert_eq!(
        serde_json::from_str::<Template>(&today).unwrap(),
        read,
        "what is written today is not translated"
    );
}

#[test]
fn what_is_wrong_is_said_with_line_and_column_and_what_to_write() {
    let slip = only_fault("## Findings\n\n{% for one in findings %}\n- ü {{ one.titel }}\n{% endfor %}");
    assert_eq!((slip.line, slip.column, slip.part.as_str()), (4, 8, "body"), "where it is: {slip:?}");
    assert!(slip.message.contains("one.titel"), "names it: {slip:?}");
    assert!(slip.hint.as_deref().unwrap().contains("«one.title»"), "and what was meant: {slip:?}");
    assert_eq!(slip.excerpt, "- ü {{ one.titel }}", "with its line");

    let top = only_fault("a\n{% if false %}{{ severty }}{% endif %}");
    assert_eq!((top.line, top.column, top.length), (2, 18, 7), "also where no run comes by: {top:?}");
    assert!(top.hint.as_deref().unwrap().contains("Did you mean «severity»"), "{top:?}");
    let part = only_fault("{{ docket.cheklist }}");
    assert!(part.hint.as_deref().unwrap().contains("«docket.checklist»"), "{part:?}");

    let open = only_fault("text\n{% if title %}\nmore");
    assert!(open.message.contains("cannot be read") && open.line >= 2, "an end is missing: {open:?}");
    let filter = only_fault("{{ title | uper }}");
    assert!(filter.hint.as_deref().unwrap().contains("Did you mean «upper»"), "{filter:?}");
    let unsafely = only_fault("x {{ title | safe }}");
    assert!(unsafely.hint.as_deref().unwrap().contains("harmless"), "there is no way around: {unsafely:?}");
    let list = only_fault("{{ findings }}");
    assert!(list.message.contains("«for»"), "a list is no value: {list:?}");
    let called = only_fault("{{ range(5) }}");
    assert_eq!((called.line, called.column > 0), (1, true), "nothing to call: {called:?}");
    let title = faults(&Template { title: "{{ docket.table }}".to_owned(), body: String::new() });
    assert!(title[0].message.contains("one line") && title[0].part == "title", "{title:?}");

    let problem = check(&body("{{ severty }}")).unwrap_err();
    assert!(problem.message.contains("line 1, column 4"), "for people: {problem}");
    assert_eq!(problem.context["field"], "template_body", "and for the form");
}

#[test]
fn no_template_runs_for_ever_or_fills_the_memory() {
    let members: Vec<Member> = (1..=2_000).map(member).collect();
    let shown: Vec<&Member> = members.iter().collect();
    let group = group_of(&members);
    let twice = "{% set x = x ~ x %}".repeat(40);
    let caught = "{% set x %}{{ x }}{{ x }}{% endset %}".repeat(40);
    let each = "{% for a in findings %}{% for b in findings %}";
    let ends = "{% endfor %}{% endfor %}";
    for source in [
        format!("{{% set x = 'aaaa' %}}{twice}{{{{ x }}}}"),
        format!("{{% set x = 'aaaa' %}}{caught}{{{{ x }}}}"),
        format!("{each}{{{{ a.title }}}}{ends}"),
        format!("{each}{}{ends}", "long ".repeat(2_000)),
        format!("{each}{{{{ findings | sort(attribute='title') | length }}}}{ends}"),
        format!("{each}{{% set y %}}{}{{% endset %}}{ends}", "long ".repeat(2_000)),
        "{{ 'a' * 100000000 }}".to_owned(),
        "{{ title | replace('', title) }}{{ (title | replace('S', title)) | replace('S', title) }}"
            .to_owned(),
        "x".repeat(30_000),
        "{% if title %}".repeat(1_000),
        "(".repeat(5_000),
        format!("{{{{ {}title{} }}}}", "(".repeat(3_000), ")".repeat(3_000)),
    ] {
        let begun = std::time::Instant::now();
        let whole = Whole::new(&group, &shown, 2_000, "t".repeat(300), "acme/shop");
        let written = run(&body(&source), whole);
        let took = begun.elapsed();
        let length = written.body.map_or(0, |run| run.text.len());
        let head: String = source.chars().take(60).collect();
        eprintln!("{head:?}: {took:?}, {length} bytes, {:?}", written.faults.first().map(|f| &f.message));
        assert!(took.as_secs() < 60, "{head:?} takes {took:?}");
        assert!(length <= 12_000_000, "{head:?} writes {length} bytes");
    }
}

#[test]
fn the_reference_in_the_documentation_is_what_templates_know() {
    const HEADING: &str = "## Reference\n\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/templates.md");
    let docs = std::fs::read_to_string(path).expect("docs/templates.md is there").replace("\r\n", "\n");
    let (before, _) = docs.split_once(HEADING).expect("it has a reference");
    let now = format!("{before}{HEADING}{}", manual());
    if std::env::var_os("DOCKET_WRITE_DOCS").is_some() {
        std::fs::write(path, &now).unwrap();
    } else {
        assert_eq!(docs, now, "write it anew with DOCKET_WRITE_DOCS=1");
    }
    for source in before.split("```jinja\n").skip(1) {
        let source = source.split("```\n").next().unwrap();
        assert_eq!(faults(&body(source)), [], "every example can be used as it stands: {source}");
    }
}

#[test]
fn every_name_and_filter_of_the_reference_exists_and_has_a_value() {
    let mut source = String::new();
    for (of, names) in reference() {
        for (name, _) in names {
            let path = match of {
                "" => name.to_owned(),
                "finding" | "docket" => format!("{of}.{name}"),
                _ => continue,
            };
            let is_whole =
                matches!(path.as_str(), "applications" | "severities" | "findings" | "finding" | "docket")
                    || matches!(
                        path.as_str(),
                        "finding.identifiers" | "finding.references" | "finding.evidence"
                    );
            source.extend(["{{ ", &path, if is_whole { " | length }}\n" } else { " }}\n" }]);
        }
    }
    source.push_str("{% for s in severities %}{{ s.severity }}{{ s.count }}{{ s.open }}{% endfor %}");
    source
        .push_str("{% for p in finding.evidence %}{{ p.label }}{{ p.method }}{{ p.url | link }}{% endfor %}");
    source.push_str(
        "{% for p in finding.evidence %}{{ p.request | fence }}{{ p.response | fence }}{% endfor %}",
    );
    source.push_str("{% for p in finding.evidence %}{{ p.payload | code }}{{ p.text | fence }}{% endfor %}");
    source.push_str("{% for p in finding.references %}{{ p.url | link(p.label) }}{% endfor %}");
    assert_eq!(faults(&body(&source)), [], "every name that is documented is there, whatever is known");
    for (name, _) in filters() {
        let missing = faults(&body(&format!("{{{{ findings | {name} }}}}")));
        assert!(!missing.iter().any(|f| f.message.contains("no filter")), "{name} exists: {missing:?}");
    }
}
