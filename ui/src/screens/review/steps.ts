// What a reviewer does to the steps of a draft. Each function changes the draft it is given.
import type { OtherText, Anchor, Author, Draft, DraftStep, Evidence, Finish, Place, Rating, RatingReason, Stage } from '../../desk/types';

export const STAGES: readonly Stage[] = [
  'observe', 'context', 'clause_match', 'exception_check', 'counterargument', 'severity', 'decision', 'remediation',
];

/** What may be wrong with a step, in key order. */
export const REASONS: readonly RatingReason[] = [
  'wrong_fact', 'wrong_clause', 'missed_exception', 'unsupported', 'irrelevant', 'unsafe_detail',
];

/** How a chain may end, in key order. */
export const FINISHES: readonly Finish[] = [
  'solution', 'first_error', 'bad_item', 'policy_gap', 'insufficient_evidence', 'give_up',
];

/** A person's own words, typed or taken as they were offered. Nobody rates their own. */
export function isOwn(step: Pick<DraftStep, 'author' | 'source'>): boolean {
  return step.source === 'human' || step.author === 'human';
}

/** Rates a step; the same rating again takes it back. */
export function rate(step: DraftStep, rating: Rating): void {
  step.rating = step.rating === rating ? null : rating;
  if (step.rating !== 'wrong') step.rating_reason = null;
}

/** Says what is wrong with a step, which rates it wrong; the same again takes the reason back. */
export function giveReason(step: DraftStep, reason: RatingReason): void {
  step.rating_reason = step.rating_reason === reason ? null : reason;
  step.rating = 'wrong';
}

/** The first of the model's steps that is rated wrong. */
export function firstError(draft: Draft): number | null {
  const at = draft.steps.findIndex((it) => it.rating === 'wrong');
  return at < 0 ? null : at;
}

/** Ends the chain at its first error, or no longer where there is none any more. */
export function stopAtError(draft: Draft): void {
  if (firstError(draft) !== null) draft.finish = 'first_error';
  else if (draft.finish === 'first_error') draft.finish = null;
}

/** The steps that can be rated and how many are. */
export function tally(draft: Draft): { rated: number; all: number } {
  const theirs = draft.steps.filter((it) => !isOwn(it));
  return { rated: theirs.filter((it) => it.rating !== null).length, all: theirs.length };
}

/** The next step without a rating, from `at` on in a direction; `at` where there is none. */
export function unrated(draft: Draft, at: number, by: 1 | -1): number {
  for (let n = at + by; n >= 0 && n < draft.steps.length; n += by) {
    const step = draft.steps[n];
    if (step && waits(step)) return n;
  }
  return at;
}

/** A step that can be rated, stands, and was not. */
export function waits(step: DraftStep): boolean {
  return !isOwn(step) && step.rating === null && !step.deleted;
}

/** Where to go on after step `at` was rated: the next one that waits, else the first; `at` where none does or the chain ended. */
export function nextToRate(draft: Draft, at: number): number {
  if (draft.finish === 'first_error') return at;
  const after = draft.steps.findIndex((it, n) => n > at && waits(it));
  const found = after < 0 ? draft.steps.findIndex(waits) : after;
  return found < 0 ? at : found;
}

/** Rates right what stands and was not rated, up to where the chain was stopped. */
export function restRight(draft: Draft): void {
  const stop = draft.finish === 'first_error' ? (firstError(draft) ?? draft.steps.length) : draft.steps.length;
  for (const step of draft.steps.slice(0, stop)) if (waits(step)) step.rating = 'right';
}

/** The kind of link a chain lacks first, in the order a chain is told. */
export function nextStage(draft: Draft): Stage {
  const told = new Set(draft.steps.filter((it) => !it.deleted).map((it) => it.stage));
  const order: Stage[] = ['observe', 'clause_match', 'exception_check', 'counterargument', 'severity', 'decision', 'remediation'];
  return order.find((it) => !told.has(it)) ?? 'observe';
}

/** Strikes out every step of the model, to write the chain from nothing. */
export function strikeAll(draft: Draft): void {
  for (const step of draft.steps) if (!isOwn(step)) step.deleted = true;
  if (draft.finish === 'first_error') draft.finish = null;
}

// ---- Other texts ------------------------------------------------------------------------------

/** A text a step may have. */
export interface Candidate extends OtherText {
  chosen: boolean;
  /** Its place among the step's other texts; `null` for the words the model wrote. */
  at: number | null;
}

/** Every text a step may have: the model's words first, where a model wrote it. */
export function candidates(step: DraftStep): Candidate[] {
  const others = (step.alternatives ?? []).map((it, at) => ({ ...it, chosen: it.text === step.text, at }));
  if (isOwn(step)) return others;
  const text = step.draft_text ?? step.text;
  const chosen = !others.some((it) => it.chosen) && text === step.text;
  return [{ text, author: 'model', rating: step.rating, chosen, at: null }, ...others];
}

/** Offers another text for a step and chooses it. What a person wrote before stays on offer. */
export function offer(step: DraftStep, text: string): void {
  const said = text.trim();
  if (said === '') return;
  const others = (step.alternatives ??= []);
  const add = (words: string, author: Author) => {
    if (!others.some((it) => it.text === words)) others.push({ text: words, author, rating: null });
  };
  const isModels = !isOwn(step) && step.draft_text === null;
  if (!isModels && step.text.trim() !== '') add(step.text, step.author);
  if (said !== (step.draft_text ?? (isModels ? step.text : null))) add(said, 'human');
  rewrite(step, said);
}

/** Chooses one of the texts a step may have. */
export function choose(step: DraftStep, text: string): void {
  if (candidates(step).some((it) => it.text === text)) rewrite(step, text);
}

/** Chooses the next text, round and round. */
export function chooseNext(step: DraftStep): void {
  const all = candidates(step);
  const next = all[(all.findIndex((it) => it.chosen) + 1) % Math.max(1, all.length)];
  if (next) rewrite(step, next.text);
}

/** Rates one of the texts; the model's words carry the rating of the step. */
export function rateCandidate(step: DraftStep, it: Candidate, rating: Rating): void {
  const other = it.at === null ? undefined : step.alternatives?.[it.at];
  if (other) other.rating = other.rating === rating ? null : rating;
  else if (!isOwn(step)) rate(step, rating);
}

/** Takes one of the other texts out; a chosen one gives way to the first that is left. */
export function takeOut(step: DraftStep, it: Candidate): void {
  if (it.at === null) return;
  step.alternatives?.splice(it.at, 1);
  const first = candidates(step)[0];
  if (it.chosen && first) rewrite(step, first.text);
}

/** Changes the words that stand; a chosen text changes with them, the others stay on offer. */
export function edit(step: DraftStep, text: string): void {
  const others = step.alternatives ?? [];
  const chosen = others.find((it) => it.text === step.text);
  rewrite(step, text);
  if (chosen) chosen.text = text;
  else if (others.length > 0) others.push({ text, author: 'human', rating: null });
}

/** After editing: no text stands twice among the others, none is blank. */
export function tidy(step: DraftStep): void {
  const model = isOwn(step) ? null : (step.draft_text ?? step.text);
  const all = step.alternatives ?? [];
  step.alternatives = all.filter((it, n) => it.text.trim() !== '' && it.text !== model && all.findIndex((other) => other.text === it.text) === n);
}

/** Gives a step the words the model wrote. */
export function resetWords(step: DraftStep): void {
  if (step.draft_text !== null) rewrite(step, step.draft_text);
}

// ---- Words, places, evidence -----------------------------------------------------------------

/** Changes a step's words and keeps the model's beside them. */
export function rewrite(step: DraftStep, text: string): void {
  if (isOwn(step)) {
    step.text = text;
    step.source = 'human';
    return;
  }
  const original = step.draft_text ?? step.text;
  step.text = text;
  step.draft_text = text === original ? null : original;
  step.author = text === original ? 'model' : 'model_edited';
}

/** Adds a step of the reviewer's own after step `at` and returns its place. */
export function insert(draft: Draft, at: number, stage: Stage, said: Partial<DraftStep> = {}): number {
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
    rating_reason: null,
    critique: '',
    alternatives: [],
    deleted: false,
    drafted_as: null,
    ...said,
  });
  return place;
}

/** Removes a step: a model's stays, struck out; the reviewer's own goes. Again brings a model's back. */
export function remove(draft: Draft, at: number): void {
  const step = draft.steps[at];
  if (!step) return;
  if (!isOwn(step)) {
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

/** Moves a step to a place and returns where it is. */
export function moveTo(draft: Draft, at: number, to: number): number {
  const step = draft.steps[at];
  if (!step) return at;
  const place = Math.max(0, Math.min(draft.steps.length - 1, to));
  draft.steps.splice(at, 1);
  draft.steps.splice(place, 0, step);
  return place;
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

/** Puts evidence in the place of what has its id, for every step that points at it; where the same place stands already, that is pointed at. */
export function replace(draft: Draft, evidence: Evidence): void {
  const twin = draft.evidence.find((it) => it.id !== evidence.id && place(it) === place(evidence));
  if (!twin) {
    draft.evidence = draft.evidence.map((it) => (it.id === evidence.id ? evidence : it));
    return;
  }
  draft.evidence = draft.evidence.filter((it) => it.id !== evidence.id);
  for (const step of draft.steps) {
    if (step.evidence.includes(evidence.id)) step.evidence = [...new Set(step.evidence.map((it) => (it === evidence.id ? twin.id : it)))];
  }
}

/** The same place, whatever it is called and whoever named it. */
export function isSame(a: Evidence, b: Evidence): boolean {
  return place(a) === place(b);
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

/** The step a falsehood is about, by number or by who points at the evidence; `null` for the decision. */
export function stepOf(draft: Draft, where: Place): number | null {
  if (where.kind === 'step') return where.n <= draft.steps.length ? where.n - 1 : null;
  const at = where.kind === 'evidence' ? draft.steps.findIndex((it) => it.evidence.includes(where.id)) : -1;
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
