//! What an import came to, in a line that a test compares.

use casebook_desk::import::ImportReport;

/// Says it.
pub trait Said {
    /// "72 imported, 3 refused".
    fn summary(&self) -> String;
}

impl Said for ImportReport {
    fn summary(&self) -> String {
        let counts = &self.progress;
        let parts = [
            format!("{} imported", counts.imported),
            format!("{} already there", counts.already),
            format!("{} learnt from", counts.learnt),
            format!("{} refused", counts.refused),
            format!("{} shown in part", counts.in_part),
        ];
        let told = parts.into_iter().enumerate().filter(|(n, it)| *n == 0 || !it.starts_with("0 "));
        told.map(|it| it.1).collect::<Vec<_>>().join(", ")
    }
}
