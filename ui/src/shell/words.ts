// Words of the frame: commands that are everywhere, errors, the palette, what is said at the edge. And the names that
// every screen brings, in one table.
import type { Code, Theme } from '../desk/types';
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
    theme: 'Theme: system, light, dark',
  },
  places: { anywhere: 'Everywhere' },
  groups: { case: 'Case file', go: 'Go to', view: 'View' },
  hints: {
    keys: 'all keys',
  },

  errors: {
    no_case: { what: 'No case file is open', way: 'Open or make one under Case files.' },
    no_reviewer: { what: 'Casebook does not know who reviews', way: 'Enter your name under Case files.' },
    not_a_case: { what: 'This is not a case file, or it is damaged', way: 'Open another file, or a backup of this one.' },
    case_newer: { what: 'A newer Casebook wrote this file', way: 'Open it with that version, or update Casebook.' },
    read_only: { what: 'This place cannot be written to', way: 'Copy the file to a folder you can write to and open the copy.' },
    busy: { what: 'Another program is writing to the case file', way: 'Wait a moment and do it again. Nothing was lost.' },
    disk_full: { what: 'The disk is full', way: 'Free some space and do it again. What was stored before is safe.' },
    file: { what: 'A file or folder could not be read or written', way: 'Check that it exists and is yours, then do it again.' },
    request: { what: 'That could not be done', way: 'The message below names the value and the rule.' },
    not_yours: { what: 'This item is no longer yours', way: 'Somebody else has it, or it was idle too long. {fetch} fetches the next one.' },
    false_record: { what: 'The record says something that is not so', way: 'Correct the places named below and submit again.' },
    model: { what: 'The model cannot be used', way: 'See Data, Scores. You can review without it.' },
    defect: { what: 'Something in Casebook failed', way: 'Do it again. If it stays, restart Casebook: what was submitted is stored.' },
  } satisfies Record<Code, { what: string; way: string }>,

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
    region: 'Messages',
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

  sheet: { title: 'Keys' },
};

const de: typeof en = {
  commands: {
    palette: 'Fälle, Klauseln, Befehle suchen',
    menu: 'Menü aller Befehle',
    keys: 'Alle Tasten',
    leave: 'Feld verlassen',
    theme: 'Farben: System, hell, dunkel',
  },
  places: { anywhere: 'Überall' },
  groups: { case: 'Falldatei', go: 'Gehe zu', view: 'Ansicht' },
  hints: {
    keys: 'alle Tasten',
  },

  errors: {
    no_case: { what: 'Keine Falldatei ist geöffnet', way: 'Unter Falldateien eine öffnen oder anlegen.' },
    no_reviewer: { what: 'Casebook weiß nicht, wer prüft', way: 'Unter Falldateien den Namen eintragen.' },
    not_a_case: { what: 'Das ist keine Falldatei, oder sie ist beschädigt', way: 'Eine andere Datei öffnen oder eine Sicherung dieser Datei.' },
    case_newer: { what: 'Ein neueres Casebook hat diese Datei geschrieben', way: 'Mit jener Version öffnen oder Casebook aktualisieren.' },
    read_only: { what: 'An diesen Ort kann nicht geschrieben werden', way: 'Die Datei in einen beschreibbaren Ordner kopieren und die Kopie öffnen.' },
    busy: { what: 'Ein anderes Programm schreibt gerade in die Falldatei', way: 'Einen Moment warten und wiederholen. Nichts ging verloren.' },
    disk_full: { what: 'Der Datenträger ist voll', way: 'Platz schaffen und wiederholen. Was schon gespeichert war, ist sicher.' },
    file: { what: 'Eine Datei oder ein Ordner war nicht zu lesen oder zu schreiben', way: 'Prüfen, ob es sie gibt und ob sie Ihnen gehört, dann wiederholen.' },
    request: { what: 'Das ging nicht', way: 'Die Meldung darunter nennt den Wert und die Regel.' },
    not_yours: { what: 'Dieser Fall ist nicht mehr Ihrer', way: 'Jemand anders hat ihn, oder er ruhte zu lange. {fetch} holt den nächsten.' },
    false_record: { what: 'Im Eintrag steht etwas, das nicht stimmt', way: 'Die unten genannten Stellen berichtigen und wieder abgeben.' },
    model: { what: 'Das Modell ist nicht zu gebrauchen', way: 'Siehe Daten, Bewertungen. Prüfen geht auch ohne.' },
    defect: { what: 'In Casebook ist etwas fehlgeschlagen', way: 'Wiederholen. Bleibt es, Casebook neu starten: Abgegebenes ist gespeichert.' },
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
    region: 'Meldungen',
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

  sheet: { title: 'Tasten' },
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
