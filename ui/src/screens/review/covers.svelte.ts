// Which images of an item are shown uncovered right now. All start covered, every time.
import type { PartView } from '../../desk/types';

export class Covers {
  #shown = $state<string[]>([]);
  #peeked = $state<string | null>(null);

  /** `store` has the desk record the uncovering; only then is there a picture to show. */
  constructor(private readonly store: (part: PartView) => Promise<PartView | null>) {}

  isShown = (part: PartView): boolean => part.uncovered !== null && (this.#shown.includes(part.id) || this.#peeked === part.id);

  /** Shown until it is covered, and not only while a key is held. */
  staysShown = (part: PartView): boolean => this.isShown(part) && this.#peeked !== part.id;

  async uncover(part: PartView): Promise<void> {
    const open = part.uncovered === null ? await this.store(part) : part;
    if (open) this.#shown = [...this.#shown.filter((it) => it !== part.id), part.id];
  }

  cover(part: PartView): void {
    this.#shown = this.#shown.filter((it) => it !== part.id);
    if (this.#peeked === part.id) this.#peeked = null;
  }

  coverAll(): void {
    this.#shown = [];
    this.#peeked = null;
  }

  /** Shows a picture until `endPeek`, which covers it in any case; where that comes before the desk answers, it is never shown. */
  async peek(part: PartView): Promise<void> {
    this.cover(part);
    this.#peeked = part.id;
    if (part.uncovered === null) await this.store(part);
  }

  endPeek(): void {
    this.#peeked = null;
  }

  /** Uncovers a picture, or covers it again. */
  async toggle(part: PartView): Promise<void> {
    if (this.isShown(part)) this.cover(part);
    else await this.uncover(part);
  }
}
