//! A chain of thought out of what was found.
//!
//! It says only what was found: the passages that drove a score, how the text reads once tricks
//! are undone, what the clause asks for, which words speak for each exception, what was decided
//! of items like it. Every step names its evidence; the reviewer rates and rewrites it. It is
//! labelled `pipeline` so that nobody takes it for a language model's reasoning. Where a language model wrote notes
//! on the clause, steps out of them stand between, under its name.

mod noted;

use crate::{
    assessment::{Precedent, Recommendation},
    decision::{Choice, Verdict},
    draft::DraftStep,
    evidence::{Anchor, Evidence},
    example::{Nearly, nearly},
    policy::{Clause, Escalation, Exception, Policy},
    record::{Author, ExceptionCheck, PartKind, RecordItem, Stage, StepSource},
    score::{Driver, Leading, Method, Score, Scoring},
    text,
    weighing::notes::Notes,
};

pub use noted::MISQUOTED;

/// All that the chain is made from.
#[derive(Clone, Debug)]
pub struct Findings<'a> {
    /// The item, with part ids.
    pub item: &'a RecordItem,
    /// Reports in all.
    pub reports: u32,
    /// Views per hour.
    pub reach_per_hour: Option<f64>,
    /// What the model said, with drivers.
    pub scoring: &'a Scoring,
    /// What a language model wrote of clauses.
    pub notes: &'a [Notes],
    /// Decided items like it, nearest first.
    pub precedents: &'a [Precedent],
}

/// What the findings come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// What the steps point at.
    pub evidence: Vec<Evidence>,
    /// In order.
    pub steps: Vec<DraftStep>,
    /// `None` where there is no score to recommend from.
    pub recommendation: Option<Recommendation>,
}

/// Builds the chain. An item that was not scored has no steps but a context, and the example that it is nearly.
#[must_use]
pub fn chain(findings: &Findings, policy: &Policy) -> Chain {
    let mut draft = Builder { findings, evidence: Vec::new(), steps: Vec::new() };
    match findings.scoring {
        Scoring::Scored { scores, drivers, read_as } => {
            let leading = Weighed::of(scores, policy);
            draft.observe(leading.as_ref(), drivers);
            if let Some(read_as) = read_as {
                draft.normalised(read_as.part, &read_as.text);
            }
            draft.example(policy);
            draft.context();
            let recommendation = leading.and_then(|it| draft.judge(&it));
            Chain { evidence: draft.evidence, steps: draft.steps, recommendation }
        }
        // Why nothing was scored stands in the scoring. It is a state of the item, and no step about it: there is
        // nothing in it to rate, and nothing to learn from.
        Scoring::NotScored { .. } => {
            draft.example(policy);
            draft.context();
            Chain { evidence: draft.evidence, steps: draft.steps, recommendation: None }
        }
        Scoring::Failed { .. } => Chain { evidence: vec![], steps: vec![], recommendation: None },
    }
}

/// The score that leads and the clause it is read under.
#[derive(Clone, Debug)]
struct Weighed<'a> {
    score: &'a Score,
    clause: &'a Clause,
    /// As [`Leading::reached`].
    reached: Option<bool>,
}

impl<'a> Weighed<'a> {
    fn of(scores: &'a [Score], policy: &'a Policy) -> Option<Self> {
        let Leading { score, clause, reached } = Leading::of(scores)?;
        Some(Self { score, clause: policy.clause(clause)?, reached })
    }
}

struct Builder<'a> {
    findings: &'a Findings<'a>,
    evidence: Vec<Evidence>,
    steps: Vec<DraftStep>,
}

impl<'a> Builder<'a> {
    /// The id of the evidence with this anchor, which is added unless it is there.
    fn cite(&mut self, anchor: Anchor) -> String {
        if let Some(known) = self.evidence.iter().find(|it| it.anchor == anchor) {
            return known.id.clone();
        }
        let id = format!("e{}", self.evidence.len() + 1);
        self.evidence.push(Evidence { id: id.clone(), anchor, verified: None, note: None });
        id
    }

    fn cite_clause(&mut self, reference: &str) -> String {
        self.cite(Anchor::Clause { reference: reference.to_owned() })
    }

    fn step(
        &mut self,
        stage: Stage,
        text: &str,
        evidence: Vec<String>,
        clauses: Vec<String>,
    ) -> &mut DraftStep {
        let n = self.steps.len() + 1;
        self.steps.push(DraftStep {
            id: format!("m{n}"),
            stage,
            text: text.chars().take(2000).collect(),
            draft_text: None,
            author: Author::Model,
            source: StepSource::Pipeline,
            evidence,
            clauses,
            exceptions: Vec::new(),
            rating: None,
            rating_reason: None,
            critique: String::new(),
            alternatives: Vec::new(),
            deleted: false,
            drafted_as: Some(n as u32),
        });
        self.steps.last_mut().expect("a step was just pushed")
    }

    /// Text parts with their ids, by index in the item.
    fn source(&self, part: u32) -> Option<(String, &'a str)> {
        let part = self.findings.item.parts.get(part as usize)?;
        Some((part.id.clone(), part.text.as_deref()?))
    }

    fn observe(&mut self, leading: Option<&Weighed>, drivers: &[Driver]) {
        let mut ids = Vec::new();
        let mut quotes = Vec::new();
        for driver in drivers.iter().filter(|it| leading.is_some_and(|l| l.score.target == it.target)).take(3)
        {
            let anchor = self
                .source(driver.part)
                .and_then(|(id, source)| Anchor::span(&id, source, driver.start, driver.end));
            if let Some(anchor) = anchor {
                if let Anchor::TextSpan { quote, .. } = &anchor {
                    quotes.push(format!("“{}”", quote.trim()));
                }
                ids.push(self.cite(anchor));
            }
        }
        let images = self.findings.item.parts.iter().filter(|it| it.kind == PartKind::Image).count();
        // Passages are found by the encoder. What a language model's own value rests on nobody measured.
        let what = match leading.map(|it| (it.score.method, &it.score.target)) {
            Some((Method::Check, clause)) => format!("The likeness to {clause}"),
            Some(_) | None => "The score".to_owned(),
        };
        let mut said = match quotes.is_empty() {
            true => "No single passage stands out in the text.".to_owned(),
            false => format!("{what} rests mostly on {}.", quotes.join(", then ")),
        };
        if images > 0 {
            said.push_str(" The model reads text only; it has not seen the image.");
        }
        self.step(Stage::Observe, &said, ids, vec![]);
    }

    fn normalised(&mut self, part: u32, reading: &str) {
        let Some((id, source)) = self.source(part) else { return };
        let mut ids =
            vec![self.cite(Anchor::ToolOutput { tool: "normalise".into(), quote: reading.to_owned() })];
        ids.extend(Anchor::span(&id, source, 0, text::scalars(source)).map(|it| self.cite(it)));
        let said = "Written with look-alike letters or spacing. It was scored as written and as read plainly; \
                    the higher score counts.";
        self.step(Stage::Observe, said, ids, vec![]);
    }

    /// A part that is nearly one of the policy's own examples.
    fn example(&mut self, policy: &Policy) {
        let parts: Vec<(&str, &str)> = self
            .findings
            .item
            .parts
            .iter()
            .filter_map(|it| Some((it.id.as_str(), it.text.as_deref()?)))
            .collect();
        let found = parts.into_iter().filter_map(|(id, text)| Some((id, text, nearly(policy, text)?)));
        let nearest = found.max_by(|a, b| a.2.share.total_cmp(&b.2.share));
        let Some((part, text, Nearly { clause, example, violates, .. })) = nearest else { return };
        let mut ids = vec![self.cite_clause(&clause.id)];
        ids.extend(Anchor::span(part, text, 0, text::scalars(text)).map(|it| self.cite(it)));
        let kind = if violates { "an example that violates" } else { "an example that is allowed" };
        let said = format!("This is nearly word for word {kind} of {} in the policy: “{example}”", clause.id);
        self.step(Stage::Observe, &said, ids, vec![clause.id.clone()]);
    }

    fn context(&mut self) {
        let mut said = Vec::new();
        let mut ids = Vec::new();
        if self.findings.reports > 0 {
            said.push(format!("{} reports.", self.findings.reports));
            ids.push(self.cite(Anchor::Metadata { reference: "reports".into() }));
        }
        if let Some(reach) = self.findings.reach_per_hour {
            said.push(format!("About {reach:.0} views an hour."));
            ids.push(self.cite(Anchor::Metadata { reference: "reach_per_hour".into() }));
        }
        let telling: Vec<&Precedent> = self.telling().collect();
        for precedent in telling.iter().take(3) {
            ids.push(self.cite(Anchor::Precedent { reference: precedent.item.clone() }));
        }
        said.extend(precedents_line(&telling));
        if !said.is_empty() {
            self.step(Stage::Context, &said.join(" "), ids, vec![]);
        }
    }

    /// Decided items like it, where nearness was seen to tell what was decided.
    fn telling(&self) -> impl Iterator<Item = &'a Precedent> + use<'a> {
        self.findings.precedents.iter().filter(|it| it.told.is_some())
    }

    /// Weighs one clause. Where nothing measured could have said that it is met there is nothing to recommend from: a
    /// similarity says which clause is nearest, not whether it is met.
    fn judge(&mut self, leading: &Weighed) -> Option<Recommendation> {
        let Weighed { score, clause, reached } = leading;
        let lifted = clause.exceptions.iter().find(|it| self.find_cue(it).is_some());
        let met = reached.unwrap_or(false) && lifted.is_none();
        let notes = self.notes_on(leading);
        let (with, contrary) = match notes {
            Some(it) if met => (&*it.speaks_for, &*it.against),
            Some(it) => (&*it.against, &*it.speaks_for),
            None => Default::default(),
        };
        // What was asked and how it came out is said apart only where nothing was written for it.
        if !met || !self.reasons(Stage::ClauseMatch, clause, with) {
            self.clause_match(score, clause, *reached);
            self.reasons(Stage::ClauseMatch, clause, if met { &[] } else { with });
        }
        let against = notes.map_or(&[] as &[_], |it| &it.against);
        let addressed = self.excepted(clause, against, !met);
        self.exceptions(clause, &addressed);
        if !self.reasons(Stage::Counterargument, clause, contrary) {
            self.counterargument(clause, met, lifted);
        }
        let recommendation = recommend(clause, (*reached)? && lifted.is_none());
        let cited = vec![self.cite_clause(&clause.id)];
        if !met || !notes.is_some_and(|it| self.graded(clause, it)) {
            let said = severity_words(clause, met);
            self.step(Stage::Severity, &said, cited.clone(), vec![clause.id.clone()]);
        }
        let said = decision_words(recommendation.choice, clause);
        self.step(Stage::Decision, &said, cited.clone(), vec![clause.id.clone()]);
        if met {
            self.step(Stage::Remediation, &clause.remediation, cited, vec![clause.id.clone()]);
        }
        Some(recommendation)
    }

    fn clause_match(&mut self, score: &Score, clause: &Clause, reached: Option<bool>) {
        let criterion = &clause.criteria[0];
        let said = match (score.method, reached) {
            (Method::Check, Some(true)) => format!(
                "Asked about {} alone, with the policy's own examples, the language model finds it broken rather than \
                 not. {} asks: {}",
                clause.id, clause.id, criterion.text
            ),
            (Method::Check, _) => format!(
                "The language model was asked about each of the nearest clauses and finds none of them broken. It came \
                 nearest with {}: {}",
                clause.id, criterion.text
            ),
            (Method::Head, Some(true)) if score.clauses.len() > 1 => format!(
                "“{}” stands above its threshold. That label covers {}; {} is the nearest: {}",
                score.title,
                score.clauses.join(", "),
                clause.id,
                criterion.text
            ),
            (Method::Head, Some(true)) => {
                format!(
                    "“{}” stands above its threshold. {} asks: {}",
                    score.title, clause.id, criterion.text
                )
            }
            (_, Some(_)) => format!(
                "No calibrated score reaches its threshold. The nearest clause is {}: {}",
                clause.id, criterion.text
            ),
            (_, None) => format!(
                "{} is the nearest clause, and nothing measures whether it is met: no opinion. {}{} asks: {}",
                clause.id,
                self.further(clause),
                clause.id,
                criterion.text
            ),
        };
        let ids = vec![self.cite_clause(&format!("{}/{}", clause.id, criterion.id))];
        self.step(Stage::ClauseMatch, &said, ids, vec![clause.id.clone()]);
    }

    /// Which clauses come next.
    fn further(&self, nearest: &Clause) -> String {
        let Scoring::Scored { scores, .. } = self.findings.scoring else { return String::new() };
        let mut similar: Vec<&Score> =
            scores.iter().filter(|it| it.method == Method::ZeroShot && it.target != nearest.id).collect();
        similar.sort_by(|a, b| b.value.total_cmp(&a.value));
        match similar.as_slice() {
            [] => String::new(),
            [one] => format!("Then comes {}. ", one.target),
            [one, other, ..] => format!("Then come {} and {}. ", one.target, other.target),
        }
    }

    /// One step over every exception but those that were spoken of.
    fn exceptions(&mut self, clause: &Clause, addressed: &[String]) {
        let mut ids = Vec::new();
        let mut checks = Vec::new();
        let mut said = Vec::new();
        for exception in clause.exceptions.iter().filter(|it| !addressed.contains(&it.id)) {
            let reference = format!("{}/{}", clause.id, exception.id);
            ids.push(self.cite_clause(&reference));
            let cue = self.find_cue(exception);
            let why = match &cue {
                Some(Anchor::TextSpan { quote, .. }) => format!("“{quote}” speaks for it."),
                _ => "No wording in the item speaks for it.".to_owned(),
            };
            said.push(format!("{}: {} {why}", exception.id, exception.text));
            let applies = cue.is_some();
            ids.extend(cue.map(|it| self.cite(it)));
            checks.push(ExceptionCheck { id: reference, applies, why: Some(why) });
        }
        if !checks.is_empty() {
            let step = self.step(Stage::ExceptionCheck, &said.join(" "), ids, vec![clause.id.clone()]);
            step.exceptions = checks;
        }
    }

    /// The first cue of an exception that stands in the item as a whole word.
    fn find_cue(&self, exception: &Exception) -> Option<Anchor> {
        self.findings.item.parts.iter().find_map(|part| {
            let source = part.text.as_deref()?;
            let (start, end) = exception.cues.iter().find_map(|cue| find_words(source, cue))?;
            Anchor::span(&part.id, source, start, end)
        })
    }

    fn counterargument(&mut self, clause: &Clause, met: bool, lifted: Option<&Exception>) {
        let mut ids = Vec::new();
        let otherwise = |it: &&Precedent| (it.verdict == Verdict::NotViolating) == met;
        let said = if let Some(precedent) = self.telling().find(otherwise) {
            ids.push(self.cite(Anchor::Precedent { reference: precedent.item.clone() }));
            let how = if met { "allowed" } else { "found violating" };
            format!("Against this: {}, an item like it, was {how}.", precedent.item)
        } else if met {
            match clause.allowed.first() {
                Some(allowed) => {
                    ids.push(self.cite_clause(&format!("{}/ok-{}", clause.id, allowed.id)));
                    format!("Against this: it would be allowed as follows. {}", allowed.text)
                }
                None => "Against this: nothing in the clause allows a reading that would not violate it."
                    .to_owned(),
            }
        } else if let Some(exception) = lifted {
            ids.push(self.cite_clause(&clause.id));
            format!("Against this: the cue for {} may be only mentioned, not meant.", exception.id)
        } else {
            let criterion = clause.criteria.last().unwrap_or(&clause.criteria[0]);
            ids.push(self.cite_clause(&format!("{}/{}", clause.id, criterion.id)));
            format!("Against this: a stricter reader would ask whether this is met. {}", criterion.text)
        };
        self.step(Stage::Counterargument, &said, ids, vec![clause.id.clone()]);
    }
}

fn recommend(clause: &Clause, met: bool) -> Recommendation {
    let clauses = vec![clause.id.clone()];
    if !met {
        return Recommendation { choice: Choice::Allow, clauses, severity: 0, remediation: String::new() };
    }
    let choice = if clause.escalation == Escalation::ChildSafety {
        Choice::Escalate
    } else {
        clause.actions.iter().find_map(|it| Choice::taking(*it)).unwrap_or(Choice::Escalate)
    };
    let remediation = clause.remediation.clone();
    Recommendation { choice, clauses, severity: clause.severity.default, remediation }
}

fn severity_words(clause: &Clause, met: bool) -> String {
    if !met {
        return "Nothing is violated on these findings, so severity 0.".to_owned();
    }
    let range = clause.severity;
    format!(
        "{} spans severity {}–{}; {} is its default, and nothing found argues for another.",
        clause.id, range.min, range.max, range.default
    )
}

fn decision_words(choice: Choice, clause: &Clause) -> String {
    let what = sentence(choice.words());
    match choice {
        Choice::Allow => format!("{what}. {} {} is nearest and judged not met.", clause.id, clause.title),
        _ => format!("{what} under {} {}.", clause.id, clause.title),
    }
}

/// As it begins a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn precedents_line(precedents: &[&Precedent]) -> Option<String> {
    let violating = precedents.iter().filter(|it| it.verdict == Verdict::Violating).count();
    let allowed = precedents.iter().filter(|it| it.verdict == Verdict::NotViolating).count();
    match precedents.len() {
        0 => None,
        1 => Some(format!(
            "One decided item is like it: {}.",
            if violating == 1 { "violating" } else { "not violating" }
        )),
        n => Some(format!(
            "Of {n} decided items like it, {violating} were found violating and {allowed} allowed."
        )),
    }
}

/// Where `words` (lower case) stand in `source` as whole words, in scalars; case is ignored.
fn find_words(source: &str, words: &str) -> Option<(u32, u32)> {
    // Lower-casing can change a letter's length, so positions are kept per scalar of the source.
    let letters: Vec<char> = source.chars().map(|it| it.to_lowercase().next().unwrap_or(it)).collect();
    let wanted: Vec<char> = words.chars().collect();
    let is_word = |n: usize| letters.get(n).is_some_and(|it| it.is_alphanumeric());
    (!wanted.is_empty()).then_some(())?;
    let start = letters.windows(wanted.len()).enumerate().find_map(|(n, window)| {
        let whole = (n == 0 || !is_word(n - 1)) && !is_word(n + wanted.len());
        (whole && window == wanted).then_some(n)
    })?;
    Some((start as u32, (start + wanted.len()) as u32))
}

#[cfg(test)]
mod tests;
