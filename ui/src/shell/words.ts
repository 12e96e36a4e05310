// Words of the frame: commands that are everywhere, errors, the palette, what is said at the edge. And the names that
// every screen brings, in one table.
import type { Theme } from '../desk/types';
import { language, type Language } from '../kit/language.svelte';
import { spoken, tables as kit } from '../kit/words';
import { tables as parts, words as shared } from '../parts/words';
import { screens } from '../screens';

const en = {
  commands: {
    palette: 'Search items, clauses, commands',
    menu: 'Menu of all commands',
    keys: 'All keys',
    leave: 'Leave the field',
    'size.more': 'Larger text',
    'size.less': 'Smaller text',
    'size.usual': 'Usual size of the text',
    theme: 'Theme: system, light, dark',
  },
  places: { anywhere: 'Everywhere' },
  groups: { case: 'Case file', go: 'Go to', view: 'View' },
  hints: {
    keys: 'all keys',
  },

  unreachable: 'The desk behind this window does not answer',
  again: 'Try again',
  theme: { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' } satisfies Record<Theme, string>,
  menu: 'Menu',
  reviewer: (name: string) => `Reviewer ${name}`,

  pathPrompt: {
    path: 'Path',
    pathHint: 'Type the whole path.',
    ok: 'Use this path',
  },

  messages: {
    region: 'Problems',
    notes: 'Messages',
    jobEnded: (what: string, summary: string) => `${what}: ${summary}`,
    dropped: (actions: string) => `Stored keys are not used where another action has them: ${actions}`,
  },

  palette: {
    title: 'Search items, clauses, commands',
    items: 'Items',
    clauses: 'Clauses',
    commands: 'Commands',
    nothing: 'Nothing has these words.',
    searching: 'Searching…',
  },

  drop: { nowhere: 'Nothing can be dropped here. Data takes what is to be imported, Case files a case file.' },

  sheet: { title: 'Keys', others: (n: number) => `Keys of other screens and stages: ${n}` },
};

const de: typeof en = {
  commands: {
    palette: 'Fälle, Klauseln, Befehle suchen',
    menu: 'Menü aller Befehle',
    keys: 'Alle Tasten',
    leave: 'Feld verlassen',
    'size.more': 'Größere Schrift',
    'size.less': 'Kleinere Schrift',
    'size.usual': 'Übliche Schriftgröße',
    theme: 'Farben: System, hell, dunkel',
  },
  places: { anywhere: 'Überall' },
  groups: { case: 'Falldatei', go: 'Gehe zu', view: 'Ansicht' },
  hints: {
    keys: 'alle Tasten',
  },

  unreachable: 'Der Arbeitsplatz hinter diesem Fenster antwortet nicht',
  again: 'Noch einmal',
  theme: { system: 'Farben: wie das System', light: 'Farben: hell', dark: 'Farben: dunkel' },
  menu: 'Menü',
  reviewer: (name) => `Es prüft ${name}`,

  pathPrompt: {
    path: 'Pfad',
    pathHint: 'Den ganzen Pfad eingeben.',
    ok: 'Diesen Pfad nehmen',
  },

  messages: {
    region: 'Probleme',
    notes: 'Meldungen',
    jobEnded: (what, summary) => `${what}: ${summary}`,
    dropped: (actions) => `Gespeicherte Tasten gelten nicht, wo ein anderer Befehl sie hat: ${actions}`,
  },

  palette: {
    title: 'Fälle, Klauseln, Befehle suchen',
    items: 'Fälle',
    clauses: 'Klauseln',
    commands: 'Befehle',
    nothing: 'Nichts enthält diese Wörter.',
    searching: 'Wird gesucht…',
  },

  drop: { nowhere: 'Hier lässt sich nichts ablegen. Daten nimmt, was importiert werden soll, Falldateien eine Falldatei.' },

  sheet: { title: 'Tasten', others: (n) => `Tasten anderer Ansichten und Abschnitte: ${n}` },
};

export const own = { en, de };
export const words = spoken(own, shared);

/** Sections that every screen adds to, rather than having one of its own. */
const SHARED = ['screen', 'commands', 'places', 'groups', 'hints'] as const;

/** What the window says in a language: sections of every room, and under `SHARED` what each screen brings. */
function merged(of: Language) {
  const rooms = screens.map(({ id, words }) => ({ id, ...words[of] }));
  const titles: Record<string, string> = Object.fromEntries(rooms.map(({ id, screen }) => [id, screen]));
  const go = Object.fromEntries(rooms.map(({ id, screen }) => [`go.${id}`, screen]));
  const brought = (what: 'commands' | 'places' | 'groups'): Record<string, string> =>
    Object.assign({}, own[of][what], ...rooms.map((it) => it[what]));
  return {
    ...kit[of],
    ...parts[of],
    ...own[of],
    ...Object.assign({}, ...screens.map((it) => sections(it.words[of]))),
    screens: titles,
    commands: { ...brought('commands'), ...go },
    places: brought('places'),
    groups: brought('groups'),
    hints: { frame: own[of].hints, ...Object.fromEntries(rooms.map((it) => [it.id, it.hints ?? {}])) },
  };
}

/** What of a room's words is its alone. */
export function sections(words: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(words).filter(([name]) => !SHARED.some((it) => it === name)));
}

/** Everything the window says. */
export const tables: Record<Language, ReturnType<typeof merged>> = { en: merged('en'), de: merged('de') };

/** What screens, commands, places and groups are called in the language of the page. */
export const names = {
  screen: (id: string): string => tables[language.current].screens[id] ?? id,
  command: (id: string): string => tables[language.current].commands[id] ?? id,
  place: (where: string): string => tables[language.current].places[where] ?? where,
  group: (group: string): string => tables[language.current].groups[group] ?? group,
};
