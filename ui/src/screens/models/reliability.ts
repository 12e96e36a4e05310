// A reliability plot as numbers: what was predicted beside what was observed, ten bins, in a square of 0 to 1.
import type { Bin } from '../../desk/types';

/** A bin as it is drawn. */
export interface Point {
  from: number;
  to: number;
  rows: number;
  positive: number;
  /** Mean probability. */
  predicted: number;
  /** Share that was positive, and its 95 % interval. */
  observed: number;
  low: number;
  high: number;
}

/** Bins of a card are twice as fine as can be read off a plot. */
const MERGED = 2;

/** The bins that hold rows. */
export function points(bins: readonly Bin[]): Point[] {
  const found: Point[] = [];
  for (let n = 0; n < bins.length; n += MERGED) {
    const merged = bins.slice(n, n + MERGED);
    const rows = sum(merged.map((it) => it.rows));
    if (rows === 0) continue;
    const positive = sum(merged.map((it) => it.positive));
    const predicted = sum(merged.map((it) => it.mean * it.rows)) / rows;
    const [low, high] = wilson(positive, rows);
    found.push({ from: n / bins.length, to: (n + MERGED) / bins.length, rows, positive, predicted, observed: positive / rows, low, high });
  }
  return found;
}

/** The 95 % interval of a share: Wilson's, which holds for few rows too. */
export function wilson(positive: number, rows: number): [low: number, high: number] {
  const z = 1.96;
  const share = positive / rows;
  const middle = share + (z * z) / (2 * rows);
  const half = z * Math.sqrt((share * (1 - share)) / rows + (z * z) / (4 * rows * rows));
  const all = 1 + (z * z) / rows;
  return [Math.max(0, (middle - half) / all), Math.min(1, (middle + half) / all)];
}

/** Radius of a point: its area grows with the rows, and a single row can still be seen. */
export function radius(rows: number, most: number): number {
  return 3 + 6 * Math.sqrt(rows / most);
}

const sum = (all: number[]) => all.reduce((a, b) => a + b, 0);
