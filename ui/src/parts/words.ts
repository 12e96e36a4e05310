// Words that several screens have: of items, of clauses, of what was decided, of jobs.
import type { Choice, Escalation, JobKind, JobState, Verdict } from '../desk/types';
import { count as number, many } from '../kit/format';
import { spoken, words as basic } from '../kit/words';

const en = {
  app: 'Casebook',
  readOnly: 'Opened for reading: nothing can be recorded here',
  commas: 'separated by commas; empty holds all',
  search: 'search',

  choices: {
    allow: 'Allow',
    age_limit: 'Age-limit',
    not_for_feed: 'Not for feed',
    remove: 'Remove',
    escalate: 'Escalate',
    cannot_judge: 'Cannot judge',
  } satisfies Record<Choice, string>,
  verdicts: {
    violating: 'violating',
    not_violating: 'allowed',
    borderline: 'borderline',
    escalate: 'escalated',
    cannot_judge: 'not judged',
  } satisfies Record<Verdict, string>,
  modes: { blind: 'blind', assisted: 'assisted', drawn: 'drawn' },

  item: {
    item: 'Item',
    text: 'Caption & text',
    context: 'Context',
    reports: (n: number, reason: string) => `${many(n, 'report', 'reports')} · ${reason}`,
    market: (it: string) => `market ${it}`,
    author: (it: string) => `author ${it}`,
    flagged: (at: string) => `flagged ${at}`,
    reach: (n: string) => `${n} views/h`,
    noContext: 'Nothing else is known about it.',
    readAs: 'Reads as',
    readAsHint: 'with look-alike letters undone',
    invisible: (n: number) => many(n, 'invisible character', 'invisible characters'),
    invisibleNamed: 'named in the text',
    invisibleHidden: 'shown as the sender wrote it',
    mark: (name: string) => `invisible character ${name}`,
    covered: 'Covered',
    coveredHint: 'uncovers; that is recorded',
    uncovering: 'Uncovering…',
    coveredImage: (id: string) => `Image ${id}, covered`,
    openImage: (id: string) => `Image ${id}, uncovered`,
    blur: 'blur',
    grey: 'grey',
    cover: 'Cover',
    box: 'marked place',
    role: (role: string) => role.replaceAll('_', ' '),
    language: (name: string, confidence: string | null) => (confidence ? `${name} ${confidence}` : name),
    languageDeclared: 'as the sender says',
    languageDetected: 'detected, with how sure',
    languageUnknown: 'language unknown',
  },

  clause: {
    search: 'Clause id or words',
    searchShort: 'add a clause',
    add: '↵ adds',
    primary: 'primary',
    makePrimary: (id: string) => `Make ${id} the primary clause`,
    removeOne: (id: string) => `Remove ${id}`,
    notOpen: (clause: string, choice: string) => `${clause} does not allow “${choice}”`,
    onlyEscalate: (clause: string) => `${clause} belongs to the restricted lane: it can only be escalated`,
    found: (n: number) => many(n, 'clause', 'clauses'),
    nothing: 'No clause has these words.',
    severity: (min: number, max: number) => (min === max ? `severity ${min}` : `severity ${min}–${max}`),
    severityDefault: (n: number) => `usually ${n}`,
    criteria: 'Violates',
    exceptions: 'Does not apply to',
    allowed: 'Allowed',
    remediation: 'Remediation',
    violating: 'Examples that violate',
    allowing: 'Examples that are allowed',
    related: 'See also',
    escalation: {
      none: 'stays in the queue',
      legal: 'escalates to legal',
      child_safety: 'restricted lane: escalates to child safety',
    } satisfies Record<Escalation, string>,
  },

  policy: {
    search: 'Find in the policy',
    families: 'Clauses',
    count: (n: number) => many(n, 'clause', 'clauses'),
    none: 'No clause has these words.',
  },

  reading: {
    hits: (n: number) => `${number(n)} ${n === 1 ? 'hit' : 'hits'}`,
    namedBy: 'Named by',
    goTo: (id: string, title: string) => `${id}, ${title}`,
    back: (id: string) => `Back to ${id}`,
  },

  jobs: {
    kinds: { import: 'Import', score: 'Scoring', export: 'Export', install_model: 'Model install' } satisfies Record<JobKind, string>,
    doing: { import: 'Importing', score: 'Scoring', export: 'Exporting', install_model: 'Installing the model' } satisfies Record<JobKind, string>,
    states: { running: 'running', paused: 'paused', done: 'done', cancelled: 'cancelled', failed: 'failed' } satisfies Record<JobState, string>,
    progress: (done: string, total: string | null, unit: string) => (total ? `${done} of ${total} ${unit}` : `${done} ${unit}`),
    pause: 'Pause',
    resume: 'Resume',
  },
};

const roles: Record<string, string> = {
  caption: 'Bildtext', comment: 'Kommentar', title: 'Titel', text: 'Text', image: 'Bild', transcript: 'Mitschrift', ocr: 'Text im Bild',
  cover: 'Titelbild', description: 'Beschreibung', bio: 'Profiltext', post: 'Beitrag', message: 'Nachricht', username: 'Benutzername',
};

const units: Record<string, string> = { items: 'Fälle', files: 'Dateien', records: 'Einträge', rows: 'Zeilen', bytes: 'Bytes' };

const de: typeof en = {
  app: 'Casebook',
  readOnly: 'Nur zum Lesen geöffnet: hier wird nichts gespeichert',
  commas: 'durch Kommas getrennt; leer heißt alle',
  search: 'suchen',

  choices: {
    allow: 'Zulassen',
    age_limit: 'Altersgrenze',
    not_for_feed: 'Nicht im Feed',
    remove: 'Entfernen',
    escalate: 'Eskalieren',
    cannot_judge: 'Kein Urteil',
  },
  verdicts: {
    violating: 'verstößt',
    not_violating: 'zugelassen',
    borderline: 'Grenzfall',
    escalate: 'eskaliert',
    cannot_judge: 'nicht beurteilt',
  },
  modes: { blind: 'blind', assisted: 'mit Hilfe', drawn: 'gelost' },

  item: {
    item: 'Fall',
    text: 'Texte',
    context: 'Umfeld',
    reports: (n, reason) => `${many(n, 'Meldung', 'Meldungen')} · ${reason}`,
    market: (it) => `Markt ${it}`,
    author: (it) => `von ${it}`,
    flagged: (at) => `gemeldet ${at}`,
    reach: (n) => `${n} Aufrufe/h`,
    noContext: 'Sonst ist nichts darüber bekannt.',
    readAs: 'Liest sich als',
    readAsHint: 'ähnlich aussehende Buchstaben ersetzt',
    invisible: (n) => many(n, 'unsichtbares Zeichen', 'unsichtbare Zeichen'),
    invisibleNamed: 'im Text benannt',
    invisibleHidden: 'gezeigt, wie es geschrieben wurde',
    mark: (name) => `unsichtbares Zeichen ${name}`,
    covered: 'Verdeckt',
    coveredHint: 'deckt auf; das wird vermerkt',
    uncovering: 'Wird aufgedeckt…',
    coveredImage: (id) => `Bild ${id}, verdeckt`,
    openImage: (id) => `Bild ${id}, aufgedeckt`,
    blur: 'weich',
    grey: 'grau',
    cover: 'Verdecken',
    box: 'markierte Stelle',
    role: (role) => roles[role] ?? role.replaceAll('_', ' '),
    language: (name, confidence) => (confidence ? `${name} ${confidence}` : name),
    languageDeclared: 'laut Absender',
    languageDetected: 'erkannt, mit Sicherheit',
    languageUnknown: 'Sprache unbekannt',
  },

  clause: {
    search: 'Klausel oder Wörter',
    searchShort: 'Klausel hinzufügen',
    add: '↵ fügt hinzu',
    primary: 'Hauptklausel',
    makePrimary: (id) => `${id} zur Hauptklausel machen`,
    removeOne: (id) => `${id} entfernen`,
    notOpen: (clause, choice) => `${clause} lässt „${choice}“ nicht zu`,
    onlyEscalate: (clause) => `${clause} gehört zum geschützten Bereich: nur Eskalieren ist möglich`,
    found: (n) => many(n, 'Klausel', 'Klauseln'),
    nothing: 'Keine Klausel enthält diese Wörter.',
    severity: (min, max) => (min === max ? `Schweregrad ${min}` : `Schweregrad ${min}–${max}`),
    severityDefault: (n) => `meist ${n}`,
    criteria: 'Verstößt',
    exceptions: 'Gilt nicht für',
    allowed: 'Erlaubt',
    remediation: 'Abhilfe',
    violating: 'Beispiele für Verstöße',
    allowing: 'Beispiele für Erlaubtes',
    related: 'Siehe auch',
    escalation: {
      none: 'bleibt in der Warteschlange',
      legal: 'eskaliert an die Rechtsabteilung',
      child_safety: 'geschützter Bereich: eskaliert an den Kinderschutz',
    },
  },

  policy: {
    search: 'In der Richtlinie suchen',
    families: 'Klauseln',
    count: (n) => many(n, 'Klausel', 'Klauseln'),
    none: 'Keine Klausel enthält diese Wörter.',
  },

  reading: {
    hits: (n) => `${number(n)} Treffer`,
    namedBy: 'Genannt von',
    goTo: (id, title) => `${id}: ${title}`,
    back: (id) => `Zurück zu ${id}`,
  },

  jobs: {
    kinds: { import: 'Import', score: 'Bewertung', export: 'Export', install_model: 'Installation des Modells' },
    doing: { import: 'Importiert', score: 'Bewertet', export: 'Exportiert', install_model: 'Installiert das Modell' },
    states: { running: 'läuft', paused: 'angehalten', done: 'fertig', cancelled: 'abgebrochen', failed: 'fehlgeschlagen' },
    progress: (done, total, unit) => (total ? `${done} von ${total} ${units[unit] ?? unit}` : `${done} ${units[unit] ?? unit}`),
    pause: 'Anhalten',
    resume: 'Fortsetzen',
  },
};

export const tables = { en, de };
export const words = spoken(tables, basic);
