//! What kind of source it is, and how it is read: settled before anything comes in.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{File, Metadata},
    io::Read,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use casebook_core::{
    hash::sha256_hex,
    item::shorten,
    ports::{Cell, Tables},
};
use casebook_store::{Source, TallyKind};

use crate::{
    error::{Code, Error, Result},
    jobs::wire::{Counted, SourceReading},
    wire::ImportRequest,
};

use super::{
    delimited::{self, Asked, Dialect},
    encoding::{self, Encoding},
    folder,
    label_studio::{self, Choices},
    mapping::{Mapping, listed},
    presets::{self, Preset},
    rows::{self, Columns},
    table::Table,
    tally::{Notes, Register},
    tasks,
    units::{self, Mark, Raw, Unit},
};

/// How much of a file its fingerprint reads.
const FINGERPRINT_BYTES: u64 = 64 << 10;

/// Rows by which a program's file is recognised.
const RECOGNISED_BY: usize = 5;

/// One source, and how it is read.
pub(super) struct Plan {
    pub kind: Kind,
    /// Canonical.
    pub path: PathBuf,
    /// Pictures are found in it and nowhere else. Canonical.
    pub folder: PathBuf,
    /// Ids of rows without one begin with it.
    pub stem: String,
    pub map: FieldMap,
    pub encoding: Encoding,
    /// Of a folder: what is in it.
    pub listing: folder::Listing,
    pub fingerprint: String,
    /// Bytes of a file, rows of a Parquet file, groups of a folder.
    pub size: u64,
    pub register: Register,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Jsonl,
    Csv,
    Parquet,
    LabelStudio,
    Folder,
}

/// How the fields of an item are found in a unit.
pub(super) enum FieldMap {
    /// The keys of each line.
    Objects(Mapping),
    Csv {
        dialect: Dialect,
        columns: Columns,
    },
    Table(Table),
    Tasks {
        mapping: Mapping,
        choices: Choices,
        /// No array holds them.
        loose: bool,
    },
    /// Files are what they are.
    Files,
}

impl Plan {
    /// The sources that a request names: one, or the tables of a folder that has nothing else. Who only looks may have no
    /// text mapped yet.
    ///
    /// # Errors
    /// When it cannot be read, is of no kind that is read, or lacks a column that was said.
    pub(super) fn all(request: &ImportRequest, tables: &dyn Tables, looks: bool) -> Result<Vec<Self>> {
        let given = Path::new(&request.path);
        let path = given.canonicalize().map_err(|it| Error::file("import", given, it))?;
        let metadata = path.metadata().map_err(|it| Error::file("import", given, it))?;
        if !metadata.is_dir() {
            return Ok(vec![Self::file(given, path, &metadata, request, tables, looks)?]);
        }
        let listing = folder::list(&path).map_err(|it| Error::file("list", given, it))?;
        if !listing.tables.is_empty() {
            let files = listing.tables.iter().map(|it| {
                let file = path.join(it);
                let metadata = file.metadata().map_err(|it| Error::file("import", &file, it))?;
                Self::file(&file, file.clone(), &metadata, request, tables, looks)
            });
            return files.collect();
        }
        if !request.columns.is_empty() {
            let message = format!("import {}: columns are of files, a folder has none", given.display());
            return Err(Error::new(Code::Request, message));
        }
        let fingerprint = folder::fingerprint(&listing.groups);
        Ok(vec![Self {
            kind: Kind::Folder,
            folder: path.clone(),
            path,
            stem: String::new(),
            map: FieldMap::Files,
            encoding: Encoding::UTF_8,
            fingerprint,
            size: listing.groups.len() as u64,
            listing,
            register: Register::default(),
        }])
    }

    fn file(
        given: &Path,
        path: PathBuf,
        metadata: &Metadata,
        request: &ImportRequest,
        tables: &dyn Tables,
        looks: bool,
    ) -> Result<Self> {
        let refuse = |rule: String| Error::new(Code::Request, format!("import {}: {rule}", given.display()));
        let failed = |it| Error::file("read", given, it);
        let kind = kind(&path, metadata)?;
        let encoding = match kind {
            Kind::Parquet => Encoding::UTF_8,
            _ => Encoding::of(&path, request.encoding.as_deref()).map_err(failed)?.map_err(refuse)?,
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let register = Register::default();
        let asked = request.preset.as_deref().map(presets::named).transpose().map_err(refuse)?;
        let said = |preset: Option<&'static Preset>| Mapping::said(&request.columns, preset).map_err(refuse);
        let map = match kind {
            Kind::Csv => {
                let delimiter =
                    request.delimiter.as_deref().map(delimited::delimiter).transpose().map_err(refuse)?;
                let dialect = Dialect::of(&path, encoding, &Asked { delimiter, quoting: request.quoting });
                let dialect = dialect.map_err(failed)?.map_err(refuse)?;
                let has = |name: &str| dialect.header.iter().any(|it| it == name);
                let mapping = said(asked.or_else(|| presets::recognised_by(has)))?;
                let columns =
                    Columns::new(&mapping, &dialect.header, "the header", looks, stem.clone(), &register);
                FieldMap::Csv { columns: columns.map_err(refuse)?, dialect }
            }
            Kind::Parquet => {
                let mapping = said(asked)?;
                FieldMap::Table(Table::read(tables, &path, &mapping, looks, stem.clone(), &register)?)
            }
            Kind::Jsonl => {
                let lines = || Ok(units::lines(encoding.open(&path, 0)?, Mark::default()));
                let preset = asked.map_or_else(|| recognised(lines()?), |it| Ok(Some(it))).map_err(failed)?;
                let mapping = said(preset)?;
                occur(lines().map_err(failed)?, &mapping, &super::json::Json::cells)
                    .map_err(failed)?
                    .map_err(refuse)?;
                FieldMap::Objects(mapping)
            }
            _ => {
                let open = || encoding.open(&path, 0);
                let loose = match tasks::begins_with(open().map_err(failed)?).map_err(failed)? {
                    Some(b'[') => false,
                    Some(b'{') => true,
                    _ => {
                        let rule = "a .json file is a list of rows or of Label Studio's tasks, [{…}, …], or one of them; \
                                    items one a line are .jsonl";
                        return Err(refuse(rule.into()));
                    }
                };
                let (choices, others) = Choices::of(&request.columns).map_err(refuse)?;
                let units = || Ok(tasks::tasks(open()?, Mark::default(), loose));
                let preset = asked.map_or_else(|| recognised(units()?), |it| Ok(Some(it))).map_err(failed)?;
                let mapping = Mapping::said(&others, preset).map_err(refuse)?;
                occur(units().map_err(failed)?, &mapping, &label_studio::cells)
                    .map_err(failed)?
                    .map_err(refuse)?;
                if choices.are_asked() {
                    let mut seen = BTreeMap::<String, BTreeSet<String>>::new();
                    for object in objects(units().map_err(failed)?) {
                        label_studio::all_choices(&object.map_err(failed)?, &mut seen);
                    }
                    choices.occur(&seen).map_err(refuse)?;
                }
                FieldMap::Tasks { mapping, choices, loose }
            }
        };
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let fingerprint = fingerprint(&path, metadata, request).map_err(failed)?;
        let size = match &map {
            FieldMap::Table(table) => table.n_rows,
            _ => metadata.len(),
        };
        let listing = folder::Listing::default();
        Ok(Self { kind, path, folder, stem, map, encoding, listing, fingerprint, size, register })
    }

    pub(super) fn kind_word(&self) -> &'static str {
        match self.kind {
            Kind::Jsonl => "jsonl",
            Kind::Csv => "csv",
            Kind::Parquet => "parquet",
            Kind::LabelStudio => "label-studio",
            Kind::Folder => "folder",
        }
    }

    pub(super) fn counted(&self) -> Counted {
        match self.kind {
            Kind::Jsonl | Kind::Csv => Counted::Line,
            Kind::Parquet => Counted::Row,
            Kind::LabelStudio => Counted::Task,
            Kind::Folder => Counted::Item,
        }
    }

    /// How the file is read, for whoever asks why.
    pub(super) fn read_as(&self) -> SourceReading {
        let preset = |mapping: &Mapping| mapping.preset.map(|it| it.name.to_owned());
        let encoding =
            Some(self.encoding.name()).filter(|it| *it != Encoding::UTF_8.name()).map(str::to_owned);
        let plain = SourceReading { encoding, delimiter: None, quoting: None, preset: None };
        match &self.map {
            FieldMap::Csv { dialect, .. } => SourceReading {
                delimiter: Some(dialect.delimiter_name().to_owned()),
                quoting: Some(dialect.quoting),
                ..plain
            },
            FieldMap::Objects(mapping) | FieldMap::Tasks { mapping, .. } => {
                SourceReading { preset: preset(mapping), ..plain }
            }
            FieldMap::Table(_) | FieldMap::Files => plain,
        }
    }

    /// How much of the source is done, in the unit of `size`.
    pub(super) fn read(&self, source: &Source) -> u64 {
        match self.kind {
            Kind::Folder | Kind::Parquet => source.lines_done,
            _ => source.bytes_done,
        }
    }

    /// What is left before the first unit is read: columns and files that nobody asked for.
    pub(super) fn leave(&self, notes: &mut Notes) -> Result<()> {
        if let FieldMap::Table(table) = &self.map {
            table.leave(notes);
        }
        for (path, rule) in &self.listing.left {
            let name = path.to_string_lossy();
            notes.leave(TallyKind::File, shorten(&name), rule, None);
        }
        if self.kind != Kind::Folder
            && let Some(broken) =
                self.encoding.unreadable(&self.path).map_err(|it| Error::file("read", &self.path, it))?
        {
            let rule = format!(
                "letters that are none in {} stand as U+FFFD: {} of them",
                self.encoding.name(),
                broken.n
            );
            notes.leave(TallyKind::Value, format!("line {}", broken.line), rule, None);
        }
        Ok(())
    }

    pub(super) fn units(
        &self,
        from: Mark,
        tables: &dyn Tables,
    ) -> Result<Box<dyn Iterator<Item = std::io::Result<Unit>> + Send + '_>> {
        let failed = |it| Error::file("read", &self.path, it);
        let open = || self.encoding.open(&self.path, from.bytes).map_err(failed);
        Ok(match &self.map {
            FieldMap::Files => Box::new(folder::units(&self.listing.groups, from)),
            FieldMap::Tasks { loose, .. } => Box::new(tasks::tasks(open()?, from, *loose)),
            FieldMap::Csv { dialect, .. } => Box::new(dialect.records(&self.path, from).map_err(failed)?),
            FieldMap::Table(table) => Box::new(table.units(tables, &self.path, from).map_err(failed)?),
            FieldMap::Objects(_) => Box::new(units::lines(open()?, from)),
        })
    }
}

fn kind(path: &Path, metadata: &Metadata) -> Result<Kind> {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "jsonl" | "ndjson" if metadata.is_file() => Ok(Kind::Jsonl),
        "csv" | "tsv" | "tab" if metadata.is_file() => Ok(Kind::Csv),
        "parquet" if metadata.is_file() => Ok(Kind::Parquet),
        "json" if metadata.is_file() => Ok(Kind::LabelStudio),
        _ => {
            let message = format!(
                "import {}: a .jsonl, .csv, .tsv or .parquet file, Label Studio's .json, or a folder",
                path.display()
            );
            Err(Error::new(Code::Request, message))
        }
    }
}

/// What tells a changed file: its length, its time, its beginning, and how it is asked for.
fn fingerprint(path: &Path, metadata: &Metadata, request: &ImportRequest) -> std::io::Result<String> {
    let mut head = Vec::new();
    File::open(path)?.take(FINGERPRINT_BYTES).read_to_end(&mut head)?;
    let changed = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let columns: Vec<String> =
        request.columns.iter().map(|it| format!("{}={}", it.field, it.column)).collect();
    let ImportRequest { encoding, delimiter, quoting, preset, .. } = request;
    let asked = format!("{encoding:?} {delimiter:?} {quoting:?} {preset:?}");
    let whole = format!("{} {changed} {} {} {asked}", metadata.len(), sha256_hex(&head), columns.join("\n"));
    Ok(sha256_hex(whole.as_bytes()))
}

/// The values of units that are objects; what is none is refused when it is imported.
fn objects(
    units: impl Iterator<Item = std::io::Result<Unit>>,
) -> impl Iterator<Item = std::io::Result<super::json::Json>> {
    units.filter_map(|unit| match unit {
        Ok(Unit { raw: Raw::Line(bytes) | Raw::Task(bytes), .. }) => {
            rows::object(&bytes, &mut Notes::default()).ok().flatten().map(Ok)
        }
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    })
}

fn recognised(
    units: impl Iterator<Item = std::io::Result<Unit>>,
) -> std::io::Result<Option<&'static Preset>> {
    for object in objects(units).take(RECOGNISED_BY) {
        let object = object?;
        if object.get("parts").is_some() || object.get("data").is_some() {
            return Ok(None);
        }
        if let Some(preset) = presets::recognised(&object) {
            return Ok(Some(preset));
        }
    }
    Ok(None)
}

/// Looks for every column that was said until each was seen.
fn occur(
    units: impl Iterator<Item = std::io::Result<Unit>>,
    mapping: &Mapping,
    cells: &dyn Fn(&super::json::Json) -> Vec<(String, Cell)>,
) -> std::io::Result<std::result::Result<(), String>> {
    let mut wanted: Vec<&str> = mapping.wanted().collect();
    let mut seen = BTreeSet::new();
    if wanted.is_empty() {
        return Ok(Ok(()));
    }
    for object in objects(units) {
        for (key, _) in cells(&object?) {
            wanted.retain(|it| *it != key);
            if seen.len() < 200 {
                seen.insert(key);
            }
        }
        if wanted.is_empty() {
            return Ok(Ok(()));
        }
    }
    let seen: Vec<String> = seen.into_iter().collect();
    Ok(Err(format!("column {}: nothing here has it; there are {}", shorten(wanted[0]), listed(&seen))))
}

/// The encoding of texts that are files of their own and not UTF-8.
pub(super) fn asked_encoding(request: &ImportRequest) -> Result<Option<&'static encoding_rs::Encoding>> {
    let named = request.encoding.as_deref().map(encoding::named).transpose();
    named.map_err(|rule| Error::new(Code::Request, format!("import {}: {rule}", request.path)))
}
