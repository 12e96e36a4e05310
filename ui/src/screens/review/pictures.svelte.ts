// The pictures of the item on screen: which is in hand, how each lies in its stage, and whether one fills the window.
import type { ItemView, PartView } from '../../desk/types';
import { Look } from '../../parts/look.svelte';

export class Pictures {
  /** The picture in hand fills the window. */
  full = $state(false);
  #hand = $state<string | null>(null);
  readonly #looks = new Map<string, Look>();

  constructor(private readonly item: () => ItemView | undefined) {}

  get all(): PartView[] {
    return this.item()?.parts.filter((it) => it.kind === 'image') ?? [];
  }

  /** The picture that keys act on: the first, until another is taken. */
  get inHand(): PartView | undefined {
    const { all } = this;
    return all.find((it) => it.id === this.#hand) ?? all[0];
  }

  /** How a picture lies where it is shown: in its column and in the whole window each its own way. */
  look(part: PartView, full: boolean): Look {
    const place = `${full ? 'full' : 'column'} ${part.id}`;
    const found = this.#looks.get(place) ?? new Look({ width: part.width ?? 4, height: part.height ?? 3 });
    this.#looks.set(place, found);
    return found;
  }

  /** How the picture in hand lies where the keys are. */
  get lookInHand(): Look | undefined {
    return this.inHand && this.look(this.inHand, this.full);
  }

  take(part: string): void {
    this.#hand = part;
  }

  /** Takes the next picture, round and round. */
  turn(by: 1 | -1): void {
    const { all, inHand } = this;
    const at = all.findIndex((it) => it.id === inHand?.id);
    this.#hand = all[(at + by + all.length) % Math.max(1, all.length)]?.id ?? null;
  }

  /** Another item: all lie as they began. */
  reset(): void {
    this.full = false;
    this.#hand = null;
    this.#looks.clear();
  }
}
