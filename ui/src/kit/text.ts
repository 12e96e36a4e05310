// Text as it is shown: cut into runs, with invisible characters named.
//
// Offsets are Unicode scalar values, half-open, as on the wire; JavaScript counts UTF-16 units.
// This file is the one place that converts on the page's side.

/** A piece of text with one look. */
export interface Run {
  /** As written. */
  text: string;
  /** Scalar offsets, half-open. */
  start: number;
  end: number;
  /** Name of the invisible character this run is, such as `RLO`. */
  mark: string | null;
  /** Ids of the spans that cover it. */
  spans: string[];
}

/** Part of a text, by scalar offsets. */
export interface Span {
  id: string;
  start: number;
  end: number;
}

/** Length in scalars. */
export function scalars(text: string): number {
  let n = 0;
  for (const _ of text) n += 1;
  return n;
}

/** The scalar offset of UTF-16 offset `unit`; inside a surrogate pair it is the pair's start. */
export function scalarOf(text: string, unit: number): number {
  let seen = 0;
  let n = 0;
  for (const it of text) {
    seen += it.length;
    if (seen > unit) return n;
    n += 1;
  }
  return n;
}

/** The text between two scalar offsets. */
export function slice(text: string, start: number, end: number): string {
  return [...text].slice(start, end).join('');
}

const NAMES: Record<number, string> = {
  0x00ad: 'SHY', 0x034f: 'CGJ', 0x061c: 'ALM', 0x115f: 'HANGUL FILLER', 0x1160: 'HANGUL FILLER', 0x180e: 'MVS',
  0x200b: 'ZWSP', 0x200c: 'ZWNJ', 0x200d: 'ZWJ', 0x200e: 'LRM', 0x200f: 'RLM', 0x2028: 'LS', 0x2029: 'PS',
  0x202a: 'LRE', 0x202b: 'RLE', 0x202c: 'PDF', 0x202d: 'LRO', 0x202e: 'RLO', 0x2060: 'WJ', 0x2066: 'LRI',
  0x2067: 'RLI', 0x2068: 'FSI', 0x2069: 'PDI', 0x2800: 'BLANK', 0x3164: 'HANGUL FILLER', 0xfeff: 'BOM',
  0xffa0: 'HANGUL FILLER', 0x007f: 'DEL',
};

const PICTURE = /[\p{Extended_Pictographic}\u{FE0F}\u{1F3FB}-\u{1F3FF}]/u;
// Scripts in which a joiner or non-joiner is spelling, not hiding.
const JOINING = /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Mongolian}]/u;

/** For each character its name where a reader would not see it, else `null`. */
export function invisibleNames(chars: string[]): (string | null)[] {
  let inFlag = false;
  return chars.map((char, n) => {
    // England, Scotland and Wales are flags written as a black flag and tag letters.
    const isTag = /[\u{E0020}-\u{E007F}]/u.test(char);
    inFlag = char === '\u{1F3F4}' || (inFlag && isTag);
    return inFlag && isTag ? null : invisibleName(char, chars[n - 1], chars[n + 1]);
  });
}

/** Neighbours decide for joiners: some are spelling. */
function invisibleName(char: string, before = '', after = ''): string | null {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0x0a || code === 0x09 || code === 0x0d) return null;
  if (code === 0x200c || code === 0x200d) {
    const inPicture = code === 0x200d && PICTURE.test(before) && PICTURE.test(after);
    if (inPicture || (JOINING.test(before) && JOINING.test(after))) return null;
  }
  const named = NAMES[code];
  if (named) return named;
  if (code < 0x20 || (code >= 0x80 && code < 0xa0)) return hex(code);
  if ((code >= 0x2061 && code <= 0x206f) || (code >= 0xfff0 && code <= 0xfffb)) return hex(code);
  if (code > 0xe0020 && code < 0xe007f) return `TAG ${String.fromCharCode(code - 0xe0000)}`;
  if (code >= 0xe0000 && code <= 0xe007f) return hex(code);
  if (code >= 0xd800 && code <= 0xdfff) return hex(code);
  return null;
}

function hex(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `text` with invisible characters written as ⟨NAME⟩: for short texts in chips and lists. */
export function visible(text: string): string {
  const chars = [...text];
  const names = invisibleNames(chars);
  return chars.map((it, n) => (names[n] ? `⟨${names[n]}⟩` : it)).join('');
}

/** How many invisible characters a text has. */
export function countInvisible(text: string): number {
  return invisibleNames([...text]).filter((it) => it !== null).length;
}

/** `text` cut where spans begin or end and around each invisible character. */
export function runs(text: string, spans: Span[], marks: boolean): Run[] {
  const chars = [...text];
  const names = marks ? invisibleNames(chars) : [];
  const edges = new Set(spans.flatMap((it) => [it.start, it.end]));
  const out: Run[] = [];
  chars.forEach((char, n) => {
    const mark = names[n] ?? null;
    const last = out.at(-1);
    if (last && !mark && !last.mark && !edges.has(n)) {
      last.text += char;
      last.end = n + 1;
      return;
    }
    const covering = spans.filter((it) => it.start <= n && n < it.end).map((it) => it.id);
    out.push({ text: char, start: n, end: n + 1, mark, spans: covering });
  });
  return out;
}

/** The words of a text by scalar offsets, in every script the engine can cut. */
export function words(text: string): [number, number][] {
  const cut = new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text);
  const found: [number, number][] = [];
  let at = 0;
  for (const it of cut) {
    const end = at + scalars(it.segment);
    if (it.isWordLike) found.push([at, end]);
    at = end;
  }
  return found;
}
