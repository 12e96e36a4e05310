//! One token after the other, as other programs do it: what they are compared with.

use candle_core::Tensor;
use casebook_core::{ports::ModelError, weighing::Turn};

use super::{LocalReasoner, network::State};

/// A text that is read, and goes on with its likeliest tokens.
pub struct Reader<'a> {
    reasoner: &'a LocalReasoner,
    state: State,
    /// What the last token became.
    last: Option<Tensor>,
}

impl LocalReasoner {
    /// Begins with a prefix, which is kept as that of a question is; with no turns, at the beginning.
    ///
    /// # Errors
    /// When the model fails.
    pub fn reader(&self, prefix: &[Turn]) -> Result<Reader<'_>, ModelError> {
        let state = self.after(prefix, &mut || Ok(()))?;
        Ok(Reader { reasoner: self, state, last: None })
    }
}

impl Reader<'_> {
    /// Reads on.
    ///
    /// # Errors
    /// When the model fails, and where it has no room for so many.
    pub fn read(&mut self, ids: &[u32]) -> Result<(), ModelError> {
        self.last = Some(self.reasoner.read(ids, &mut self.state, &mut || Ok(()))?);
        Ok(())
    }

    /// The likeliest token to come next.
    ///
    /// # Errors
    /// When the model fails, and where nothing was read yet but a prefix.
    pub fn likeliest(&self) -> Result<u32, ModelError> {
        let failed = |rule: String| self.reasoner.failed(rule);
        let last = self.last.as_ref().ok_or_else(|| failed("nothing was read yet".into()))?;
        let logits = self.reasoner.network.logits(last).map_err(|it| failed(it.to_string()))?;
        let likeliest = (0..).zip(&logits).max_by(|a, b| a.1.total_cmp(b.1));
        likeliest.map(|it| it.0).ok_or_else(|| failed("it knows no token".into()))
    }
}
