//! Whether heads react to a group being named: how many harmless texts that name it they assert something of.
//!
//! Only English texts are looked through, by whole words. A group that few harmless rows name is left out.

use casebook_core::{language, normalise};
use casebook_models::{heads::About, heads_card::CardGroup};

use crate::measured::Measured;

/// Rows that have to name a group.
const LEAST_ROWS: usize = 25;
/// What stands for all rows, whatever they name.
pub const ALL: &str = "any text";

/// Groups, and words that name them, folded.
const GROUPS: [(&str, &[&str]); 14] = [
    ("women", &["woman", "women", "girl", "girls", "female", "females", "wife"]),
    ("men", &["man", "men", "guy", "guys", "male", "males"]),
    ("Black people", &["black", "african", "africans"]),
    ("white people", &["white", "whites"]),
    ("Asian people", &["asian", "asians", "chinese", "japanese", "korean", "koreans", "indian", "indians"]),
    ("Muslims", &["muslim", "muslims", "islam", "islamic"]),
    ("Jews", &["jew", "jews", "jewish"]),
    ("Christians", &["christian", "christians", "catholic", "catholics"]),
    ("gay and lesbian people", &["gay", "gays", "lesbian", "lesbians", "homosexual"]),
    ("trans people", &["trans", "transgender"]),
    ("disabled people", &["disabled", "disability", "wheelchair", "autistic", "blind", "deaf"]),
    (
        "migrants and refugees",
        &["immigrant", "immigrants", "migrant", "migrants", "refugee", "refugees", "foreigner", "foreigners"],
    ),
    ("Mexicans and Latin Americans", &["mexican", "mexicans", "latino", "latinos", "latina"]),
    ("old people", &["elderly", "pensioners", "grandma", "grandpa", "grandmother", "grandfather"]),
];

impl Measured<'_> {
    /// Whether some head that `abouts` gives a threshold asserts something of a row that it never saw.
    #[must_use]
    pub fn is_flagged(&self, row: usize, abouts: &[About]) -> bool {
        let language = language::base(&self.published.rows[row].language);
        abouts.iter().any(|about| {
            let label = self.labels.labels.iter().position(|it| it.id == about.label);
            let logit = label.and_then(|it| self.shipped_logit(row, it));
            let at = about.threshold_in(Some(&language));
            logit.zip(at).is_some_and(|(logit, at)| about.calibration.probability(logit) >= at)
        })
    }

    /// All harmless English rows, then those that name each group.
    pub(crate) fn groups(&self, abouts: &[About]) -> Vec<CardGroup> {
        let english = |row: &usize| language::base(&self.published.rows[*row].language) == "en";
        let rows: Vec<(Vec<String>, bool)> = self
            .harmless()
            .into_iter()
            .filter(english)
            .map(|row| {
                let text = normalise::fold(&self.published.rows[row].text);
                (text.split(' ').map(str::to_owned).collect(), self.is_flagged(row, abouts))
            })
            .collect();
        let of = |name: &str, is_named: &dyn Fn(&[String]) -> bool| {
            let named = rows.iter().filter(|it| is_named(&it.0));
            let flagged = named.clone().filter(|it| it.1).count();
            CardGroup { name: name.to_owned(), rows: named.count(), flagged }
        };
        let names = |text: &[String], words: &[&str]| text.iter().any(|it| words.contains(&it.as_str()));
        let groups = GROUPS.iter().map(|(name, words)| of(name, &|text| names(text, words)));
        std::iter::once(of(ALL, &|_| true)).chain(groups).filter(|it| it.rows >= LEAST_ROWS).collect()
    }
}
