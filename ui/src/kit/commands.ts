// Commands as the page knows them all: a name, keys, and where the keys count. What one does is its screen's affair.
import { createContext } from 'svelte';

import { keymap } from './keymap.svelte';

export interface Command {
  readonly id: string;
  /** As the person set them, else the usual ones. */
  readonly keys: readonly string[];
  readonly usual: readonly string[];
  /** Where its keys count. */
  readonly where: string;
  /** Where in the menu it stands. */
  readonly group: string;
  /** Also while a person writes in a field. */
  readonly inField?: boolean;
  /** Also while the key is held down. */
  readonly repeats?: boolean;
  /** Leaves its keys to any other action that has them and can run. */
  readonly yields?: boolean;
  /** Lasts as long as its key is held, so that no button and no list can run it. */
  readonly held?: boolean;
}

/** A command with what else is known of it. `keys` are its usual ones, with spaces between. */
export function keyed<T extends object>(id: string, keys: string, where: string, group: string, more: T): Command & T {
  const usual = keys === '' ? [] : keys.split(' ');
  return { id, usual, get keys() { return keymap.changed[id] ?? usual; }, where, group, ...more };
}

/** Why an action cannot have a key. */
export type Refusal = { kind: 'taken'; by: string } | { kind: 'focus' } | { kind: 'letter' };

export class CommandTable<C extends Command = Command> {
  readonly #byId: ReadonlyMap<string, C>;

  constructor(
    readonly all: readonly C[],
    /** Places that count at once: there, a key belongs to one action. */
    readonly together: readonly (readonly string[])[],
  ) {
    this.#byId = new Map(all.map((it) => [it.id, it]));
  }

  /** The entry of an action. */
  find(id: string): C {
    const found = this.#byId.get(id);
    if (!found) throw new Error(`${id}: not in the table of commands`);
    return found;
  }

  /** The entry of an action, where there is one. */
  get(id: string): C | undefined {
    return this.#byId.get(id);
  }

  /** Why `id` cannot have `key` beside the keys that all others have now; `null` where it can. */
  refusal(id: string, key: string, keysOf: (it: C) => readonly string[] = (it) => it.keys): Refusal | null {
    const it = this.find(id);
    // Tab is how everything else is reached; only a place that shuts the others out takes it over, and Escape ends that.
    if (/^(Shift\+)?Tab$/.test(key) && !this.shutsOut(it.where)) return { kind: 'focus' };
    if (it.inField && writes(key)) return { kind: 'letter' };
    const by = this.all.find((other) => other.id !== id && this.#meet(it, other) && keysOf(other).includes(key));
    return by ? { kind: 'taken', by: by.id } : null;
  }

  /** Stored keys as far as they can be used together; a change that collides falls back to the usual keys. */
  sound(stored: Record<string, string[]>): { keys: Record<string, string[]>; dropped: string[] } {
    const keys = Object.fromEntries(Object.entries(stored).filter(([id]) => this.#byId.has(id)));
    const dropped: string[] = [];
    const keysOf = (it: C) => keys[it.id] ?? it.usual;
    for (;;) {
      const wrong = this.all.find((it) => it.id in keys && keysOf(it).some((key) => this.refusal(it.id, key, keysOf)));
      if (!wrong) return { keys, dropped };
      delete keys[wrong.id];
      dropped.push(wrong.id);
    }
  }

  /** True for a place whose keys never count beside those of every place. */
  shutsOut(where: string): boolean {
    return !this.together.some((places) => places.includes(where) && places.includes(ANYWHERE));
  }

  /** Places of both count at once somewhere, and neither gives way to the other. */
  #meet(a: C, b: C): boolean {
    if (a.yields || b.yields) return false;
    return this.together.some((places) => places.includes(a.where) && places.includes(b.where));
  }
}

/** The place that counts on every screen. */
export const ANYWHERE = 'anywhere';

/** A key that writes or moves the caret in a field. */
function writes(key: string): boolean {
  return !/^(Ctrl|Alt)\+/.test(key) && !/^(Shift\+)?F\d+$/.test(key) && key !== 'Escape';
}

/** Commands as buttons and lists of them need them: what they are called, whether they can run now, and running them. */
export interface Commands {
  readonly table: CommandTable;
  /** Groups of the menu in their order; `apart` are those that only count where the menu cannot be. */
  readonly groups: readonly string[];
  readonly apart: readonly string[];
  /** A button or a list may run it now. */
  can(id: string): boolean;
  /** Its key would do something now. */
  counts(id: string): boolean;
  /** Runs an action where it may run now; true where it did. */
  run(id: string): boolean;
  name(id: string): string;
  placeName(where: string): string;
  groupName(group: string): string;
  /** Words with the key of an action where they name it in braces, as in `{undo} reopens it`. */
  withKeys(text: string): string;
}

export const [useCommands, provideCommands] = createContext<Commands>();
