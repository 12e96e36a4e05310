// What a job came to, in the words of the page.
import type { Job } from '../desk/types';
import { words } from './words';

/** One line; empty while there is nothing to say. */
export function wordsOf(job: Job): string {
  const { report, problem } = job;
  if (job.state === 'failed' && problem) return words.errors[problem.code].what;
  if (job.state === 'interrupted') return words.jobs.interrupted[job.kind];
  switch (report?.kind) {
    case undefined:
      return '';
    case 'import': {
      const parts = [words.jobs.imported(report.imported)];
      if (report.already > 0) parts.push(words.jobs.already(report.already));
      if (report.learnt) parts.push(words.jobs.learnt(report.learnt));
      if (report.refused > 0) parts.push(words.jobs.refused(report.refused));
      if (report.in_part) parts.push(words.jobs.inPart(report.in_part));
      const counts = (report.dry ? words.jobs.dry : '') + parts.join(', ');
      return job.state === 'cancelled' && !report.finished ? `${counts}; ${words.jobs.stopped}` : counts;
    }
    case 'score': {
      const parts = [words.jobs.scored(report.scored), words.jobs.notScored(report.not_scored)];
      if (report.failed > 0) parts.push(words.jobs.failed(report.failed));
      return parts.join(', ');
    }
    case 'export':
      if (!report.written) return words.jobs.nothing;
      if (!report.datasets) return words.jobs.closed;
      return report.datasets.map((it) => words.jobs.rows(it.format, it.rows)).join(', ');
    case 'install_model':
      return words.jobs.installed(report.model);
  }
}

/** What was refused or left out, and why; of a failed job, the error. One line each. */
export function notesOf(job: Job): string[] {
  const notes = job.problem ? [job.problem.message] : [];
  const { report } = job;
  if (report?.kind === 'import') {
    const unit = words.jobs.unit[report.counted];
    const columns = (report.left ?? []).filter((it) => it.kind === 'column').map((it) => it.name);
    if (columns.length > 0) notes.push(words.jobs.leftColumns(columns.join(', ')));
    for (const it of (report.left ?? []).filter((left) => left.kind !== 'column')) {
      const at = it.number === null ? '' : `${unit} ${it.number}: `;
      const value = it.value === null ? '' : ` ${it.value}`;
      notes.push(words.jobs.left(`${at}${it.name}${value}: ${it.rule}`, it.n));
    }
    notes.push(...report.refusals.map((it) => `${unit} ${it.number}: ${it.value}: ${it.rule}`));
  }
  if (report?.kind === 'export') {
    for (const { format, left_out } of report.datasets ?? []) {
      notes.push(...left_out.map((it) => words.jobs.leftOut(format, it.records, words.leftOut[it.reason])));
    }
  }
  return notes;
}
