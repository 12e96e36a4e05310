// Words of the first screen: who reviews, and which case file.
import { many } from '../../kit/format';
import { spoken } from '../../kit/words';
import { words as shared } from '../../parts/words';

const en = {
  screen: 'Case files',

  commands: {
    'case.new': 'New case file…',
    'case.open': 'Open a case file…',
    practise: 'Practise: ten items, three minutes',
    'practice.leave': 'Leave the practice',
    'case.copy': 'Save a copy of the case file…',
    'case.close': 'Close the case file',
  },

  start: {
    what: 'Review flagged items, decide before the model speaks, correct its reasoning, export the result. Nothing leaves this machine unless you export it.',
    who: 'Who reviews?',
    whoHint: 'Asked once. Your name stays in the case file; exports carry a pseudonym.',
    name: 'Your name',
    keepName: 'Continue',
    reviewer: (name: string) => `Reviewing as ${name}`,
    change: 'change',
    recent: 'Recent',
    noRecent: 'No case file was opened here yet.',
    gone: 'no longer there',
    open: (name: string, items: number) => `${name} is open, ${many(items, 'item', 'items')}`,
    former: (path: string) => `Brought up to date. The file as an older Casebook wrote it is kept: ${path}`,
    toReview: 'Go to review',
    newName: 'reports.casebook',
    version: (version: string) => `Casebook ${version}`,
    newCase: 'New case file',
    openCase: 'Open a case file',
    saveCopy: 'Save a copy of the case file',
    saved: (path: string) => `The copy is ${path}`,
    dropHint: 'Let go to open the case file',
    noCaseFile: (path: string) => `${path} is no case file: one ends in .casebook. What is to be imported is dropped on Data.`,
  },
};

const de: typeof en = {
  screen: 'Falldateien',

  commands: {
    'case.new': 'Neue Falldatei…',
    'case.open': 'Falldatei öffnen…',
    practise: 'Üben: zehn Fälle, drei Minuten',
    'practice.leave': 'Übung verlassen',
    'case.copy': 'Kopie der Falldatei speichern…',
    'case.close': 'Falldatei schließen',
  },

  start: {
    what: 'Gemeldete Inhalte prüfen, entscheiden, bevor das Modell spricht, seine Begründung berichtigen, das Ergebnis exportieren. Nichts verlässt diesen Rechner, außer Sie exportieren es.',
    who: 'Wer prüft?',
    whoHint: 'Wird einmal gefragt. Ihr Name bleibt in der Falldatei; Exporte tragen ein Pseudonym.',
    name: 'Ihr Name',
    keepName: 'Weiter',
    reviewer: (name) => `Es prüft ${name}`,
    change: 'ändern',
    recent: 'Zuletzt geöffnet',
    noRecent: 'Hier wurde noch keine Falldatei geöffnet.',
    gone: 'nicht mehr da',
    open: (name, items) => `${name} ist geöffnet, ${many(items, 'Fall', 'Fälle')}`,
    former: (path) => `Auf den neuen Stand gebracht. Die Datei, wie ein älteres Casebook sie schrieb, bleibt erhalten: ${path}`,
    toReview: 'Zum Prüfen',
    newName: 'meldungen.casebook',
    version: (version) => `Casebook, Version ${version}`,
    newCase: 'Neue Falldatei',
    openCase: 'Falldatei öffnen',
    saveCopy: 'Kopie der Falldatei speichern',
    saved: (path) => `Die Kopie ist ${path}`,
    dropHint: 'Loslassen öffnet die Falldatei',
    noCaseFile: (path) => `${path} ist keine Falldatei: eine endet auf .casebook. Was importiert werden soll, wird bei den Daten abgelegt.`,
  },
};

export const tables = { en, de };
export const words = spoken(tables, shared);
