//! The heads that many sets teach together: training, and leaving one set out.
//!
//! Figures, calibration and thresholds come from rows that the scoring layers and heads never saw: of sets left out, of
//! sets that are only measured, and, for a head that one set alone teaches, of rows kept apart.

use std::path::{Path, PathBuf};

use casebook_core::{labelset::LabelSet, policy::Policy, ports::Flow};
use casebook_models::{
    encoder::TextEncoder,
    heads::{About, Head, HeadSet, Heads, Reads, mark},
    heads_card::{CardData, HeadsCard},
    tuned::{TopLayers, TunedLayers},
};

use crate::{
    datasets::DatasetError,
    evaluate::EvaluateError,
    held_out::{self, Amount, Each, HeldOut, held_out},
    measured::{Measured, is_clause},
    published::Published,
    states::States,
    train::{TrainOptions, TrainSource, train_heads},
    tune::{Plan, RATES, Step, TuneError, tune},
};

/// Tokens of a text that are trained on at most.
pub const MOST_TOKENS: usize = 96;
pub(crate) const N_BOOTSTRAP: usize = 500;
/// What thresholds of a set's own labels are set for.
const PRECISION: f64 = 0.8;

/// What to train.
pub struct JointOptions<'a> {
    /// `joint-heads@3`.
    pub id: String,
    /// What the sets say of them: [`crate::recipe::SOURCES`].
    pub sources: &'a str,
    /// The labels.
    pub labels: &'a LabelSet,
    /// Id of the encoder's card.
    pub encoder: String,
    /// The policy.
    pub policy: &'a Policy,
    /// Sets whose own labels get heads too, in one language: on the encoder's own vectors and n-grams.
    pub own_labels: &'a [(TrainSource, &'a str)],
    /// Folder of the published sets.
    pub data: &'a Path,
    /// Folder of our own.
    pub own: &'a Path,
    /// Where states and checkpoints lie; what is there is gone on with.
    pub work: &'a Path,
    /// How much is trained on for what ships.
    pub shipped: Amount,
    /// The same for each set that is left out.
    pub left_out: Amount,
}

/// Where training is.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Reading texts by the layers that stay.
    Reading {
        /// Texts that are done.
        done: usize,
        /// Texts in all.
        all: usize,
    },
    /// Training on all sets, or on all but one.
    Training {
        /// The set that is left out.
        without: Option<String>,
        /// How far.
        step: Step,
    },
}

/// What came out.
pub struct Joint {
    /// As they read back from their file, with their layers.
    pub heads: Heads,
    /// `heads.bin`.
    pub bytes: Vec<u8>,
    /// `layers.safetensors`.
    pub layers: TunedLayers,
    /// `card.toml`.
    pub card: HeadsCard,
    /// The rows.
    pub published: Published,
    /// What they were measured by.
    pub held_out: HeldOut,
}

/// Why there are no heads.
#[derive(Debug, thiserror::Error)]
pub enum JointError {
    /// A set could not be read.
    #[error(transparent)]
    Data(#[from] DatasetError),
    /// Training broke off.
    #[error(transparent)]
    Tune(#[from] TuneError),
    /// A set's own labels could not be taught.
    #[error(transparent)]
    OwnLabels(#[from] EvaluateError),
    /// Nothing to train on.
    #[error("no set to train on lies in {0}")]
    NoRows(PathBuf),
}

/// Trains, leaves one set out at a time, calibrates, sets thresholds and writes the card.
///
/// # Errors
/// A set that is refused, what the network or the disk says, and a stop.
pub fn train_joint(
    options: &JointOptions,
    encoder: &mut TextEncoder,
    top: &TopLayers,
    watch: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Joint, JointError> {
    let published = Published::read(options.sources, options.labels, options.data, options.own)?;
    let rows = held_out::trainable(&published, &[]);
    if rows.is_empty() {
        return Err(JointError::NoRows(options.data.to_owned()));
    }
    std::fs::create_dir_all(options.work)
        .map_err(|source| TuneError::File { path: options.work.display().to_string(), source })?;
    let texts: Vec<&str> = published.rows.iter().map(|it| it.text.as_str()).collect();
    let first = top.first();
    let reads = &encoder.weights_sha256(&[])[..16];
    let path = options.work.join(format!("states-{reads}-{first}-{MOST_TOKENS}.f16"));
    let states = States::of(encoder, first, &texts, MOST_TOKENS, &path, &mut |done, all| {
        watch(Progress::Reading { done, all })
    })?;
    let plan = Plan {
        rows,
        draw: options.shipped.draw,
        passes: options.shipped.passes,
        rates: RATES,
        seed: 0,
        checkpoint: Some(options.work.join("all.safetensors")),
    };
    let tuner =
        tune(top, &published, &states, &plan, &mut |step| watch(Progress::Training { without: None, step }))?;
    let held_out = held_out(
        top,
        &published,
        &states,
        encoder,
        &tuner,
        Each { amount: options.left_out, work: options.work },
        &mut |set, step| watch(Progress::Training { without: Some(set.to_owned()), step }),
    )?;
    let measured = Measured { published: &published, held_out: &held_out, labels: options.labels };
    let abouts = measured.abouts();
    let linears = tuner.heads().map_err(TuneError::from)?;
    let head = |(about, linear): (&About, &_)| Head {
        about: about.clone(),
        zero: None,
        linear: Clone::clone(linear),
    };
    // What was never seen to hold cannot count: of a clause it still says how near a text is, where it ranks well; of
    // anything else it does not ship. Its figures stay on the card.
    let ships = |(n, about): (usize, &About)| about.threshold.is_some() || measured.ranks_its_clause(n);
    let shipped: Vec<bool> = abouts.iter().enumerate().map(ships).collect();
    let all = abouts.iter().zip(&linears).zip(&shipped);
    let all: Vec<Head> = all.filter(|it| *it.1).map(|it| head(it.0)).collect();
    let (of_clauses, shared): (Vec<Head>, Vec<Head>) =
        all.into_iter().partition(|it| is_clause(&it.about.label));
    let set = |name: &str, heads: Vec<Head>| HeadSet {
        name: name.to_owned(),
        reads: Reads::Tuned,
        languages: Vec::new(),
        idf: None,
        heads,
    };
    let mut heads = Heads {
        id: options.id.clone(),
        sets: vec![set(&options.labels.name, shared), set(OWN, of_clauses)],
        seen: plan.rows.iter().map(|it| mark(&published.rows[*it].text)).collect(),
        ..Heads::default()
    };
    let mut of_own_labels = Vec::new();
    for (source, language) in options.own_labels {
        let (mut sets, seen, told) = own_labels(options, source, encoder)?;
        for set in &mut sets {
            set.languages = vec![(*language).to_owned()];
        }
        heads.sets.extend(sets);
        heads.seen.extend(seen);
        of_own_labels.extend(told);
    }
    heads.sets.retain(|it| !it.heads.is_empty());
    heads.seen.sort_unstable();
    heads.seen.dedup();
    let bytes = heads.write();
    let mut heads = Heads::parse(&options.id, &bytes).expect("a file just written reads back");
    heads.layers = Some(tuner.layers());
    let mut card = measured.card(options, &abouts, &heads.sha256(), bytes.len());
    card.data.extend(of_own_labels);
    Ok(Joint { heads, bytes, layers: tuner.layers(), card, published, held_out })
}

/// Heads, what is known of the texts they were taught by, and what the card tells.
type OwnLabels = (Vec<HeadSet>, Vec<u64>, Vec<CardData>);

/// Heads of a set's own labels, as `train` makes them: measured by folds on rows like those trained on.
fn own_labels(
    options: &JointOptions,
    source: &TrainSource,
    encoder: &TextEncoder,
) -> Result<OwnLabels, JointError> {
    let train = TrainOptions {
        id: options.id.clone(),
        sources: vec![source.clone()],
        max_rows: usize::MAX,
        precision: PRECISION,
        n_bootstrap: N_BOOTSTRAP,
        faults: Vec::new(),
    };
    let trained = train_heads(&train, encoder, &options.encoder, options.policy, &mut |_| ())?;
    let mut sets = trained.heads.sets;
    for set in &mut sets {
        set.heads.retain(|it| it.about.threshold.is_some());
    }
    let card: HeadsCard = toml::from_str(&trained.card).expect("a card that was just written");
    Ok((sets, trained.heads.seen, card.data))
}

/// What the heads of clauses are called that texts of our own teach.
pub const OWN: &str = "own";
