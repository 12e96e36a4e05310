// Which keys an action may have. A key belongs to one action wherever two of them count at once.
import { command, commands, TOGETHER, type Command, type CommandId } from './commands';

/** Why an action cannot have a key. */
export type Refusal = { kind: 'taken'; by: CommandId } | { kind: 'focus' } | { kind: 'letter' };

/** Places of both count at once somewhere. */
function meet(a: Command, b: Command): boolean {
  return TOGETHER.some((places) => places.includes(a.where) && places.includes(b.where));
}

/** Why `id` cannot have `key` beside the keys that all others have now; `null` where it can. */
export function refusal(id: CommandId, key: string, keysOf: (it: Command) => readonly string[] = (it) => it.keys): Refusal | null {
  const it = command(id);
  // Tab is how everything else is reached; only choosing a place in an item takes it over, and Escape ends that.
  if (/^(Shift\+)?Tab$/.test(key) && it.where !== 'picking') return { kind: 'focus' };
  if (it.inField && writes(key)) return { kind: 'letter' };
  const by = commands.find((other) => other.id !== id && meet(it, other) && keysOf(other).includes(key));
  return by ? { kind: 'taken', by: by.id } : null;
}

/** A key that writes or moves the caret in a field. */
function writes(key: string): boolean {
  return !/^(Ctrl|Alt)\+/.test(key) && !/^(Shift\+)?F\d+$/.test(key) && key !== 'Escape';
}

/** Stored keys as far as they can be used together; a change that collides falls back to the usual keys. */
export function sound(stored: Record<string, string[]>): { keys: Record<string, string[]>; dropped: CommandId[] } {
  const keys = Object.fromEntries(Object.entries(stored).filter(([id]) => commands.some((it) => it.id === id)));
  const dropped: CommandId[] = [];
  const keysOf = (it: Command) => keys[it.id] ?? it.usual;
  for (;;) {
    const wrong = commands.find((it) => it.id in keys && keysOf(it).some((key) => refusal(it.id, key, keysOf)));
    if (!wrong) return { keys, dropped };
    delete keys[wrong.id];
    dropped.push(wrong.id);
  }
}
