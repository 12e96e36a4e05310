// What jobs come to, in words. The desk sends numbers and names of closed sets.
import { count as number } from '../format';
import type { Counted, JobKind } from '../types';

const many = (n: number, one: string, more: string) => `${number(n)} ${n === 1 ? one : more}`;

export const en = {
  imported: (n: number) => `${number(n)} imported`,
  already: (n: number) => `${number(n)} already there`,
  refused: (n: number) => `${number(n)} refused`,
  stopped: 'stopped; the next import goes on from there',
  scored: (n: number) => `${number(n)} scored`,
  notScored: (n: number) => `${number(n)} not scored`,
  failed: (n: number) => `${number(n)} failed`,
  rows: (dataset: string, n: number) => `${dataset} ${many(n, 'row', 'rows')}`,
  nothing: 'stopped; nothing was written',
  closed: 'written; the counts are in manifest.json, since items you have not recorded were reviewed',
  installed: (model: string) => `${model} is installed`,
  /** One thing that was refused, by its number in the source. */
  unit: { line: 'line', row: 'row', task: 'task', item: 'item' } satisfies Record<Counted, string> as Record<Counted, string>,
  leftOut: (dataset: string, n: number, why: string) => `${dataset}: ${number(n)} left out, ${why}`,
  counts: { import: 'items', score: 'items', export: 'records', install_model: 'kilobytes' } satisfies Record<JobKind, string> as Record<JobKind, string>,
  /** What to do where the program that ran it ended in the middle. */
  interrupted: {
    import: 'The program ended in the middle. What was imported is in the file; go on with the rest.',
    score: 'The program ended in the middle. What was scored stays scored; go on with the rest.',
    export: 'The program ended before anything was written. Export again.',
    install_model: 'The program ended before the model was whole. Install it again.',
  } satisfies Record<JobKind, string> as Record<JobKind, string>,
  goOn: 'Go on',
  elsewhere: 'in another window',
};

export const de: typeof en = {
  imported: (n) => `${number(n)} importiert`,
  already: (n) => `${number(n)} schon da`,
  refused: (n) => `${number(n)} abgelehnt`,
  stopped: 'angehalten; der nächste Import macht dort weiter',
  scored: (n) => `${number(n)} bewertet`,
  notScored: (n) => `${number(n)} nicht bewertet`,
  failed: (n) => `${number(n)} fehlgeschlagen`,
  rows: (dataset, n) => `${dataset} ${many(n, 'Zeile', 'Zeilen')}`,
  nothing: 'abgebrochen; nichts wurde geschrieben',
  closed: 'geschrieben; die Zahlen stehen in manifest.json, weil Fälle geprüft wurden, zu denen Sie nichts erfasst haben',
  installed: (model) => `${model} ist installiert`,
  unit: { line: 'Zeile', row: 'Datensatz', task: 'Aufgabe', item: 'Fall' },
  leftOut: (dataset, n, why) => `${dataset}: ${number(n)} ausgelassen, ${why}`,
  counts: { import: 'Fälle', score: 'Fälle', export: 'Einträge', install_model: 'Kilobyte' },
  interrupted: {
    import: 'Das Programm endete mittendrin. Was importiert wurde, ist in der Datei; setzen Sie den Rest fort.',
    score: 'Das Programm endete mittendrin. Was bewertet ist, bleibt bewertet; setzen Sie den Rest fort.',
    export: 'Das Programm endete, bevor etwas geschrieben war. Exportieren Sie noch einmal.',
    install_model: 'Das Programm endete, bevor das Modell vollständig war. Installieren Sie es noch einmal.',
  },
  goOn: 'Fortsetzen',
  elsewhere: 'in einem anderen Fenster',
};
