// What a room of the page says, in the language that is chosen when it is read; and the few words of the kit itself.
import { language, type Language } from './language.svelte';

/**
 * The words of a room, with the words of the rooms `under` it. Read `words.x.y` where it is shown, not once at the top
 * of a file: then it changes with the language.
 */
export function spoken<T extends object, U extends object>(tables: Record<Language, T>, under: U): T & U {
  const own = (section: PropertyKey): unknown => Reflect.get(tables[language.current], section);
  return new Proxy(tables.en as T & U, { get: (_, section) => own(section) ?? Reflect.get(under, section) });
}

const en = {
  close: 'Close',
  cancel: 'Cancel',
  remove: 'Remove',
  save: 'Save',
  dismiss: 'Dismiss',
  loading: 'Opening…',
  picks: {
    all: 'all',
    empty: 'Nothing in the file has one.',
    none: 'None in the file is called so.',
    more: (n: number) => `${n} more: type on`,
  },
  caps: { Ctrl: 'Ctrl', Delete: 'Del', PageDown: 'PgDn', PageUp: 'PgUp', Space: 'Space', Home: 'Home', End: 'End', Insert: 'Ins' },
};

const de: typeof en = {
  close: 'Schließen',
  cancel: 'Abbrechen',
  remove: 'Entfernen',
  save: 'Sichern',
  dismiss: 'Ausblenden',
  loading: 'Wird geöffnet…',
  picks: {
    all: 'alle',
    empty: 'Nichts in der Datei hat so etwas.',
    none: 'Nichts in der Datei heißt so.',
    more: (n) => `${n} weitere: weiter tippen`,
  },
  caps: { Ctrl: 'Strg', Delete: 'Entf', PageDown: 'Bild↓', PageUp: 'Bild↑', Space: 'Leertaste', Home: 'Pos1', End: 'Ende', Insert: 'Einfg' },
};

export const tables = { en, de };
export const words = spoken(tables, {});
