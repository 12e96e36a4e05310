// What can be done with data: bring items in, score them, take records out.
import { entries } from '../screen';
import { TABS, type DataRoom } from './data.svelte';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const entry = entries<DataRoom, Id>('anywhere', 'data');
const here = entries<DataRoom, Id>('data', 'data');

const ready = ({ frame }: DataRoom) => frame.ready;
const writable = ({ frame }: DataRoom) => frame.writable;
const scoring = ({ frame }: DataRoom) => frame.jobs.current('score');

export const commands = [
  ...TABS.map((tab, n) => here(`data.${tab}`, String(n + 1), ready, (it) => it.show(tab))),
  entry('import.file', '', writable, (it) => it.chooseImport('file')),
  entry('import.folder', '', writable, (it) => it.chooseImport('folder')),
  entry('import.look', '', (it) => it.frame.ready && it.imports.path.trim() !== '' && !it.imports.looking, (it) => it.imports.look()),
  entry('import.start', '', (it) => writable(it) && it.imports.path.trim() !== '' && !it.frame.jobs.current('import'), (it) => it.startImport()),
  entry('score.start', '', (it) => writable(it) && it.frame.case.desktop?.model.installed === true && !scoring(it), (it) => it.startScoring()),
  entry('score.pause', '', (it) => scoring(it)?.state === 'running', (it) => it.frame.jobs.pause(scoring(it)?.id ?? '')),
  entry('score.resume', '', (it) => scoring(it)?.state === 'paused', (it) => it.frame.jobs.resume(scoring(it)?.id ?? '')),
  entry('export.folder', '', ready, (it) => it.chooseExport()),
  entry('export.start', '', (it) => it.isWhole && it.exportFolder.trim() !== '' && !it.frame.jobs.current('export'), (it) => it.startExport()),
  here('export.open', 'O', (it) => it.opensFolders && it.madeNow !== undefined, (it) => it.openExport(it.madeNow?.id)),
  here('export.preview', 'V', (it) => it.isWhole && !it.exports.looking, (it) => it.preview()),
  here('preview.next', '.', (it) => it.exports.canTurn(1), (it) => it.exports.turn(it.request, 1)),
  here('preview.back', ',', (it) => it.exports.canTurn(-1), (it) => it.exports.turn(it.request, -1)),
];
