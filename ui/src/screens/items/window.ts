// Which lines of a long list are in view. A web view lays nothing out beyond some 17 to 33 million
// pixels, and zoom takes its part of that, so the scroller of a long list is shorter than its lines
// and stands for them in proportion.

/** Height of a line, px, at the usual text size. */
export const LINE = 46;
/** The scroller is never taller: half of what the least web view lays out at 200 % zoom. */
export const TALLEST = 4_000_000;

/** A list and the box it is seen through. */
export interface Shape {
  /** Lines. */
  n: number;
  /** Height of a line, px. */
  line: number;
  /** Height of the box, px. */
  view: number;
}

export interface View {
  /** The first line in view, perhaps cut. */
  first: number;
  /** Lines to draw, one beyond the edge. */
  n: number;
  /** Where the first one begins, relative to the top of the view: 0 or less. */
  shift: number;
}

/** Height of the scroller. */
export function heightOf({ n, line }: Shape): number {
  return Math.min(n * line, TALLEST);
}

/** The scroller is shorter than the lines it stands for. */
export function isScaled({ n, line }: Shape): boolean {
  return n * line > TALLEST;
}

/** Pixels of list above the view when it is scrolled to `scroll`. */
export function topAt(scroll: number, shape: Shape): number {
  const [room, hidden] = rooms(shape);
  if (room <= 0 || hidden <= 0) return 0;
  return within((scroll / room) * hidden, hidden);
}

/** Where to scroll so that `top` pixels of list are above the view. */
export function scrollFor(top: number, shape: Shape): number {
  const [room, hidden] = rooms(shape);
  if (room <= 0 || hidden <= 0) return 0;
  return within((top / hidden) * room, room);
}

/** The lines in view when `top` pixels are above it. */
export function viewAt(top: number, { n, line, view }: Shape): View {
  const first = within(Math.floor(top / line), n - 1);
  return { first, n: Math.min(n - first, Math.ceil(view / line) + 1), shift: first * line - top };
}

/** The least movement that brings line `at` wholly into view. */
export function topFor(at: number, top: number, shape: Shape): number {
  const { line, view } = shape;
  const wanted = Math.min(Math.max(top, (at + 1) * line - view), at * line);
  return within(wanted, rooms(shape)[1]);
}

/** `top` moved by some pixels. */
export function topBy(pixels: number, top: number, shape: Shape): number {
  return within(top + pixels, rooms(shape)[1]);
}

/** Lines that are wholly in view at once. */
export function pageOf({ line, view }: Shape): number {
  return Math.max(1, Math.floor(view / line) - 1);
}

/** What the scroller can move, and what of the list is out of view. */
function rooms(shape: Shape): [number, number] {
  return [heightOf(shape) - shape.view, shape.n * shape.line - shape.view];
}

const within = (it: number, most: number) => Math.max(0, Math.min(it, most));
