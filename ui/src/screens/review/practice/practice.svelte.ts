// Which keys were tried while practising, and how long it took. Kept as long as the window is open: what was decided is in the
// practice file, and who comes back goes on with the cards that are left.
import { SvelteSet } from 'svelte/reactivity';

import { LESSONS, lessonOf, type Lesson } from './lessons';

export class Practice {
  /** What was tried on a card where it is learnt, as `practice-01 store`. */
  readonly tried = new SvelteSet<string>();
  #begunMs: number | null = null;
  tookMs = $state<number | null>(null);

  constructor(private readonly now: () => number) {}

  /** A command is about to run while `item` is on screen. */
  runs(id: string, item: string | undefined): void {
    const lesson = lessonOf(item);
    if (!lesson) return;
    this.#begunMs ??= this.now();
    this.tookMs = this.now() - this.#begunMs;
    if (lesson.keys.some((it) => it === id)) this.tried.add(`${lesson.item} ${id}`);
  }

  isTried(lesson: Lesson, id: string): boolean {
    return this.tried.has(`${lesson.item} ${id}`);
  }

  /** Learnt on a card, and not tried on it. */
  get untried(): string[] {
    return LESSONS.flatMap((lesson) => lesson.keys.filter((id) => !this.isTried(lesson, id)));
  }

  /** Begins anew: another file is open. */
  forget(): void {
    this.tried.clear();
    this.#begunMs = null;
    this.tookMs = null;
  }
}
