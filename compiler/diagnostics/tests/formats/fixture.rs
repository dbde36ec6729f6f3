//! Findings of every shape that a format has to take.

use aciform_diagnostics::{
    Code, Diagnostic, Diagnostics, Edit, FileId, Fix, Report, Severity, Silencer, SourceMap, Span, Suppressed,
};

pub(crate) static OUTSIDE: Code = Code {
    id: "ACI1301",
    name: "vlan-outside-pool",
    severity: Severity::Error,
    page: "A VLAN lies outside\nthe pool of its network.\n\nBad:\n\n    vlan: 1999\n\nGood:\n\n    vlan: 199\n",
};
pub(crate) static HOST_BITS: Code =
    Code { id: "ACI307", name: "host-bits", severity: Severity::Warning, page: "# Host bits\n\nMore.\n" };
pub(crate) static STYLE: Code = Code { id: "ACI900", name: "odd-style", severity: Severity::Info, page: "" };

/// The rules that ran; the third found something without being among them.
static RULES: &[&Code] = &[&OUTSIDE, &HOST_BITS];

/// The texts of a run and what was found in them.
pub(crate) struct Run {
    pub(crate) sources: SourceMap,
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) suppressed: Vec<Suppressed>,
    pub(crate) troubles: Vec<String>,
}

impl Run {
    /// A run over some texts that found nothing yet.
    pub(crate) fn over(texts: &[(&str, &str)]) -> Self {
        let mut sources = SourceMap::new();
        for (name, text) in texts {
            sources.add(*name, *text);
        }
        Self { sources, findings: Vec::new(), suppressed: Vec::new(), troubles: Vec::new() }
    }

    /// The place of the first occurrence of a text in a file.
    pub(crate) fn of(&self, file: u32, what: &str) -> Span {
        let start = self.sources.file(FileId(file)).text.find(what).expect("the text is there");
        Span::new(FileId(file), start, start + what.len())
    }

    /// A finding at the first occurrence of a text in a file.
    pub(crate) fn find(&mut self, code: &'static Code, file: u32, what: &str, message: &str) {
        let finding = Diagnostic::at(code, self.of(file, what), message);
        self.push(finding);
    }

    pub(crate) fn push(&mut self, finding: Diagnostic) {
        let mut all = Diagnostics::new();
        self.findings.drain(..).chain([finding]).for_each(|finding| all.push(finding));
        self.findings = all.into_sorted();
    }

    pub(crate) fn report(&self) -> Report<'_> {
        Report {
            sources: &self.sources,
            findings: &self.findings,
            suppressed: &self.suppressed,
            rules: RULES,
            category: |code| if code.id.starts_with("ACI3") { "addressing" } else { "pools" },
            tool_version: "0.1.0",
            fail_level: Severity::Error,
            automation_id: "aciform/lab/",
            troubles: &self.troubles,
            links: None,
        }
    }
}

/// Small: an error with a fix and another place, a warning without a place, a suppressed one, a file with nothing.
pub(crate) fn small() -> Run {
    let mut run = Run::over(&[
        ("site/a b.ini", "[apic]\npassword = hunter2\nvlan = 1999\n"),
        ("intent.yaml", "größe: 1\r\nlast: 日本\r\n"),
        ("clean.ini", ""),
    ]);
    run.sources.hide(run.of(0, "hunter2"));
    run.push(
        Diagnostic::at(&OUTSIDE, run.of(0, "1999"), "VLAN 1999 lies outside the pool of `physnet1` (100-199)")
            .label(run.of(1, "日本"), "the pool")
            .help("pick an id in 100-199")
            .fix(Fix::safe("write `199`", vec![Edit::replace(run.of(0, "1999"), "199")])),
    );
    run.push(Diagnostic::new(&HOST_BITS, "there is no `intent/`"));
    run.suppressed.push(Suppressed {
        finding: Diagnostic::at(&STYLE, run.of(1, "größe"), "an odd name"),
        by: Silencer::Comment,
        reason: "the customer's word".into(),
    });
    run
}

/// Names and texts that a format could stumble over, and a finding on each.
pub(crate) fn odd() -> Run {
    let names = [
        "a b.ini",
        "größe/日本.yaml",
        "100%.ini",
        "c:d,e::f.ini",
        "/etc/neutron/x y.ini",
        "../up/../x.ini",
        "-",
        "<stdin>",
        "a\u{1b}[31m\n::error::b\u{202e}.ini",
        "q\"&'<>]]>.ini",
        "x\u{ffff}\u{9b}y.ini",
        "",
    ];
    let mut texts: Vec<(&str, &str)> = names
        .into_iter()
        .map(|name| (name, "\tété: \"日本🦀\"\r\nb: [\r\n  c]\r\n\r\npassword = s3cr\u{e9}t!\nlast"))
        .collect();
    texts.push(("empty.ini", ""));
    texts.push(("one-newline.ini", "\n"));
    let mut run = Run::over(&texts);
    let forged =
        "a\r\n::error::b %0A %, : \u{1b}[2J \u{202e} \u{0} \u{fffe} ]]> <x y=\"1\"> & [click](http://x) {0} 日本🦀";
    for file in 0..12 {
        run.sources.hide(run.of(file, "s3cr\u{e9}t!"));
        run.find(&OUTSIDE, file, "日本🦀", forged);
        run.find(&HOST_BITS, file, "[\r\n  c]\r\n", "over several lines and their end");
        run.find(&STYLE, file, "b: [\r\n", "a line with its end");
        run.find(&STYLE, file, "last", forged);
        let whole = run.sources.file(FileId(file)).text.len();
        // Fixes that would write the secret out.
        let stolen = ["# s3cr\u{e9}t!", "x s3cr\u{e9}t!"].map(|text| Edit::replace(run.of(file, "last"), text));
        run.push(
            Diagnostic::at(&HOST_BITS, Span::new(FileId(file), whole, whole), "at the end")
                .label(Span::new(FileId(file), 0, whole), "")
                .label(Span::start_of(FileId((file + 1) % 12)), forged)
                .help(forged)
                .fix(Fix::unsafe_(forged, stolen.to_vec())),
        );
        run.push(Diagnostic::at(&OUTSIDE, run.of(file, "\r\n\r\n"), "line ends").fix(Fix::safe(
            forged,
            vec![
                Edit::delete(run.of(file, "\r\n\r\n")),
                Edit::replace(run.of((file + 1) % 12, "last"), "a\u{1b}\u{202e}\n"),
                Edit::replace(run.of(file, "last"), "x\ty"),
            ],
        )));
    }
    for file in [12, 13] {
        run.push(Diagnostic::at(&OUTSIDE, Span::start_of(FileId(file)), "empty"));
        run.push(Diagnostic::at(&HOST_BITS, Span::new(FileId(file), 0, 1), "beyond the end"));
    }
    run.push(Diagnostic::new(&OUTSIDE, forged).help(forged));
    for (at, by) in [Silencer::Comment, Silencer::Site, Silencer::Baseline].into_iter().enumerate() {
        let finding = run.findings[at * 5].clone();
        run.suppressed.push(Suppressed { finding, by, reason: forged.to_owned() });
    }
    run
}

/// So many findings, the worst last.
pub(crate) fn many(number: usize) -> Run {
    let text = "x = 1\n".repeat(number);
    let mut run = Run::over(&[("a.ini", &text)]);
    run.findings = (0..number)
        .map(|at| {
            let code = if at + 5 >= number { &OUTSIDE } else { &HOST_BITS };
            Diagnostic::at(code, Span::new(FileId(0), at * 6, at * 6 + 1), "an `x`")
        })
        .collect();
    run
}
