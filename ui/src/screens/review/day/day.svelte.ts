// The day in view: how much was decided, how fast, what had to be looked at, and when a break would do good. All of it is the
// reviewer's own; it stands in no case file, and nothing happens to whoever passes a break by.
import type { Backend } from '../../../desk/backend';
import type { Day } from '../../../desk/types';

/** Without a key for so long, somebody was away: that was a break. */
const AWAY_MS = 5 * 60_000;
/** Passed by, a break is offered again after so much more work. */
const LATER_MS = 10 * 60_000;

/** What stands open on the screen, second by second. */
export interface Looked {
  row: number | null;
  uncovered: boolean;
}

export class DayState {
  /** `null` where it cannot be told. */
  day = $state.raw<Day | null>(null);
  /** Work since the last break, ms. */
  workedMs = $state(0);
  /** Time with an uncovered picture that the desk was not told of yet. */
  #open: { row: number; ms: number } | null = $state(null);
  #laterMs = $state(0);
  #touchedMs: number;

  constructor(
    private readonly backend: Backend,
    private readonly now: () => number,
    private readonly breakMinutes: () => number,
  ) {
    this.#touchedMs = now();
  }

  /** Of all pictures today, ms. */
  get uncoveredMs(): number {
    const { day } = this;
    const told = day ? day.uncovered_ms.reduce((sum, it) => sum + it, 0) + day.uncovered_undecided_ms : 0;
    return told + (this.#open?.ms ?? 0);
  }

  get isBreakDue(): boolean {
    const minutes = this.breakMinutes();
    return minutes > 0 && this.workedMs >= minutes * 60_000 + this.#laterMs;
  }

  async load(): Promise<void> {
    this.day = await this.backend.review.day(midnight(this.now())).catch(() => null);
  }

  /** A key was pressed, or a button. */
  touched(): void {
    const now = this.now();
    if (now - this.#touchedMs >= AWAY_MS) this.rested();
    this.#touchedMs = now;
  }

  /** One second passed with an item in front. */
  second({ row, uncovered }: Looked): void {
    if (this.#open && this.#open.row !== row) void this.tell();
    if (row === null || this.now() - this.#touchedMs >= AWAY_MS) return;
    this.workedMs += 1000;
    if (uncovered) this.#open = { row, ms: (this.#open?.ms ?? 0) + 1000 };
  }

  /** Has the desk keep for how long a picture was uncovered, and tells the day anew. */
  async tell(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    // A time that cannot be kept stops nobody; the desk logs why.
    if (open) await this.backend.review.looked(open.row, open.ms).catch(() => null);
    await this.load();
  }

  later(): void {
    this.#laterMs = this.workedMs - this.breakMinutes() * 60_000 + LATER_MS;
  }

  rested(): void {
    this.workedMs = 0;
    this.#laterMs = 0;
  }
}

/** Where this day began, by the clock on the wall. */
function midnight(now: number): number {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}
