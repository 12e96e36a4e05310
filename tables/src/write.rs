//! Typed rows into a Parquet file: records taken apart into columns with their levels.

use std::{collections::VecDeque, io::Write, sync::Arc};

use casebook_core::ports::{Column, Kind, TableError, TableWriter};
use parquet::{
    basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical},
    column::writer::ColumnWriter,
    data_type::ByteArray,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::{Type, TypePtr},
};
use serde_json::Value;

use crate::{broken, refused};

/// Rows and bytes after which a row group is written.
const GROUP_ROWS: usize = 10_000;
const GROUP_BYTES: usize = 32 << 20;

pub(crate) struct Writer {
    file: SerializedFileWriter<Box<dyn Write + Send>>,
    columns: &'static [Column],
    leaves: Vec<Leaf>,
    rows: usize,
    bytes: usize,
}

/// What waits to be written of one leaf.
#[derive(Default)]
struct Leaf {
    values: Vec<Value>,
    def: Vec<i16>,
    rep: Vec<i16>,
}

impl Writer {
    pub(crate) fn new(to: Box<dyn Write + Send>, columns: &'static [Column]) -> Result<Self, TableError> {
        let fields = columns.iter().map(schema).collect::<Result<_, _>>()?;
        let root = Type::group_type_builder("schema").with_fields(fields).build().map_err(refused)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("Casebook".into())
            .build();
        let file = SerializedFileWriter::new(to, Arc::new(root), Arc::new(properties)).map_err(refused)?;
        let leaves =
            (0..columns.iter().map(|it| n_leaves(&it.kind)).sum()).map(|_| Leaf::default()).collect();
        Ok(Self { file, columns, leaves, rows: 0, bytes: 0 })
    }

    fn flush(&mut self) -> Result<(), TableError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group().map_err(refused)?;
        let mut leaves = self.leaves.iter_mut().map(std::mem::take).collect::<VecDeque<_>>();
        while let Some(mut column) = group.next_column().map_err(refused)? {
            let leaf = leaves.pop_front().ok_or_else(|| broken("a column too many"))?;
            let (def, rep) = (Some(leaf.def.as_slice()), Some(leaf.rep.as_slice()));
            let wrong = |it: &Value| broken(format!("{it} is not of its column's kind"));
            match column.untyped() {
                ColumnWriter::ByteArrayColumnWriter(it) => {
                    let texts = leaf
                        .values
                        .iter()
                        .map(|it| it.as_str().map(ByteArray::from).ok_or_else(|| wrong(it)));
                    it.write_batch(&texts.collect::<Result<Vec<_>, _>>()?, def, rep).map_err(refused)?;
                }
                ColumnWriter::Int64ColumnWriter(it) => {
                    let wholes = leaf.values.iter().map(|it| it.as_i64().ok_or_else(|| wrong(it)));
                    it.write_batch(&wholes.collect::<Result<Vec<_>, _>>()?, def, rep).map_err(refused)?;
                }
                ColumnWriter::DoubleColumnWriter(it) => {
                    let numbers = leaf.values.iter().map(|it| it.as_f64().ok_or_else(|| wrong(it)));
                    it.write_batch(&numbers.collect::<Result<Vec<_>, _>>()?, def, rep).map_err(refused)?;
                }
                ColumnWriter::BoolColumnWriter(it) => {
                    let truths = leaf.values.iter().map(|it| it.as_bool().ok_or_else(|| wrong(it)));
                    it.write_batch(&truths.collect::<Result<Vec<_>, _>>()?, def, rep).map_err(refused)?;
                }
                _ => return Err(broken("a column of a kind that is never made")),
            }
            column.close().map_err(refused)?;
        }
        group.close().map_err(refused)?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

impl TableWriter for Writer {
    fn row(&mut self, row: &Value) -> Result<(), TableError> {
        let mut at = 0;
        for column in self.columns {
            self.bytes += shred(&column.kind, row.get(column.name), (0, 0, 0), &mut self.leaves, &mut at);
        }
        self.rows += 1;
        match self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<(), TableError> {
        self.flush()?;
        let mut to = self.file.into_inner().map_err(refused)?;
        Ok(to.flush()?)
    }
}

fn n_leaves(kind: &Kind) -> usize {
    match kind {
        Kind::List(inner) => n_leaves(inner),
        Kind::Group(columns) => columns.iter().map(|it| n_leaves(&it.kind)).sum(),
        Kind::Text | Kind::Json | Kind::Time | Kind::Whole | Kind::Number | Kind::Truth => 1,
    }
}

/// Appends a value to its leaves; gives about how many bytes it is. Levels are (repetition of this
/// value, definition so far, repetition of lists so far); everything may be absent.
fn shred(
    kind: &Kind,
    value: Option<&Value>,
    levels: (i16, i16, i16),
    leaves: &mut [Leaf],
    at: &mut usize,
) -> usize {
    let (rep, def, depth) = levels;
    let value = value.filter(|it| !it.is_null());
    match kind {
        Kind::Group(columns) => {
            let def = def + i16::from(value.is_some());
            let inner = |it: &Column| value.and_then(|value| value.get(it.name));
            columns.iter().map(|it| shred(&it.kind, inner(it), (rep, def, depth), leaves, at)).sum()
        }
        Kind::List(inner) => {
            let elements = value.and_then(Value::as_array);
            let Some(elements) = elements.filter(|it| !it.is_empty()) else {
                let def = def + i16::from(elements.is_some());
                return absent(inner, (rep, def), leaves, at);
            };
            let first = *at;
            let mut bytes = 0;
            for (n, element) in elements.iter().enumerate() {
                *at = first;
                let rep = if n == 0 { rep } else { depth + 1 };
                bytes += shred(inner, Some(element), (rep, def + 2, depth + 1), leaves, at);
            }
            bytes
        }
        Kind::Text | Kind::Json | Kind::Time | Kind::Whole | Kind::Number | Kind::Truth => {
            let leaf = &mut leaves[*at];
            *at += 1;
            leaf.rep.push(rep);
            leaf.def.push(def + i16::from(value.is_some()));
            let value = match kind {
                Kind::Json => value.map(|it| Value::String(it.to_string())),
                _ => value.cloned(),
            };
            let bytes = 8 + value.as_ref().and_then(Value::as_str).map_or(0, str::len);
            leaf.values.extend(value);
            bytes
        }
    }
}

/// All leaves of a kind of which there is nothing.
fn absent(kind: &Kind, (rep, def): (i16, i16), leaves: &mut [Leaf], at: &mut usize) -> usize {
    let n = n_leaves(kind);
    for leaf in &mut leaves[*at..*at + n] {
        leaf.rep.push(rep);
        leaf.def.push(def);
    }
    *at += n;
    8 * n
}

fn schema(column: &Column) -> Result<TypePtr, TableError> {
    field(column.name, &column.kind)
}

/// Everything is optional, as in a record; lists have the three levels that all readers know.
fn field(name: &str, kind: &Kind) -> Result<TypePtr, TableError> {
    let leaf = |physical, logical: Option<LogicalType>| {
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
    };
    let built = match kind {
        Kind::Text | Kind::Json => leaf(Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Whole => leaf(Physical::INT64, None),
        Kind::Number => leaf(Physical::DOUBLE, None),
        Kind::Truth => leaf(Physical::BOOLEAN, None),
        Kind::Time => {
            let logical = LogicalType::timestamp(true, TimeUnit::MILLIS);
            leaf(Physical::INT64, Some(logical))
        }
        Kind::Group(columns) => Type::group_type_builder(name)
            .with_repetition(Repetition::OPTIONAL)
            .with_fields(columns.iter().map(schema).collect::<Result<_, _>>()?)
            .build(),
        Kind::List(inner) => {
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![field("element", inner)?])
                .build()
                .map_err(refused)?;
            Type::group_type_builder(name)
                .with_repetition(Repetition::OPTIONAL)
                .with_converted_type(ConvertedType::LIST)
                .with_logical_type(Some(LogicalType::List))
                .with_fields(vec![Arc::new(list)])
                .build()
        }
    };
    built.map(Arc::new).map_err(refused)
}
