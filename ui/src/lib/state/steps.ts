// What a reviewer does to the steps of a draft. Each function changes the draft it is given.
import type { Anchor, Draft, DraftStep, Evidence, Rating, Stage } from '../types';

export const STAGES: readonly Stage[] = [
  'observe', 'context', 'clause_match', 'exception_check', 'counterargument', 'severity', 'decision', 'remediation',
];

/** Rates a step; the same rating again takes it back. */
export function rate(step: DraftStep, rating: Rating): void {
  step.rating = step.rating === rating ? null : rating;
}

/** Changes a step's words and keeps the model's beside them. */
export function rewrite(step: DraftStep, text: string): void {
  if (step.source === 'human') {
    step.text = text;
    return;
  }
  const original = step.draft_text ?? step.text;
  step.text = text;
  step.draft_text = text === original ? null : original;
  step.author = text === original ? 'model' : 'model_edited';
}

/** Adds a step of the reviewer's own after step `at` and returns its place. */
export function insert(draft: Draft, at: number, stage: Stage): number {
  const place = Math.min(draft.steps.length, at + 1);
  draft.steps.splice(place, 0, {
    id: `h${nextNumber(draft.steps, 'h')}`,
    stage,
    text: '',
    draft_text: null,
    author: 'human',
    source: 'human',
    evidence: [],
    clauses: [],
    exceptions: [],
    rating: null,
    deleted: false,
    drafted_as: null,
  });
  return place;
}

/** Removes a step: a model's stays, struck out; the reviewer's own goes. Again brings a model's back. */
export function remove(draft: Draft, at: number): void {
  const step = draft.steps[at];
  if (!step) return;
  if (step.source !== 'human') {
    step.deleted = !step.deleted;
    return;
  }
  draft.steps.splice(at, 1);
  dropUnused(draft, step.evidence);
}

/** Moves a step one place and returns where it is. */
export function move(draft: Draft, at: number, by: 1 | -1): number {
  const to = at + by;
  const step = draft.steps[at];
  if (!step || to < 0 || to >= draft.steps.length) return at;
  draft.steps.splice(at, 1);
  draft.steps.splice(to, 0, step);
  return to;
}

/** An anchor as evidence with an id of its own. */
export function asEvidence(draft: Draft, anchor: Anchor): Evidence {
  return { id: `e${nextNumber(draft.evidence, 'e')}`, verified: null, note: null, ...anchor };
}

/** Attaches evidence to a step; the same place twice is one piece of evidence. */
export function attach(draft: Draft, at: number, evidence: Evidence): void {
  const step = draft.steps[at];
  if (!step) return;
  const twin = draft.evidence.find((it) => place(it) === place(evidence));
  if (!twin) draft.evidence.push(evidence);
  const id = twin?.id ?? evidence.id;
  if (!step.evidence.includes(id)) step.evidence.push(id);
}

/** Takes evidence off a step, and out of the draft where no step points at it any more. */
export function detach(draft: Draft, at: number, id: string): void {
  const step = draft.steps[at];
  if (!step) return;
  step.evidence = step.evidence.filter((it) => it !== id);
  dropUnused(draft, [id]);
}

/** Cites a clause in a step, or takes it off. */
export function cite(step: DraftStep, clause: string): void {
  step.clauses = step.clauses.includes(clause) ? step.clauses.filter((it) => it !== clause) : [...step.clauses, clause];
}

/** Goes round: exception not mentioned, does not apply, applies. */
export function turnException(step: DraftStep, id: string): void {
  const check = step.exceptions.find((it) => it.id === id);
  if (!check) step.exceptions.push({ id, applies: false, why: null });
  else if (!check.applies) check.applies = true;
  else step.exceptions = step.exceptions.filter((it) => it.id !== id);
}

/** The step a falsehood is about: `step 3` by number, `evidence e1` by who points at it; `null` for the decision. */
export function stepOf(draft: Draft, placeName: string): number | null {
  const number = /^step (\d+)$/.exec(placeName)?.[1];
  if (number) return Number(number) - 1 < draft.steps.length ? Number(number) - 1 : null;
  const id = /^evidence (\S+)$/.exec(placeName)?.[1];
  const at = id ? draft.steps.findIndex((it) => it.evidence.includes(id)) : -1;
  return at < 0 ? null : at;
}

function place(it: Evidence): string {
  const { id: _id, verified: _verified, note: _note, ...anchor } = it;
  return JSON.stringify(anchor, Object.keys(anchor).sort());
}

function dropUnused(draft: Draft, ids: string[]): void {
  const used = new Set(draft.steps.flatMap((it) => it.evidence));
  draft.evidence = draft.evidence.filter((it) => !ids.includes(it.id) || used.has(it.id));
}

function nextNumber(all: { id: string }[], letter: string): number {
  const numbers = all.map((it) => Number(new RegExp(`^${letter}(\\d+)$`).exec(it.id)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}
