//! What the command line prints of an item and an assessment.

use casebook_core::{
    assessment::Assessment,
    evidence::Anchor,
    known::{KnownModel, ModelStatus},
    record::{Stage, StepSource},
    score::{Method, NotScored, Scoring},
    weighing::notes::{Outcome, Proposed, Quote},
};
use casebook_desk::wire::{ExportPreview, ItemView, LeftOutCount, PastExport, Revealed, SplitCount};

/// `text` without characters that move a terminal's cursor or turn the reading direction.
#[must_use]
pub fn plain(text: &str) -> String {
    let shown = |it: char| match it {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
            format!("⟨U+{:04X}⟩", it as u32)
        }
        it if it.is_control() => " ".to_owned(),
        it => it.to_string(),
    };
    text.chars().map(shown).collect()
}

/// An item.
pub fn item(item: &ItemView) {
    println!("ITEM {}", plain(&item.id));
    for part in &item.parts {
        match &part.text {
            Some(text) => println!("  {}: {}", plain(&part.role), plain(text)),
            None => println!(
                "  {}: picture, {} × {}",
                plain(&part.role),
                part.width.unwrap_or(0),
                part.height.unwrap_or(0)
            ),
        }
        for remark in &part.remarks {
            println!("    {}", plain(&remark.to_string()));
        }
        if let Some(reading) = &part.read_as {
            println!("  reads as: {}", plain(reading));
        }
    }
    let language = match (&item.language, item.language_confidence) {
        (Some(code), Some(confidence)) => format!("{code}, detected, {confidence:.2}"),
        (Some(code), None) => format!("{code}, declared"),
        (None, _) => "not told".into(),
    };
    println!("  language: {language}");
    for report in &item.reports {
        println!("  {} × reported for {}", report.n, plain(&report.reason));
    }
}

/// Rows that an export would write: to standard output, one a line, and the rest beside it.
pub fn preview(seen: &ExportPreview) {
    for row in &seen.rows {
        println!("{}", row.line);
    }
    for dataset in &seen.datasets {
        let name = dataset.format.word();
        eprintln!("{name}: {} rows{}", dataset.rows, splits(&dataset.splits));
        for line in left_out(&dataset.left_out) {
            eprintln!("{line}");
        }
    }
    if seen.held > 0 {
        eprintln!("{} reviewed items are not looked at: you have not recorded them", seen.held);
    }
}

/// One line of an export that was made.
pub fn export(made: &PastExport) {
    let gone = if made.exists { "" } else { "\tno longer there" };
    let at = casebook_desk::time::rfc3339(made.created_at_ms as i64);
    println!("{}\t{at}\t{}\t{}{gone}", made.id, made.names.join(","), plain(&made.folder));
}

/// What is in an export that was made.
pub fn contents(made: &PastExport) {
    let filter = serde_json::to_string(&made.filter).expect("a filter is plain data");
    println!("  policy {}, seed {}, redacted {}, filter {filter}", made.policy, made.seed, made.redacted);
    let Some(contents) = &made.contents else {
        println!(
            "  items were reviewed that you have not recorded: manifest.json in the folder has the counts"
        );
        return;
    };
    for dataset in &contents.datasets {
        println!("  {} {}: {} rows{}", dataset.name, dataset.format, dataset.rows, splits(&dataset.splits));
        for line in left_out(&dataset.left_out) {
            println!("  {line}");
        }
    }
    println!("  {} items of the restricted lane", contents.restricted);
    for file in &contents.files {
        println!("  {}  {:>12}  {}", file.sha256, file.bytes, file.path);
    }
    if let Some(more) = (contents.n_files as usize).checked_sub(contents.files.len()).filter(|it| *it > 0) {
        println!("  and {more} more files");
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
    println!("{}\t{}\t{}", model.id, status(&model.status), model.title);
    println!("  licence {}", model.licence);
    println!("  roles {}", model.roles.iter().map(|it| it.word()).collect::<Vec<_>>().join(", "));
    println!("  languages {}", model.languages.join(", "));
    for source in &model.sources {
        println!("  from {source}");
    }
    for file in &model.files {
        println!("  {}  {:>12}  {}", file.sha256.as_deref().unwrap_or("unpinned"), file.bytes, file.name);
    }
    let Some(heads) = &model.heads else {
        println!("  no heads are trained for it");
        return;
    };
    println!("  {} sha256 {}\n  {}", heads.id, heads.sha256, heads.protocol);
    let number = |it: Option<f64>| it.map_or_else(|| "–".into(), |it| format!("{it:.3}"));
    for data in &heads.data {
        println!("  {} ({}, {} rows)", data.title, data.licence, data.rows);
        for label in &data.labels {
            println!(
                "    {:<28} {:>5} of {:>5}  AUPRC {} [{} {}]  floor {}  ECE {}  threshold {}{}",
                label.target,
                label.positive,
                label.known,
                number(label.auprc),
                number(label.auprc_low),
                number(label.auprc_high),
                number(label.floor_auprc),
                number(label.ece),
                number(label.threshold),
                if label.reliability.is_none() { "  (no reliability bins in its card)" } else { "" },
            );
        }
    }
}

/// What the model said.
pub fn revealed(revealed: &Revealed) {
    if let Some(problem) = &revealed.problem {
        println!("\nMODEL\n  {problem}");
    }
    if let Some(assessment) = &revealed.assessment {
        scores(assessment);
        notes(assessment);
        steps(assessment);
    }
}

fn scores(assessment: &Assessment) {
    let model = &assessment.model;
    let weights = &model.weights_sha256[..model.weights_sha256.len().min(12)];
    println!("\nSCORES  {} · weights {weights} · {} · {}", model.id, model.device, assessment.policy);
    match &assessment.scoring {
        Scoring::Scored { scores, .. } => {
            for score in scores.iter().filter(|it| it.method == Method::Check) {
                println!(
                    "  {:<6} {:+.2}  model value, uncalibrated: counts from 0 on  {}",
                    score.target, score.value, score.title
                );
            }
            for score in scores.iter().filter(|it| it.method == Method::Head) {
                let threshold =
                    score.threshold.map_or("no threshold".into(), |it| format!("threshold {it:.2}"));
                println!(
                    "  {:<28} {:.2}  {threshold}  ({})",
                    score.title,
                    score.value,
                    score.clauses.join(", ")
                );
            }
            println!("  nearest clauses by wording, uncalibrated:");
            for score in scores.iter().filter(|it| it.method == Method::ZeroShot).take(5) {
                println!("    {:<6} {}", score.target, score.title);
            }
        }
        Scoring::NotScored { reason: NotScored::NoText } => println!("  not scored: there is no text"),
        Scoring::NotScored { reason: NotScored::Language } => {
            println!("  not scored: the model was not evaluated on this language");
        }
        Scoring::NotScored { reason: NotScored::NoModel } => println!("  not scored: no model is installed"),
        Scoring::Failed { message } => println!("  failed: {message}"),
    }
}

/// What a language model wrote of the clauses it checked: its words are generated, its quotes are checked.
fn notes(assessment: &Assessment) {
    for notes in &assessment.notes {
        let found = if notes.found { "found broken" } else { "not found broken" };
        println!("\nNOTES  {} ({found}) · {} · words generated, quotes checked", notes.clause, notes.model);
        match notes.outcome {
            Outcome::Whole => {}
            Outcome::CutOff => println!("  cut off after {} tokens", notes.n_tokens),
            Outcome::Unparsable => {
                println!("  no notes could be read in what it wrote: {}", plain(&notes.text));
            }
            Outcome::Failed => println!("  it broke off: {}", plain(&notes.text)),
        }
        let sides = [("for", &notes.speaks_for), ("against", &notes.against)];
        for (side, reason) in sides.iter().flat_map(|(side, all)| all.iter().map(move |it| (side, it))) {
            let rule = match (&reason.rule, reason.is_known) {
                (Some(rule), true) => plain(rule),
                (Some(rule), false) => format!("{}, which the clause does not have", plain(rule)),
                (None, _) => "nothing of the clause".into(),
            };
            println!("  {side:<7} {rule}: {}", plain(&reason.because));
            match &reason.quote {
                Quote::Absent => {}
                Quote::Verified { place } => println!("          “{}”", plain(&place.quote)),
                Quote::Repaired { place, written } => {
                    println!("          “{}” (repaired from “{}”)", plain(&place.quote), plain(written));
                }
                Quote::Unverified { written, .. } => {
                    println!("          “{}” (not verified)", plain(written));
                }
            }
        }
        match notes.severity {
            Some(Proposed { value, in_range: true }) => println!("  proposes severity {value}"),
            Some(Proposed { value, .. }) => {
                println!("  proposes severity {value}, which the clause does not span");
            }
            None => {}
        }
        if notes.outcome == Outcome::Whole && !notes.unaddressed.is_empty() {
            println!("  says nothing of {}", notes.unaddressed.join(", "));
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
    println!("\nREASONING  {how}");
    for (n, step) in (1..).zip(&assessment.steps) {
        let who = if step.source == StepSource::LanguageModel { ", by the language model" } else { "" };
        println!("  {n}. {}{who}: {}", stage(step.stage), plain(&step.text));
        for evidence in assessment.evidence.iter().filter(|it| step.evidence.contains(&it.id)) {
            let mark = if evidence.verified == Some(true) { "" } else { " (not verified)" };
            println!("       [{}]{mark}", anchor(&evidence.anchor));
        }
    }
    if let Some(recommendation) = &assessment.recommendation {
        println!("  recommends {}, severity {}", recommendation.choice.words(), recommendation.severity);
    }
}

fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::TextSpan { part, start, end, quote } => format!("{part} {start}–{end} “{}”", plain(quote)),
        Anchor::ImageBox { part, area } => format!("{part} box {area:?}"),
        Anchor::Precedent { reference } => format!("precedent {}", plain(reference)),
        Anchor::Clause { reference } | Anchor::Metadata { reference } => reference.clone(),
        Anchor::ToolOutput { tool, quote } => format!("{tool}: {}", plain(quote)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_bidi_characters_cannot_act_on_a_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c\nd"), "a [2Jb⟨U+202E⟩c d");
    }
}
