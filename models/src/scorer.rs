//! Scores items with the models on this machine: nearness per clause, heads per source label.
//!
//! How near a text is to a clause is its similarity to the policy's own words and, for clauses of the policy that ships,
//! what a head says that texts of our own taught: such a head ranks well and was never seen to hold a threshold, so it
//! says which clause is nearest and nothing more.
//!
//! A text is read as written and, where it plays tricks, as normalised; the higher score of each target
//! counts. Bulk scoring finds no drivers; `explain` does, for one item at a time. The vectors of texts as written
//! are also what items are found alike by.

use std::sync::{Mutex, PoisonError};

use casebook_core::{
    language, normalise,
    policy::Policy,
    ports::{Embedder, Model, Scorer},
    score::{self, Driver, Method, NotScored, ReadAs, Score, ScoreInput, Scoring, Speaker},
};
use casebook_fetch::card::Card;

use crate::{
    centre::{Centre, EVERYDAY},
    drivers,
    encoder::{EncoderError, TextEncoder, Vectors},
    heads::{self, Head, HeadSet, Heads},
    zero_shot::ZeroShot,
};

/// Items scored between two chances to stop: a caller hands in this many at a time.
pub const CHUNK: usize = 32;

/// What a head's log-odds weigh beside similarity in how near a clause is: of 0.06 to 0.6, what named the right clause first
/// most often for 148 violating texts of our judgement set.
const HEADS: f64 = 0.12;

/// An encoder, zero-shot targets of one policy and trained heads. Shared freely between threads.
pub struct LocalScorer {
    encoder: TextEncoder,
    zero: ZeroShot,
    /// From where the vectors of items are seen, under any policy.
    centre: Centre,
    heads: Heads,
    /// Per zero-shot target the head that says how near a text is to its clause, as set and place.
    near: Vec<Option<(usize, usize)>>,
    speaker: Speaker,
    /// Texts scored last, and their vectors: who asks for both pays once.
    last: Mutex<Vec<(String, Vec<f32>)>>,
}

/// What a text is worth to every target: zero-shot targets first, then heads by set.
type Values = Vec<f64>;

impl LocalScorer {
    /// Prepares to score under `policy`. Heads that speak of clauses the policy lacks, or that read vectors
    /// of another length, are left out.
    ///
    /// # Errors
    /// When the encoder fails on the policy's own words.
    pub fn new(
        mut encoder: TextEncoder,
        card: &Card,
        policy: &Policy,
        mut heads: Heads,
    ) -> Result<Self, EncoderError> {
        let zero = ZeroShot::for_policy(&encoder, policy)?;
        let fits = heads.dimensions() == Some(encoder.dimensions())
            && heads.layers.as_ref().is_none_or(|it| encoder.set_layers(it).is_ok());
        for set in &mut heads.sets {
            set.heads.retain(|it| fits && it.about.clauses.iter().all(|it| policy.clause(it).is_some()));
        }
        heads.sets.retain(|it| !it.heads.is_empty());
        let near = zero.targets.iter().map(|it| heads.near(&it.id)).collect();
        let sets: Vec<_> = heads.sets.iter().map(|it| it.name.as_str()).collect();
        let trained: &[u8] = if sets.is_empty() { &[] } else { &heads.bytes };
        let speaker = Speaker {
            id: if sets.is_empty() { card.id.clone() } else { format!("{}+{}", card.id, heads.id) },
            weights_sha256: encoder.weights_sha256(&[trained, EVERYDAY.as_bytes()].concat()),
            prompt_sha256: None,
            sampling: None,
            device: "cpu".into(),
            calibration: (!sets.is_empty())
                .then(|| format!("Platt on scores of rows not trained on, of {}", sets.join(", "))),
            languages: card.languages.clone(),
        };
        let centre = Centre::everyday(&encoder)?;
        Ok(Self { encoder, zero, centre, heads, near, speaker, last: Mutex::default() })
    }

    fn score_chunk(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        let mut texts = Vec::new();
        let plans: Vec<_> = inputs
            .iter()
            .map(|input| {
                self.refusal(input).map_or_else(
                    || {
                        let (written, reading) = readings(input);
                        let from = texts.len();
                        texts.push(written);
                        let read_as = reading.map(|(text, read_as)| {
                            texts.push(text);
                            read_as
                        });
                        Ok((from..texts.len(), read_as))
                    },
                    Err,
                )
            })
            .collect();
        let slices: Vec<&str> = texts.iter().map(String::as_str).collect();
        let vectors = match self.encoder.embed_both(&slices) {
            Ok(vectors) => vectors,
            Err(problem) => {
                let failed = Scoring::Failed { message: problem.to_string() };
                return inputs.iter().map(|_| failed.clone()).collect();
            }
        };
        let scorings = plans
            .into_iter()
            .zip(inputs)
            .map(|(plan, input)| match plan {
                Err(reason) => Scoring::NotScored { reason },
                Ok((range, read_as)) => {
                    let values =
                        range.map(|n| self.values(&texts[n], &vectors[n])).reduce(higher).unwrap_or_default();
                    Scoring::Scored {
                        scores: self.scores(&values, input.language.as_deref()),
                        drivers: Vec::new(),
                        read_as,
                    }
                }
            })
            .collect();
        let plain = vectors.into_iter().map(|it| it.plain);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = texts.into_iter().zip(plain).collect();
        scorings
    }

    /// Why an item gets no score.
    fn refusal(&self, input: &ScoreInput) -> Option<NotScored> {
        if input.texts.iter().all(|it| it.text.trim().is_empty()) {
            return Some(NotScored::NoText);
        }
        let is_covered = match &input.language {
            Some(code) => self.speaker.languages.iter().any(|it| *it == language::base(code)),
            // Not sure what language it is in: what it may well be still says whether it is covered.
            None => {
                let text = join(input.texts.iter().map(|it| it.text.as_str()));
                language::may_be(&text, &self.speaker.languages)
            }
        };
        (!is_covered).then_some(NotScored::Language)
    }

    /// Values of texts with their normalised readings, the higher of both.
    fn worth(&self, texts: &[String]) -> Result<Vec<Values>, EncoderError> {
        let mut all = Vec::new();
        let mut ranges = Vec::new();
        for text in texts {
            let from = all.len();
            all.push(text.clone());
            all.extend(normalise::read_as(text));
            ranges.push(from..all.len());
        }
        let slices: Vec<&str> = all.iter().map(String::as_str).collect();
        let vectors = self.encoder.embed_both(&slices)?;
        let value = |n: usize| self.values(&all[n], &vectors[n]);
        Ok(ranges.into_iter().map(|it| it.map(value).reduce(higher).unwrap_or_default()).collect())
    }

    fn values(&self, text: &str, vectors: &Vectors) -> Values {
        let columns = heads::columns(text);
        let by_set: Vec<Vec<f64>> =
            self.heads.sets.iter().map(|it| it.probabilities(vectors, &columns)).collect();
        let similar = self.zero.margins(&vectors.plain).into_iter();
        let near: Vec<Option<f64>> =
            self.near.iter().map(|it| it.map(|(set, head)| log_odds(by_set[set][head]))).collect();
        let nearness = similar.zip(nearer(&near)).map(|(margin, more)| margin + HEADS * more);
        nearness.chain(by_set.iter().flatten().copied()).collect()
    }

    fn trained(&self) -> impl Iterator<Item = (&HeadSet, &Head)> {
        self.heads.sets.iter().flat_map(|set| set.heads.iter().map(move |it| (set, it)))
    }

    fn target_names(&self) -> impl Iterator<Item = String> {
        let zero = self.zero.targets.iter().map(|it| it.id.clone());
        zero.chain(self.trained().map(|(set, head)| target(set, head)))
    }

    /// Calibrated ones first, by how far they stand above their threshold; then margins.
    fn scores(&self, values: &[f64], language: Option<&str>) -> Vec<Score> {
        let language = language.map(language::base);
        let zero = self.zero.targets.iter().map(|it| Score {
            target: it.id.clone(),
            title: it.title.clone(),
            clauses: it.clauses.clone(),
            method: Method::ZeroShot,
            value: 0.0,
            threshold: None,
        });
        let zero = zero.map(Some);
        let language = language.as_deref();
        let trained = self.trained().map(|(set, head)| {
            let threshold = head.about.threshold_in(language);
            let counts = set.speaks_of(language) && !head.about.is_near_only();
            counts.then(|| Score {
                target: target(set, head),
                title: head.about.title.clone(),
                clauses: head.about.clauses.clone(),
                method: Method::Head,
                value: 0.0,
                threshold,
            })
        });
        let all = zero.chain(trained).zip(values);
        let mut scores: Vec<Score> =
            all.filter_map(|(it, value)| Some(Score { value: *value, ..it? })).collect();
        score::order(&mut scores);
        scores
    }
}

impl Model for LocalScorer {
    fn speaker(&self) -> Speaker {
        self.speaker.clone()
    }
}

impl Scorer for LocalScorer {
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        inputs.chunks(CHUNK).flat_map(|it| self.score_chunk(it)).collect()
    }

    /// By how much a score falls without a passage. Empty for an item that is not scored, or where the encoder
    /// fails.
    fn explain(&self, input: &ScoreInput, targets: &[String]) -> Vec<Driver> {
        let wanted: Vec<(usize, &String)> = self
            .target_names()
            .enumerate()
            .filter_map(|(n, name)| Some((n, targets.iter().find(|it| **it == name)?)))
            .collect();
        if wanted.is_empty() || self.refusal(input).is_some() {
            return Vec::new();
        }
        let worth = |texts: &[String]| self.worth(texts).ok();
        drivers::by_occlusion(input, &wanted, &worth)
    }
}

impl Embedder for LocalScorer {
    fn embed(&self, inputs: &[ScoreInput]) -> Vec<Option<Vec<f32>>> {
        let text = |it: &ScoreInput| match self.refusal(it) {
            None => Some(join(it.texts.iter().map(|it| it.text.as_str()))),
            Some(_) => None,
        };
        let texts: Vec<Option<String>> = inputs.iter().map(text).collect();
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let known = |text: &str| last.iter().find(|it| it.0 == text).map(|it| it.1.clone());
        let mut vectors: Vec<Option<Vec<f32>>> =
            texts.iter().map(|it| it.as_deref().and_then(known)).collect();
        let missing: Vec<usize> =
            (0..texts.len()).filter(|n| texts[*n].is_some() && vectors[*n].is_none()).collect();
        let slices: Vec<&str> = missing.iter().filter_map(|n| texts[*n].as_deref()).collect();
        for (n, vector) in missing.iter().zip(self.encoder.embed(&slices).unwrap_or_default()) {
            vectors[*n] = Some(vector);
        }
        vectors.into_iter().map(|it| it.map(|it| self.centre.seen(&it))).collect()
    }
}

/// By how much each head's log-odds stand above the mean of all; 0 for a clause without a head, which then stands among the
/// others as its similarity says.
fn nearer(log_odds: &[Option<f64>]) -> impl Iterator<Item = f64> {
    let known = log_odds.iter().flatten();
    let mean = known.clone().sum::<f64>() / known.count().max(1) as f64;
    log_odds.iter().map(move |it| it.map_or(0.0, |it| it - mean))
}

fn log_odds(probability: f64) -> f64 {
    let kept = probability.clamp(1e-6, 1.0 - 1e-6);
    (kept / (1.0 - kept)).ln()
}

fn target(set: &HeadSet, head: &Head) -> String {
    format!("{}/{}", set.name, head.about.label)
}

/// The text as written, and as normalised where a part reads differently.
fn readings(input: &ScoreInput) -> (String, Option<(String, ReadAs)>) {
    let written = join(input.texts.iter().map(|it| it.text.as_str()));
    let parts: Vec<_> = input.texts.iter().map(|it| normalise::read_as(&it.text)).collect();
    let first = input
        .texts
        .iter()
        .zip(&parts)
        .find_map(|(part, reading)| Some(ReadAs { part: part.part, text: reading.clone()? }));
    let reading = first.map(|read_as| {
        let texts = input.texts.iter().zip(&parts);
        (join(texts.map(|(part, reading)| reading.as_deref().unwrap_or(&part.text))), read_as)
    });
    (written, reading)
}

/// One text out of an item's parts.
pub(crate) fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join("\n")
}

fn higher(a: Values, b: Values) -> Values {
    a.into_iter().zip(b).map(|(a, b)| a.max(b)).collect()
}
