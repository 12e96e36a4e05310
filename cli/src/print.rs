//! What the command line prints of an item and an assessment.

use casebook_core::{
    assessment::Assessment,
    decision::Verdict,
    evidence::Anchor,
    known::{KnownModel, ModelStatus},
    record::{Stage, StepSource},
    score::{self, Method, NotScored, Scoring},
    weighing::notes::{Outcome, Proposed, Quote},
};
use casebook_desk::wire::{ExportPreview, ItemView, LeftOutCount, PastExport, Revealed, SplitCount};

use crate::out::{self, row, say, tell};

/// An item.
pub fn item(item: &ItemView) {
    say!("ITEM {}", item.id);
    for part in &item.parts {
        match &part.text {
            Some(text) => say!("  {}: {}", part.role, text),
            None => {
                say!("  {}: picture, {} × {}", part.role, part.width.unwrap_or(0), part.height.unwrap_or(0));
            }
        }
        for remark in &part.remarks {
            say!("    {remark}");
        }
        if let Some(reading) = &part.read_as {
            say!("  reads as: {}", reading);
        }
    }
    let language = match (&item.language, item.language_confidence) {
        (Some(code), Some(confidence)) => format!("{code}, detected, {confidence:.2}"),
        (Some(code), None) => format!("{code}, declared"),
        (None, _) => "not told".into(),
    };
    say!("  language: {language}");
    for report in &item.reports {
        say!("  {} × reported for {}", report.n, report.reason);
    }
}

/// Rows that an export would write: to standard output, one a line, and the rest beside it.
pub fn preview(seen: &ExportPreview) {
    for row in &seen.rows {
        out::json(&row.line);
    }
    for dataset in &seen.datasets {
        let name = dataset.format.word();
        tell!("{name}: {} rows{}", dataset.rows, splits(&dataset.splits));
        for line in left_out(&dataset.left_out) {
            tell!("{line}");
        }
    }
    if seen.held > 0 {
        tell!("{} reviewed items are not looked at: you have not recorded them", seen.held);
    }
}

/// One line of an export that was made.
pub fn export(made: &PastExport) {
    let gone = if made.exists { "" } else { "no longer there" };
    let at = casebook_desk::time::rfc3339(made.created_at_ms as i64);
    row!(made.id, at, made.names.join(","), made.folder, gone);
}

/// What is in an export that was made.
pub fn contents(made: &PastExport) {
    let filter = serde_json::to_string(&made.filter).expect("a filter is plain data");
    say!("  policy {}, seed {}, redacted {}, filter {filter}", made.policy, made.seed, made.redacted);
    let Some(contents) = &made.contents else {
        say!("  items were reviewed that you have not recorded: manifest.json in the folder has the counts");
        return;
    };
    for dataset in &contents.datasets {
        say!("  {} {}: {} rows{}", dataset.name, dataset.format, dataset.rows, splits(&dataset.splits));
        for line in left_out(&dataset.left_out) {
            say!("  {line}");
        }
    }
    say!("  {} items of the restricted lane", contents.restricted);
    for file in &contents.files {
        say!("  {}  {:>12}  {}", file.sha256, file.bytes, file.path);
    }
    if let Some(more) = (contents.n_files as usize).checked_sub(contents.files.len()).filter(|it| *it > 0) {
        say!("  and {more} more files");
    }
}

fn splits(splits: &[SplitCount]) -> String {
    let said: Vec<String> = splits.iter().map(|it| format!("{} {}", it.split, it.rows)).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

/// What is not in a dataset and why, one line each.
pub fn left_out(left_out: &[LeftOutCount]) -> Vec<String> {
    left_out.iter().map(|it| format!("  {} left out, {}", it.records, it.reason.words())).collect()
}

/// How a model stands on this machine.
#[must_use]
pub fn status(status: &ModelStatus) -> String {
    match status {
        ModelStatus::Absent => "not installed".to_owned(),
        ModelStatus::Installed => "installed".to_owned(),
        ModelStatus::Damaged { problem } => format!("damaged: {problem}"),
    }
}

/// What is known of a model: its card, how it stands, and its labels beside their floor.
pub fn model(model: &KnownModel) {
    row!(model.id, status(&model.status), model.title);
    say!("  licence {}", model.licence);
    say!("  roles {}", model.roles.iter().map(|it| it.word()).collect::<Vec<_>>().join(", "));
    say!("  languages {}", model.languages.join(", "));
    for source in &model.sources {
        say!("  from {source}");
    }
    for file in &model.files {
        say!("  {}  {:>12}  {}", file.sha256.as_deref().unwrap_or("unpinned"), file.bytes, file.name);
    }
    let Some(heads) = &model.heads else {
        say!("  no heads are trained for it");
        return;
    };
    say!("  {} sha256 {}", heads.id, heads.sha256);
    say!("  {}", heads.protocol);
    let cover = [
        ("measured in", &heads.cover.measured),
        ("taught, not measured, in", &heads.cover.taught),
        ("carried over, neither taught nor measured, to", &heads.cover.transfers),
    ];
    for (how, languages) in cover.iter().filter(|it| !it.1.is_empty()) {
        say!("  {how} {}", languages.join(", "));
    }
    let number = |it: Option<f64>| it.map_or_else(|| "–".into(), |it| format!("{it:.3}"));
    for set in &heads.sets {
        say!(
            "    left out: {:<22} {:<8} {:<28} {:>5} of {:>5}  AUROC {:.3} [{} {}]{}",
            set.name,
            set.languages.join(" "),
            set.label,
            set.positive,
            set.rows,
            set.auroc,
            number(set.auroc_low),
            number(set.auroc_high),
            if set.trained_on { "" } else { "  (never trained on)" },
        );
    }
    for group in &heads.groups {
        say!(
            "    harmless English texts naming {:<30} {:>4} of {:>5} flagged",
            group.name,
            group.flagged,
            group.rows
        );
    }
    for data in &heads.data {
        say!("  {} ({}, {} rows)", data.title, data.licence, data.rows);
        for label in &data.labels {
            say!(
                "    {:<28} {:>5} of {:>5}  AUPRC {} [{} {}]  floor {}  ECE {}  threshold {}{}{}",
                label.target,
                label.positive,
                label.known,
                number(label.auprc),
                number(label.auprc_low),
                number(label.auprc_high),
                number(label.floor_auprc),
                number(label.ece),
                number(label.threshold),
                if label.other_sets { "  (on other sets)" } else { "" },
                if label.reliability.is_none() { "  (no reliability bins in its card)" } else { "" },
            );
        }
    }
}

/// What the model said.
pub fn revealed(revealed: &Revealed) {
    if let Some(problem) = &revealed.problem {
        out::block("\n");
        say!("MODEL");
        say!("  {problem}");
    }
    if let Some(assessment) = &revealed.assessment {
        scores(assessment);
        notes(assessment);
        steps(assessment);
        precedents(assessment);
    }
}

fn scores(assessment: &Assessment) {
    let model = &assessment.model;
    let weights = &model.weights_sha256[..model.weights_sha256.len().min(12)];
    out::block("\n");
    say!("SCORES  {} · weights {weights} · {} · {}", model.id, model.device, assessment.policy);
    match &assessment.scoring {
        Scoring::Scored { scores, .. } => {
            for score in scores.iter().filter(|it| it.method == Method::Check) {
                say!(
                    "  {:<6} {:+.2}  model value, uncalibrated: counts from 0 on  {}",
                    score.target,
                    score.value,
                    score.title
                );
            }
            for score in scores.iter().filter(|it| it.method == Method::Head) {
                let threshold =
                    score.threshold.map_or("no threshold".into(), |it| format!("threshold {it:.2}"));
                say!("  {:<28} {:.2}  {threshold}  ({})", score.title, score.value, score.clauses.join(", "));
            }
            say!("  nearest clauses, uncalibrated:");
            for near in scores.iter().filter(|it| it.method == Method::ZeroShot).take(5) {
                let measured = match score::outcome(scores, &near.target) {
                    Some(score::Outcome::Measured { met: true }) => "measured: met",
                    Some(score::Outcome::Measured { met: false }) => "measured: not met",
                    Some(score::Outcome::Near { .. }) | None => "nothing measures whether it is met",
                };
                say!("    {:<6} {:<44} {measured}", near.target, near.title);
            }
        }
        Scoring::NotScored { reason: NotScored::NoText } => say!("  not scored: there is no text"),
        Scoring::NotScored { reason: NotScored::Language } => {
            say!("  not scored: the model was not evaluated on this language");
        }
        Scoring::NotScored { reason: NotScored::NoModel } => say!("  not scored: no model is installed"),
        Scoring::NotScored { reason: NotScored::Practice } => {
            say!("  not scored: these reasons were written by people, to practise on");
        }
        Scoring::Failed { message } => say!("  failed: {message}"),
    }
}

/// What a language model wrote of the clauses it checked: its words are generated, its quotes are checked.
fn notes(assessment: &Assessment) {
    for notes in &assessment.notes {
        let found = if notes.found { "found broken" } else { "not found broken" };
        out::block("\n");
        say!("NOTES  {} ({found}) · {} · words generated, quotes checked", notes.clause, notes.model);
        match notes.outcome {
            Outcome::Whole => {}
            Outcome::CutOff => say!("  cut off after {} tokens", notes.n_tokens),
            Outcome::Unparsable => {
                say!("  no notes could be read in what it wrote: {}", notes.text);
            }
            Outcome::Failed => say!("  it broke off: {}", notes.text),
        }
        let sides = [("for", &notes.speaks_for), ("against", &notes.against)];
        for (side, reason) in sides.iter().flat_map(|(side, all)| all.iter().map(move |it| (side, it))) {
            let rule = match (&reason.rule, reason.is_known) {
                (Some(rule), true) => rule.clone(),
                (Some(rule), false) => format!("{rule}, which the clause does not have"),
                (None, _) => "nothing of the clause".into(),
            };
            say!("  {side:<7} {rule}: {}", reason.because);
            match &reason.quote {
                Quote::Absent => {}
                Quote::Verified { place } => say!("          “{}”", place.quote),
                Quote::Repaired { place, written } => {
                    say!("          “{}” (repaired from “{}”)", place.quote, written);
                }
                Quote::Unverified { written, .. } => {
                    say!("          “{}” (not verified)", written);
                }
            }
        }
        match notes.severity {
            Some(Proposed { value, in_range: true }) => say!("  proposes severity {value}"),
            Some(Proposed { value, .. }) => {
                say!("  proposes severity {value}, which the clause does not span");
            }
            None => {}
        }
        if notes.outcome == Outcome::Whole && !notes.unaddressed.is_empty() {
            say!("  says nothing of {}", notes.unaddressed.join(", "));
        }
    }
}

fn steps(assessment: &Assessment) {
    let how = match assessment.model.prompt_sha256 {
        Some(_) => {
            "from scores and rules; a language model checked the clauses, and wrote the steps that say so"
        }
        None => "from scores and rules, without a language model",
    };
    out::block("\n");
    say!("REASONING  {how}");
    for (n, step) in (1..).zip(&assessment.steps) {
        let who = if step.source == StepSource::LanguageModel { ", by the language model" } else { "" };
        say!("  {n}. {}{who}: {}", stage(step.stage), step.text);
        for evidence in assessment.evidence.iter().filter(|it| step.evidence.contains(&it.id)) {
            let mark = if evidence.verified == Some(true) { "" } else { " (not verified)" };
            say!("       [{}]{mark}", anchor(&evidence.anchor));
        }
    }
    match &assessment.recommendation {
        Some(it) => say!("  recommends {}, severity {}", it.choice.words(), it.severity),
        None => say!("  no opinion"),
    }
}

/// Decided items like it; what was decided is told where nearness was seen to tell it.
fn precedents(assessment: &Assessment) {
    if assessment.precedents.is_empty() {
        return;
    }
    out::block("\n");
    say!("SIMILAR  decided items, nearest first");
    for it in &assessment.precedents {
        let told = it.told.map_or_else(String::new, |told| {
            let decided = match it.verdict {
                Verdict::NotViolating => "allowed".to_owned(),
                _ => format!("violating, {}", it.clauses.join(", ")),
            };
            format!("{decided}; {} of {} items most like one decided so were", told.agreed, told.of)
        });
        say!("  {:.2}  {}  “{}”  {told}", it.similarity, it.item, it.excerpt);
    }
}

fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::TextSpan { part, start, end, quote } => format!("{part} {start}–{end} “{quote}”"),
        Anchor::ImageBox { part, area } => format!("{part} box {area:?}"),
        Anchor::Precedent { reference } => format!("precedent {reference}"),
        Anchor::Clause { reference } | Anchor::Metadata { reference } => reference.clone(),
        Anchor::ToolOutput { tool, quote } => format!("{tool}: {quote}"),
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Observe => "observation",
        Stage::Context => "context",
        Stage::ClauseMatch => "clause",
        Stage::ExceptionCheck => "exceptions",
        Stage::Counterargument => "counter-argument",
        Stage::Severity => "severity",
        Stage::Decision => "decision",
        Stage::Remediation => "remediation",
    }
}
