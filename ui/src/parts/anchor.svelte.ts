// Choosing a place in the item without a mouse: words of a text, a box in an image.
import type { Anchor, PartView } from '../desk/types';
import { slice, words } from '../kit/text';
import { moved, pulled, type Box } from './boxes';

/** Steps of a box, in parts of the image's width or height. */
const NUDGE = 0.02;
const FINE = 0.004;

export class AnchorPicker {
  /** The part the keys act on. */
  at = $state(0);
  /** Word numbers, inclusive, of a text part. */
  from = $state(0);
  to = $state(0);
  box = $state<Box>({ x: 0.3, y: 0.3, w: 0.4, h: 0.4 });
  /** The evidence whose box this is, where one that stands is adjusted. */
  adjusts = $state<string | null>(null);
  #before: Box | null = null;

  /** Parts a place can be chosen in: texts with words and uncovered images. */
  readonly parts: PartView[];
  readonly #words: [number, number][][];

  constructor(parts: PartView[], isOpen: (part: PartView) => boolean) {
    this.parts = parts.filter((it) => (it.kind === 'text' ? words(it.text ?? '').length > 0 : isOpen(it)));
    this.#words = this.parts.map((it) => words(it.text ?? ''));
  }

  get part(): PartView | undefined {
    return this.parts[this.at];
  }

  /** The next part, round and round. */
  turn(by: 1 | -1): void {
    this.at = (this.at + by + this.parts.length) % Math.max(1, this.parts.length);
    this.from = 0;
    this.to = 0;
  }

  /** Goes to the first image; false where there is none. */
  goToImage(): boolean {
    const at = this.parts.findIndex((it) => it.kind === 'image');
    if (at >= 0) this.at = at;
    return at >= 0;
  }

  /** Begins with a box that stands; false where its picture is not on show. */
  adjust(id: string, part: string, box: Box): boolean {
    const at = this.parts.findIndex((it) => it.id === part && it.kind === 'image');
    if (at < 0) return false;
    this.at = at;
    this.adjusts = id;
    this.box = this.#before = box;
    return true;
  }

  /** The box that stands was moved or has another size. */
  get changed(): boolean {
    const { box } = this;
    const before = this.#before;
    return before !== null && (['x', 'y', 'w', 'h'] as const).some((it) => box[it] !== before[it]);
  }

  /** What is chosen is stored: from here on it is as it began. */
  settle(): void {
    this.#before = this.box;
  }

  /** A small move, for the last pixels of a box; words have no smaller step. */
  nudge(dx: number, dy: number): void {
    if (this.part?.kind === 'image') this.#moveBox(dx, dy, false, FINE);
    else this.#moveWords(dx + dy, false);
  }

  /** An arrow key: moves by a word or nudges the box; with `extend` it grows or shrinks. */
  arrow(dx: number, dy: number, extend: boolean): void {
    if (this.part?.kind === 'image') this.#moveBox(dx, dy, extend);
    else this.#moveWords(dx + dy * 5, extend);
  }

  /** Where text is marked, as scalar offsets. */
  get span(): { start: number; end: number } | null {
    const all = this.#words[this.at] ?? [];
    const first = all[this.from];
    const last = all[this.to];
    return this.part?.kind === 'text' && first && last ? { start: first[0], end: last[1] } : null;
  }

  /** The place chosen. */
  get anchor(): Anchor | null {
    const part = this.part;
    if (!part) return null;
    if (part.kind === 'image') return boxAnchor(part.id, this.box);
    const span = this.span;
    return span && spanAnchor(part, span.start, span.end);
  }

  #moveWords(by: number, extend: boolean): void {
    const last = (this.#words[this.at]?.length ?? 1) - 1;
    const clamp = (n: number) => Math.min(last, Math.max(0, n));
    if (extend) this.to = Math.max(this.from, clamp(this.to + by));
    else this.from = this.to = clamp((by < 0 ? this.from : this.to) + by);
  }

  #moveBox(dx: number, dy: number, extend: boolean, by = NUDGE): void {
    const it = this.box;
    const far = { x: it.x + it.w + dx * by, y: it.y + it.h + dy * by };
    this.box = extend ? pulled(it, 'se', far) : moved(it, dx * by, dy * by);
  }
}

/** Part of a text with its quote. */
export function spanAnchor(part: PartView, start: number, end: number): Anchor {
  return { kind: 'text_span', part: part.id, start, end, quote: slice(part.text ?? '', start, end) };
}

/** A box, rounded so that it stays inside the image. */
export function boxAnchor(part: string, { x, y, w, h }: Box): Anchor {
  const round = (n: number) => Math.round(n * 10_000) / 10_000;
  const [left, top] = [round(x), round(y)];
  return { kind: 'image_box', part, box: [left, top, round(Math.min(w, 1 - left)), round(Math.min(h, 1 - top))] };
}
