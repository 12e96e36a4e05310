// What can be taken back on one item. Changes of one name in quick succession, as in typing, count as one.

const SAME_CHANGE_MS = 1500;

export class History<T> {
  #past: T[] = [];
  #future: T[] = [];
  #last = { name: '', at: 0 };

  constructor(
    private readonly take: () => T,
    private readonly restore: (it: T) => void,
    private readonly now: () => number,
  ) {}

  /** A change named `name` is about to be made; `typing` joins it to one just made. */
  before(name: string, typing: boolean): void {
    const at = this.now();
    const joins = typing && name === this.#last.name && at - this.#last.at < SAME_CHANGE_MS;
    if (!joins) this.#past.push(this.take());
    this.#future = [];
    this.#last = { name, at };
  }

  /** Takes the last change back; false where there is none. */
  undo(): boolean {
    return this.#swap(this.#past, this.#future);
  }

  /** Makes the change taken back last again; false where there is none. */
  redo(): boolean {
    return this.#swap(this.#future, this.#past);
  }

  /** Remembers how everything stands; what it gives brings that back, and there is nothing to undo of what came since. */
  mark(): () => void {
    const [it, depth] = [this.take(), this.#past.length];
    return () => {
      this.#past.length = Math.min(depth, this.#past.length);
      this.#future = [];
      this.#last = { name: '', at: 0 };
      this.restore(it);
    };
  }

  clear(): void {
    this.#past = [];
    this.#future = [];
    this.#last = { name: '', at: 0 };
  }

  #swap(from: T[], to: T[]): boolean {
    const it = from.pop();
    if (it === undefined) return false;
    to.push(this.take());
    this.#last = { name: '', at: 0 };
    this.restore(it);
    return true;
  }
}
