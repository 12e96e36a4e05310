// Which images of an item are shown uncovered right now. All start covered, every time.
import type { PartView } from '../../desk/types';

export class Covers {
  #shown = $state<string[]>([]);

  /** `store` has the desk record the uncovering; only then is there a picture to show. */
  constructor(private readonly store: (part: PartView) => Promise<PartView | null>) {}

  isShown = (part: PartView): boolean => part.uncovered !== null && this.#shown.includes(part.id);

  async uncover(part: PartView): Promise<void> {
    const open = part.uncovered === null ? await this.store(part) : part;
    if (open) this.#shown = [...this.#shown.filter((it) => it !== part.id), part.id];
  }

  cover(part: PartView): void {
    this.#shown = this.#shown.filter((it) => it !== part.id);
  }

  coverAll(): void {
    this.#shown = [];
  }

  /** Uncovers a picture, or covers it again. */
  async toggle(part: PartView): Promise<void> {
    if (this.isShown(part)) this.cover(part);
    else await this.uncover(part);
  }
}
