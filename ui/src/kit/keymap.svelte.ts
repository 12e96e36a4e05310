// The keys a person changed. One for the window, beside the table of commands that has the usual ones.

class Keymap {
  /** By action; an empty list where a person took the keys away. */
  changed = $state.raw<Readonly<Record<string, readonly string[]>>>({});
}

export const keymap = new Keymap();
