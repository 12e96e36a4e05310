//! A model that costs next to nothing, so that a bench measures what is around it.

use std::sync::Arc;

use casebook_core::{
    known::{KnownModel, ModelStatus},
    policy::Policy,
    ports::{Embedder, Flow, Model, ModelError, ModelShelf, ModelState, Scorer},
    score::{Driver, Method, Score, ScoreInput, Scoring, Speaker},
};

use super::Chance;
use crate::fake;

const SEED: u64 = 20_261_121;
/// Coordinates of an embedding, as those of the default model.
const WIDTH: usize = 384;
/// Subjects items are about: items of one subject are alike.
const SUBJECTS: usize = 500;

/// Embeds a text near one of some hundred subjects, by a hash of its words; costs next to nothing.
pub struct Subjects(Vec<Vec<f32>>);

impl Default for Subjects {
    /// Its subjects are always the same.
    fn default() -> Self {
        let mut chance = Chance(SEED);
        Self((0..SUBJECTS).map(|_| direction(&mut chance)).collect())
    }
}

impl Subjects {
    fn vector(&self, text: &str) -> Vec<f32> {
        let hash = text.bytes().fold(SEED, |hash, it| (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3));
        let mut chance = Chance(hash);
        let subject = &self.0[chance.below(SUBJECTS)];
        let own = direction(&mut chance);
        unit(subject.iter().zip(&own).map(|(a, b)| a + 0.7 * b).collect())
    }
}

fn direction(chance: &mut Chance) -> Vec<f32> {
    unit((0..WIDTH).map(|_| (chance.uniform() + chance.uniform() - 1.0) as f32).collect())
}

fn unit(vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|it| it * it).sum::<f32>().sqrt();
    vector.into_iter().map(|it| it / length).collect()
}

impl Model for Subjects {
    fn speaker(&self) -> Speaker {
        Speaker {
            id: "subjects@1".into(),
            weights_sha256: "5".repeat(64),
            prompt_sha256: None,
            sampling: None,
            device: "cpu".into(),
            calibration: Some("made up".into()),
            languages: vec!["en".into()],
        }
    }
}

impl Scorer for Subjects {
    fn score(&self, inputs: &[ScoreInput]) -> Vec<Scoring> {
        let score = |input: &ScoreInput| {
            let text = &input.texts[0].text;
            let value = 0.05 + text.len() as f64 / 1000.0;
            let scores = vec![Score {
                target: "openai-moderation/H".into(),
                title: "Hate".into(),
                clauses: vec!["HH-1".into(), "HH-3".into()],
                method: Method::Head,
                value: value.min(0.99),
                threshold: Some(0.5),
            }];
            Scoring::Scored { scores, drivers: vec![], read_as: None }
        };
        inputs.iter().map(score).collect()
    }

    fn explain(&self, _: &ScoreInput, _: &[String]) -> Vec<Driver> {
        Vec::new()
    }
}

impl Embedder for Subjects {
    fn embed(&self, inputs: &[ScoreInput]) -> Vec<Option<Vec<f32>>> {
        inputs.iter().map(|it| Some(self.vector(&it.texts[0].text))).collect()
    }
}

/// Has [`Subjects`] and nothing else.
pub struct Shelf;

impl ModelShelf for Shelf {
    fn state(&self) -> ModelState {
        ModelState { id: "subjects@1".into(), installed: true, languages: vec![], problem: None }
    }

    fn scorer(&self, _: &Policy) -> Result<Arc<dyn Scorer>, ModelError> {
        Ok(Arc::new(Subjects::default()))
    }

    fn embedder(&self, _: &Policy) -> Result<Arc<dyn Embedder>, ModelError> {
        Ok(Arc::new(Subjects::default()))
    }

    fn known(&self) -> Result<Vec<KnownModel>, ModelError> {
        Ok(vec![])
    }

    fn verify(&self, id: &str) -> Result<ModelStatus, ModelError> {
        Err(ModelError::Unknown { id: id.to_owned(), known: vec![] })
    }

    fn install(&self, _: &str, _: &mut dyn FnMut(u64, Option<u64>) -> Flow) -> Result<(), ModelError> {
        Err(fake::installs_nothing())
    }
}
