//! Rows out of a Parquet file, row group by row group.

use std::{fs::File, path::Path, sync::Arc};

use casebook_core::ports::{Cell, TableColumn, TableError, TableFile, TableRows};
use parquet::{
    basic::{ConvertedType, IntType, LogicalType, TimeUnit, Type},
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::{ByteArray, DataType},
    file::{
        metadata::ParquetMetaData,
        reader::{FileReader, SerializedFileReader},
    },
    schema::types::ColumnDescriptor,
};

use crate::{broken, catch_panics, guard, refused};

/// A footer holds a few hundred bytes for each column of each row group.
const MAX_FOOTER_BYTES: u64 = 16 << 20;

/// More rows than anybody reviews.
const MAX_ROWS: i64 = 100_000_000;

/// Bytes that the pages of one batch of rows may hold, all columns together.
const BATCH_BYTES: u64 = 64 << 20;

const BATCH_ROWS: u64 = 1024;

/// Bytes that the largest pages of the columns that are read may hold together.
const MAX_PAGES_BYTES: u64 = 512 << 20;

/// Texts and pictures of one file: this, and so many times its length. A dictionary can say one text a million times, and
/// what comes out of a file of a kilobyte is written into the case file whole.
const MAX_TEXT_BYTES: u64 = 16 << 20;
const MAX_TEXT_TIMES: u64 = 200;

const MS_PER_DAY: i64 = 86_400_000;

/// An open file.
pub(crate) struct Table {
    file: File,
    reader: SerializedFileReader<File>,
    columns: Vec<TableColumn>,
    length: u64,
}

impl Table {
    pub(crate) fn open(path: &Path) -> Result<Self, TableError> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        check_footer(&file, length)?;
        catch_panics(move || {
            let reader = SerializedFileReader::new(file.try_clone()?)
                .map_err(|it| broken(format!("its footer is broken: {it}")))?;
            let metadata = reader.metadata();
            let groups =
                metadata.row_groups().iter().map(parquet::file::metadata::RowGroupMetaData::num_rows);
            let rows = groups.clone().try_fold(0_i64, |sum, it| sum.checked_add(it).filter(|_| it >= 0));
            if rows.is_none_or(|it| it > MAX_ROWS) {
                return Err(broken(format!("a file has at most {MAX_ROWS} rows")));
            }
            let columns = metadata.file_metadata().schema_descr().columns().iter().map(|it| TableColumn {
                name: it.path().parts().join("."),
                problem: problem(it).map(str::to_owned),
            });
            let columns = columns.collect();
            Ok(Self { file, reader, columns, length })
        })
    }
}

/// The last eight bytes: how long the footer is, and the mark of the format.
fn check_footer(mut file: &File, length: u64) -> Result<(), TableError> {
    use std::io::{Read, Seek, SeekFrom};
    let mut tail = [0; 8];
    if length < 12 {
        return Err(broken("this is no Parquet file"));
    }
    file.seek(SeekFrom::End(-8)).and_then(|_| file.read_exact(&mut tail))?;
    let [a, b, c, d, mark @ ..] = tail;
    let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
    match &mark {
        b"PAR1" if footer > MAX_FOOTER_BYTES => Err(broken(format!(
            "a footer is at most {} MiB; this one claims {footer} bytes",
            MAX_FOOTER_BYTES >> 20
        ))),
        b"PAR1" if footer + 12 > length => Err(broken("its footer is longer than the file: it was cut off")),
        b"PAR1" => {
            let mut bytes = vec![0; footer as usize];
            file.seek(SeekFrom::End(-8 - footer as i64)).and_then(|_| file.read_exact(&mut bytes))?;
            guard::check_footer(&bytes)
        }
        b"PARE" => Err(broken("its footer is encrypted")),
        _ => Err(broken("this is no Parquet file, or it was cut off: it does not end with PAR1")),
    }
}

/// Why a column cannot be read as one text, number, truth or time a row.
fn problem(column: &ColumnDescriptor) -> Option<&'static str> {
    let is_fixed = column.physical_type() == Type::FIXED_LEN_BYTE_ARRAY;
    match Fixed::of(column) {
        _ if column.max_rep_level() > 0 => Some("it is a list"),
        None if is_fixed => Some("it holds bytes of one length"),
        _ => None,
    }
}

impl TableFile for Table {
    fn columns(&self) -> &[TableColumn] {
        &self.columns
    }

    fn n_rows(&self) -> u64 {
        self.reader.metadata().row_groups().iter().map(|it| it.num_rows() as u64).sum()
    }

    fn rows(self: Box<Self>, columns: &[usize], from: u64) -> TableRows {
        let budget = MAX_TEXT_BYTES.saturating_add(MAX_TEXT_TIMES.saturating_mul(self.length));
        let mut rows = Rows {
            metadata: Arc::new(self.reader.metadata().clone()),
            file: self.file,
            reader: self.reader,
            columns: columns.to_vec(),
            next_group: 0,
            skip: from,
            group: None,
            batch: Vec::new(),
            budget,
            failed: false,
        };
        Box::new(std::iter::from_fn(move || rows.next()))
    }
}

struct Rows {
    metadata: Arc<ParquetMetaData>,
    file: File,
    reader: SerializedFileReader<File>,
    columns: Vec<usize>,
    next_group: usize,
    /// Rows still to be passed over.
    skip: u64,
    group: Option<Group>,
    /// One queue of cells for each column.
    batch: Vec<std::vec::IntoIter<Raw>>,
    /// Bytes of text that may still be read.
    budget: u64,
    failed: bool,
}

/// A row group that is being read.
struct Group {
    readers: Vec<Column>,
    left: u64,
    batch_rows: u64,
}

/// A column of it.
struct Column {
    name: String,
    reader: ColumnReader,
    reading: Reading,
}

impl Column {
    fn next(&mut self, n: u64) -> Result<Vec<Raw>, TableError> {
        cells(&mut self.reader, self.reading, n as usize).map_err(|it| in_column(&self.name, it))
    }
}

/// A cell as it lies in its page: texts are shared until their row comes.
enum Raw {
    Text(ByteArray),
    Other(Cell),
}

/// What a column is refused for, by its name; what the system refuses has no column.
fn in_column(column: &str, error: TableError) -> TableError {
    match error {
        TableError::Broken(rule) => TableError::Column { column: column.to_owned(), rule },
        other => other,
    }
}

impl Rows {
    fn next(&mut self) -> Option<Result<Vec<Cell>, TableError>> {
        if self.failed {
            return None;
        }
        let row = catch_panics(|| self.row()).transpose();
        self.failed = matches!(row, Some(Err(_)));
        row
    }

    fn row(&mut self) -> Result<Option<Vec<Cell>>, TableError> {
        loop {
            if let Some(first) = self.batch.first()
                && first.len() > 0
            {
                let raw: Option<Vec<Raw>> = self.batch.iter_mut().map(Iterator::next).collect();
                let raw = raw.ok_or_else(|| broken("its columns are of different lengths"))?;
                return raw.into_iter().map(|it| self.cell(it)).collect::<Result<_, _>>().map(Some);
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn cell(&mut self, raw: Raw) -> Result<Cell, TableError> {
        let bytes = match raw {
            Raw::Other(cell) => return Ok(cell),
            Raw::Text(bytes) => bytes,
        };
        self.budget = self
            .budget
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| broken("its texts unpack to far more than it holds"))?;
        Ok(std::str::from_utf8(bytes.data())
            .map_or_else(|_| Cell::Bytes(bytes.data().to_vec()), |it| Cell::Text(it.to_owned())))
    }

    /// Reads the next batch of rows; false at the end.
    fn fill(&mut self) -> Result<bool, TableError> {
        loop {
            if let Some(group) = &mut self.group
                && group.left > 0
            {
                let n = group.batch_rows.min(group.left);
                let batch: Vec<Vec<Raw>> =
                    group.readers.iter_mut().map(|it| it.next(n)).collect::<Result<_, _>>()?;
                if batch.iter().any(|it| it.len() as u64 != n) {
                    return Err(broken("it has fewer rows than it says"));
                }
                group.left -= n;
                self.batch = batch.into_iter().map(Vec::into_iter).collect();
                return Ok(true);
            }
            if self.next_group >= self.metadata.num_row_groups() {
                return Ok(false);
            }
            self.open_group()?;
        }
    }

    fn open_group(&mut self) -> Result<(), TableError> {
        let n = self.next_group;
        self.next_group += 1;
        self.group = None;
        let metadata = self.metadata.row_group(n);
        let rows = metadata.num_rows() as u64;
        if self.skip >= rows {
            self.skip -= rows;
            return Ok(());
        }
        let mut largest = 0;
        for column in &self.columns {
            let chunk = metadata.column(*column);
            let survey = guard::survey(&self.file, chunk)
                .map_err(|it| in_column(&chunk.column_path().string(), it))?;
            largest += survey.largest_page;
        }
        if largest > MAX_PAGES_BYTES {
            let rule = format!("its columns unpack to more than {} MiB at once", MAX_PAGES_BYTES >> 20);
            return Err(broken(rule));
        }
        let reader = self.reader.get_row_group(n).map_err(refused)?;
        let readers = self.columns.iter().map(|it| {
            let chunk = metadata.column(*it);
            let reading = Reading::of(chunk.column_descr());
            let reader = reader.get_column_reader(*it).map_err(refused)?;
            Ok(Column { name: chunk.column_path().string(), reader, reading })
        });
        let readers = readers.collect::<Result<_, TableError>>()?;
        let batch_rows = (BATCH_BYTES / largest.max(1)).clamp(1, BATCH_ROWS);
        let mut group = Group { readers, left: rows, batch_rows };
        // Rows that were dealt with are read and dropped, since pages do not begin where rows are asked for.
        while self.skip > 0 {
            let n = batch_rows.min(self.skip);
            for column in &mut group.readers {
                column.next(n)?;
            }
            self.skip -= n;
            group.left -= n;
        }
        self.group = Some(group);
        Ok(())
    }
}

/// How the numbers of a column are meant.
#[derive(Clone, Copy)]
struct Reading {
    max_def: i16,
    whole: Whole,
    fixed: Option<Fixed>,
}

/// What bytes of one length are, and whole numbers that are none.
#[derive(Clone, Copy)]
enum Fixed {
    Uuid,
    /// So many digits stand behind the point.
    Decimal {
        scale: u32,
    },
}

impl Fixed {
    fn of(column: &ColumnDescriptor) -> Option<Self> {
        let decimal = |scale: i32| Some(Self::Decimal { scale: scale.try_into().ok()? });
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Uuid), _) => Some(Self::Uuid),
            (Some(LogicalType::Decimal(it)), _) => decimal(it.scale),
            (None, ConvertedType::DECIMAL) => decimal(column.type_scale()),
            _ => None,
        }
    }

    /// Bytes in the order of the network; a number in two's complement.
    fn cell(self, bytes: &[u8]) -> Option<Cell> {
        match self {
            Self::Uuid => {
                let hex: String = bytes.iter().fold(String::new(), |hex, it| format!("{hex}{it:02x}"));
                let parts =
                    [hex.get(..8)?, hex.get(8..12)?, hex.get(12..16)?, hex.get(16..20)?, hex.get(20..)?];
                (bytes.len() == 16).then(|| Cell::Text(parts.join("-")))
            }
            Self::Decimal { scale } => {
                let sign = if bytes.first()? & 0x80 == 0 { 0 } else { 0xff };
                let mut wide = [sign; 16];
                wide.get_mut(16_usize.checked_sub(bytes.len())?..)?.copy_from_slice(bytes);
                Some(decimal(i128::from_be_bytes(wide), scale))
            }
        }
    }
}

/// A number of so many ten-to-the-minus-`scale`: whole where nothing stands behind the point, else as it is written.
fn decimal(units: i128, scale: u32) -> Cell {
    let Some(one) = 10_i128.checked_pow(scale) else { return Cell::Empty };
    match units % one {
        0 => Cell::Whole(units / one),
        rest => {
            let sign = if units < 0 { "-" } else { "" };
            let width = scale as usize;
            Cell::Text(format!("{sign}{}.{:0width$}", (units / one).abs(), rest.abs()))
        }
    }
}

#[derive(Clone, Copy)]
enum Whole {
    Signed,
    Unsigned,
    /// Days since 1970.
    Day,
    /// So many of them are a millisecond.
    Time {
        per_ms: i64,
    },
}

impl Reading {
    fn of(column: &ColumnDescriptor) -> Self {
        let time = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => Whole::Time { per_ms: 1 },
            TimeUnit::MICROS => Whole::Time { per_ms: 1000 },
            TimeUnit::NANOS => Whole::Time { per_ms: 1_000_000 },
        };
        let whole = match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Timestamp(it)), _) => time(&it.unit),
            (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Whole::Day,
            (Some(LogicalType::Integer(IntType { is_signed: false, .. })), _)
            | (
                None,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
            ) => Whole::Unsigned,
            (None, ConvertedType::TIMESTAMP_MILLIS) => Whole::Time { per_ms: 1 },
            (None, ConvertedType::TIMESTAMP_MICROS) => Whole::Time { per_ms: 1000 },
            _ => Whole::Signed,
        };
        Self { max_def: column.max_def_level(), whole, fixed: Fixed::of(column) }
    }

    fn cell(self, value: i64) -> Cell {
        match self.whole {
            _ if let Some(Fixed::Decimal { scale }) = self.fixed => decimal(i128::from(value), scale),
            Whole::Unsigned => Cell::Whole(i128::from(value.cast_unsigned())),
            Whole::Signed => Cell::Whole(i128::from(value)),
            Whole::Day => Cell::Time(value.saturating_mul(MS_PER_DAY)),
            Whole::Time { per_ms } => Cell::Time(value.div_euclid(per_ms)),
        }
    }
}

/// The next `n` cells of a column.
fn cells(reader: &mut ColumnReader, reading: Reading, n: usize) -> Result<Vec<Raw>, TableError> {
    let def = reading.max_def;
    let whole = |it: i64| Raw::Other(reading.cell(it));
    let number = |it: f64| Raw::Other(if it.is_nan() { Cell::Empty } else { Cell::Number(it) });
    let unsigned = matches!(reading.whole, Whole::Unsigned);
    match reader {
        ColumnReader::BoolColumnReader(it) => take(it, def, n, |it| Raw::Other(Cell::Truth(it))),
        ColumnReader::Int32ColumnReader(it) => {
            take(it, def, n, |it| whole(if unsigned { i64::from(it as u32) } else { i64::from(it) }))
        }
        ColumnReader::Int64ColumnReader(it) => take(it, def, n, whole),
        ColumnReader::Int96ColumnReader(it) => take(it, def, n, |it| Raw::Other(Cell::Time(it.to_millis()))),
        ColumnReader::FloatColumnReader(it) => take(it, def, n, |it| number(f64::from(it))),
        ColumnReader::DoubleColumnReader(it) => take(it, def, n, number),
        ColumnReader::ByteArrayColumnReader(it) => take(it, def, n, |it| match reading.fixed {
            Some(fixed) => Raw::Other(fixed.cell(it.data()).unwrap_or(Cell::Empty)),
            None => Raw::Text(it),
        }),
        ColumnReader::FixedLenByteArrayColumnReader(it) => match reading.fixed {
            Some(fixed) => take(it, def, n, |it| Raw::Other(fixed.cell(it.data()).unwrap_or(Cell::Empty))),
            None => Err(broken("it holds bytes of one length")),
        },
    }
}

fn take<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    max_def: i16,
    n: usize,
    raw: impl Fn(T::T) -> Raw,
) -> Result<Vec<Raw>, TableError> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (records, ..) = reader.read_records(n, Some(&mut levels), None, &mut values).map_err(refused)?;
    let mut values = values.into_iter();
    if max_def == 0 {
        return Ok(values.map(raw).take(records).collect());
    }
    let cell = |level: &i16| match *level == max_def {
        true => values.next().map(&raw),
        false => Some(Raw::Other(Cell::Empty)),
    };
    levels.iter().map(cell).collect::<Option<_>>().ok_or_else(|| broken("it has fewer values than it says"))
}
