//! The frames of an animation that differ most, side by side.
//!
//! A reviewer decides about a still, and what offends may be on the screen for a twentieth of a second. So the frames
//! are looked at twice: small, to choose those that are least like the ones chosen before, and then those in full.

use std::io::Cursor;

use image::{
    AnimationDecoder, DynamicImage, Frames, ImageDecoder, Rgb, RgbImage,
    codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder},
    imageops,
};

use crate::{
    decode::limits,
    layout::Layout,
    shown::{self, FULL_SIDE},
    stills::Format,
};

/// Frames on a sheet.
const MOST_SHOWN: usize = 9;
/// Frames that are looked at, from the first.
const MOST_READ: u32 = 400;
/// Pixels of the frames that are looked at, all together.
const MOST_PIXELS: u64 = 64_000_000;
/// The side of what frames are compared by.
const SMALL: u32 = 48;
/// Differences of so much (of 255) are the encoder's.
const NOISE: u8 = 10;
/// Between two frames.
const GAP: u32 = 6;
const GAP_COLOUR: Rgb<u8> = Rgb([38, 40, 44]);

/// What was chosen of an animation.
pub(crate) struct Sheet {
    /// The frames, row by row.
    pub picture: RgbImage,
    /// Their numbers, from 1.
    pub shown: Vec<u32>,
    /// Frames in a row.
    pub columns: u32,
    /// How many were looked at.
    pub read: u32,
    /// How large one is on the sheet.
    pub cell: (u32, u32),
}

/// The frames of a file that differ most; `first` is the picture as it would be shown alone, and `finish` makes of any
/// other frame what was made of it.
pub(crate) fn sheet(
    bytes: &[u8],
    format: Format,
    layout: Layout,
    first: &DynamicImage,
    finish: &dyn Fn(DynamicImage) -> DynamicImage,
) -> Sheet {
    let area = u64::from(first.width()) * u64::from(first.height());
    let most = (MOST_PIXELS / area.max(1)).min(u64::from(MOST_READ)).max(1) as u32;
    let (chosen, read) = choose(bytes, format, layout, first, finish, most);
    let columns = (chosen.len() as f32).sqrt().ceil() as u32;
    let side = (FULL_SIDE - (columns - 1) * GAP) / columns;
    let (width, height) = match chosen.len() {
        1 => shown::fitted(first.width(), first.height()),
        _ => shown::within(first.width(), first.height(), side),
    };
    let fit = |picture: &DynamicImage| shown::opaque(&shown::scaled(picture, width, height)).0;
    let mut cells = vec![fit(first)];
    let mut wanted = chosen[1..].iter().copied().peekable();
    if wanted.peek().is_some() {
        for (number, frame) in others(bytes, format, layout) {
            match wanted.peek() {
                None => break,
                Some(next) if *next == number => {
                    cells.push(fit(&finish(frame)));
                    wanted.next();
                }
                Some(_) => {}
            }
        }
    }
    // What could be read once can be read again; were it otherwise, only what is there is claimed.
    let shown = chosen[..cells.len()].to_vec();
    Sheet { picture: laid_out(&cells, columns), shown, columns, read, cell: (width, height) }
}

/// The numbers of the frames to show, in order, and how many frames there were to choose from.
fn choose(
    bytes: &[u8],
    format: Format,
    layout: Layout,
    first: &DynamicImage,
    finish: &dyn Fn(DynamicImage) -> DynamicImage,
    most: u32,
) -> (Vec<u32>, u32) {
    let mut numbers = vec![1];
    let mut smalls = vec![small(first)];
    for (number, frame) in others(bytes, format, layout).take(most.saturating_sub(1) as usize) {
        numbers.push(number);
        smalls.push(small(&finish(frame)));
    }
    let mut chosen = vec![0_usize];
    let mut apart: Vec<u64> = smalls.iter().map(|it| unlike(it, &smalls[0])).collect();
    while chosen.len() < MOST_SHOWN {
        let farthest = (0..apart.len()).max_by_key(|it| (apart[*it], std::cmp::Reverse(*it)));
        let Some(next) = farthest.filter(|it| apart[*it] > 0) else { break };
        chosen.push(next);
        for (apart, it) in apart.iter_mut().zip(&smalls) {
            *apart = (*apart).min(unlike(it, &smalls[next]));
        }
    }
    chosen.sort_unstable();
    (chosen.into_iter().map(|it| numbers[it]).collect(), numbers.len() as u32)
}

/// The frames from the second on, with their numbers, until one cannot be read.
fn others(bytes: &[u8], format: Format, layout: Layout) -> impl Iterator<Item = (u32, DynamicImage)> + '_ {
    let passed = usize::from(!layout.has_poster);
    let frames = frames(bytes, format).into_iter().flatten().skip(passed);
    (2..).zip(frames.map_while(Result::ok)).map(|(number, it)| (number, it.into_buffer().into()))
}

fn frames(bytes: &[u8], format: Format) -> Option<Frames<'_>> {
    let file = Cursor::new(bytes);
    match format {
        Format::Gif => {
            let mut decoder = GifDecoder::new(file).ok()?;
            decoder.set_limits(limits()).ok()?;
            Some(decoder.into_frames())
        }
        Format::WebP => {
            let mut decoder = WebPDecoder::new(file).ok()?;
            decoder.set_limits(limits()).ok()?;
            Some(decoder.into_frames())
        }
        Format::Png => Some(PngDecoder::with_limits(file, limits()).ok()?.apng().ok()?.into_frames()),
        _ => None,
    }
}

fn small(frame: &DynamicImage) -> Vec<u8> {
    let small = imageops::thumbnail(&frame.to_rgba8(), SMALL, SMALL);
    shown::opaque(&small.into()).0.into_raw()
}

/// How far two frames are apart; 0 for frames that look alike.
fn unlike(one: &[u8], other: &[u8]) -> u64 {
    let apart = one.iter().zip(other).map(|(one, other)| one.abs_diff(*other)).filter(|it| *it > NOISE);
    apart.map(|it| u64::from(it).pow(2)).sum()
}

fn laid_out(cells: &[RgbImage], columns: u32) -> RgbImage {
    let [only] = cells else {
        let (width, height) = cells[0].dimensions();
        let rows = (cells.len() as u32).div_ceil(columns);
        let extent = |n: u32, length: u32| n * length + (n - 1) * GAP;
        let mut sheet = RgbImage::from_pixel(extent(columns, width), extent(rows, height), GAP_COLOUR);
        for (n, cell) in (0..).zip(cells) {
            let (column, row) = (n % columns, n / columns);
            imageops::replace(
                &mut sheet,
                cell,
                (column * (width + GAP)).into(),
                (row * (height + GAP)).into(),
            );
        }
        return sheet;
    };
    only.clone()
}
