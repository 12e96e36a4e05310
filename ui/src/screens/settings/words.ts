// Words of settings: what a person chooses for the window, and its keys.
import type { PageLanguage, Theme } from '../../desk/types';
import { spoken } from '../../kit/words';
import { words as shared } from '../../parts/words';

const en = {
  screen: 'Settings',

  commands: {
    'settings.look': 'Settings of the look',
    'settings.images': 'Settings of images',
    'settings.keys': 'Settings of keys',
  },
  places: { settings: 'On Settings' },

  settings: {
    what: 'Yours on this machine, for every case file. Nothing here changes what is recorded.',
    look: 'Look',
    theme: 'Theme',
    themes: { system: 'as the system', light: 'light', dark: 'dark' } satisfies Record<Theme, string>,
    size: 'Size',
    percent: (n: number) => `${n}%`,
    language: 'Language of the page',
    // A language is named in itself, so that it is found by whoever reads it.
    languages: { system: 'as the system', en: 'English', de: 'Deutsch' } satisfies Record<PageLanguage, string>,
    languageHint: 'Policies, and what the desk says of a file or a value, stay as they were written.',
    images: 'Images',
    imagesHint: 'Every image starts covered. This is how it looks once you uncover it; keys change it for the window.',
    blur: 'An uncovered image starts blurred',
    grey: 'An uncovered image starts without colour',
    marks: 'Invisible characters are named in the text',
    keys: 'Keys',
    keysHint: 'Each action can have other keys. A key belongs to one action wherever both count.',
    find: 'Find an action or a key',
    found: (n: number) => (n === 1 ? '1 action' : `${n} actions`),
    none: 'No action has these words.',
    noKey: 'no key',
    own: 'yours',
    allUsual: 'All keys as they were',
    changeKey: (action: string, keys: string) => `${action}: ${keys}. Change`,
    press: 'Press the new key',
    pressHint: 'Tab leaves this field, Escape closes the window.',
    pressed: (key: string) => `${key} pressed`,
    present: 'Now',
    usual: 'Usual',
    use: (key: string) => `Use ${key}`,
    also: (key: string) => `Use ${key} too`,
    useUsual: 'Use the usual key',
    takeAway: 'No key',
    where: 'Counts',
    refused: {
      taken: (key: string, action: string, by: string) =>
        `${key} cannot be for “${action}”: “${by}” has it in the same place. Give that one another key first.`,
      focus: (key: string, action: string) => `${key} cannot be for “${action}”: it moves the focus, and everything is reached by it.`,
      letter: (key: string, action: string) => `${key} cannot be for “${action}”: that works while you write, so it needs Ctrl or Alt.`,
    },
    now: (action: string, keys: string) => `${action}: ${keys}`,
  },
};

const de: typeof en = {
  screen: 'Einstellungen',

  commands: {
    'settings.look': 'Einstellungen zum Aussehen',
    'settings.images': 'Einstellungen zu Bildern',
    'settings.keys': 'Einstellungen der Tasten',
  },
  places: { settings: 'Bei den Einstellungen' },

  settings: {
    what: 'Ihre auf diesem Rechner, für jede Falldatei. Nichts davon ändert, was gespeichert wird.',
    look: 'Aussehen',
    theme: 'Farben',
    themes: { system: 'wie das System', light: 'hell', dark: 'dunkel' },
    size: 'Größe',
    percent: (n) => `${n} %`,
    language: 'Sprache der Oberfläche',
    languages: { system: 'wie das System', en: 'English', de: 'Deutsch' },
    languageHint: 'Richtlinien und was über eine Datei oder einen Wert gemeldet wird, bleiben, wie sie geschrieben wurden.',
    images: 'Bilder',
    imagesHint: 'Jedes Bild ist zuerst verdeckt. So sieht es aus, wenn Sie es aufdecken; Tasten ändern das für das Fenster.',
    blur: 'Ein aufgedecktes Bild ist zuerst weichgezeichnet',
    grey: 'Ein aufgedecktes Bild ist zuerst ohne Farbe',
    marks: 'Unsichtbare Zeichen werden im Text benannt',
    keys: 'Tasten',
    keysHint: 'Jeder Befehl kann andere Tasten haben. Eine Taste gehört zu einem einzigen Befehl, wo beide gelten.',
    find: 'Befehl oder Taste finden',
    found: (n) => (n === 1 ? '1 Befehl' : `${n} Befehle`),
    none: 'Kein Befehl enthält diese Wörter.',
    noKey: 'keine Taste',
    own: 'Ihre',
    allUsual: 'Alle Tasten wie vorher',
    changeKey: (action, keys) => `${action}: ${keys}. Ändern`,
    press: 'Die neue Taste drücken',
    pressHint: 'Tab verlässt dieses Feld, Escape schließt das Fenster.',
    pressed: (key) => `${key} gedrückt`,
    present: 'Jetzt',
    usual: 'Üblich',
    use: (key) => `${key} nehmen`,
    also: (key) => `${key} dazunehmen`,
    useUsual: 'Die übliche Taste nehmen',
    takeAway: 'Keine Taste',
    where: 'Gilt',
    refused: {
      taken: (key, action, by) =>
        `${key} geht nicht für „${action}“: „${by}“ hat sie am selben Ort. Geben Sie jenem zuerst eine andere Taste.`,
      focus: (key, action) => `${key} geht nicht für „${action}“: sie bewegt den Fokus, und alles wird mit ihr erreicht.`,
      letter: (key, action) => `${key} geht nicht für „${action}“: das gilt auch beim Schreiben und braucht darum Strg oder Alt.`,
    },
    now: (action, keys) => `${action} – ${keys}`,
  },
};

export const tables = { en, de };
export const words = spoken(tables, shared);
