// The item in hand beside the list: what it is, asked for once the cursor rests on it.
import { problemOf } from '../../desk/backend';
import type { ItemView, Problem } from '../../desk/types';
import type { Frame } from '../frame';

/** A cursor that runs through the list asks for nothing. */
const REST_MS = 120;

export class PreviewState {
  /** What is shown; `null` before it is here. */
  item = $state.raw<ItemView | null>(null);
  /** Why it cannot be shown. */
  problem = $state.raw<Problem | null>(null);

  #row: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly frame: Frame) {}

  /** The cursor is on an item, or on none. */
  follow(row: number | null): void {
    if (row === this.#row) return;
    this.#row = row;
    clearTimeout(this.#timer);
    if (row === null) this.clear();
    else this.#timer = setTimeout(() => void this.#ask(row), REST_MS);
  }

  clear(): void {
    clearTimeout(this.#timer);
    Object.assign(this, { item: null, problem: null });
    this.#row = null;
  }

  async #ask(row: number): Promise<void> {
    try {
      const item = await this.frame.backend.items.look(row);
      if (row === this.#row) Object.assign(this, { item, problem: null });
    } catch (error) {
      if (row === this.#row) Object.assign(this, { item: null, problem: problemOf(error) });
    }
  }
}
