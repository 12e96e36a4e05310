// Finding clauses by what people type, and what a clause lets a reviewer decide.
import type { Choice, ClauseView, PolicyView } from '../desk/types';
import { passages } from './found';

/** The clause with this id. */
export function clauseOf(policy: PolicyView | null, id: string | undefined): ClauseView | undefined {
  return policy?.clauses.find((it) => it.id === id);
}

/** Clauses that contain every word typed, best first; all in policy order where nothing is typed. */
export function findClauses(clauses: ClauseView[], typed: string): ClauseView[] {
  const words = typed.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return clauses;
  return clauses
    .map((clause, n) => ({ clause, n, rank: rank(clause, words) }))
    .filter((it) => it.rank !== null)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || a.n - b.n)
    .map((it) => it.clause);
}

/** 0 is best; `null` where a word is nowhere. */
function rank(clause: ClauseView, words: string[]): number | null {
  const fields = [
    clause.title,
    clause.summary,
    passages(clause).join(' '),
  ].map((it) => it.toLowerCase());
  let sum = 0;
  for (const word of words) {
    const place = placeOf(clause.id.toLowerCase(), fields, word);
    if (place === null) return null;
    sum += place;
  }
  return sum;
}

function placeOf(id: string, [title = '', summary = '', rest = '']: string[], word: string): number | null {
  if (id === word || id.replace('-', '') === word) return 0;
  if (id.startsWith(word)) return 1;
  if (title.split(/\W+/u).some((it) => it.startsWith(word))) return 2;
  if (title.includes(word)) return 3;
  if (summary.includes(word)) return 4;
  return rest.includes(word) ? 5 : null;
}

/** True for a clause whose items are only escalated. */
export function isRestricted(id: string): boolean {
  return id.startsWith('CS-');
}

/** True for a clause of the restricted lane, whichever policy names it. */
export function isHandedOver(clause: ClauseView): boolean {
  return clause.escalation === 'child_safety';
}

/** True where the clause leaves a choice open. */
export function opens(primary: ClauseView, choice: Choice): boolean {
  return primary.choices.some((it) => it.choice === choice);
}

/** Choices the primary clause leaves open; all where no clause is named. */
export function openChoices(primary: ClauseView | undefined, all: readonly Choice[]): Set<Choice> {
  return new Set(primary ? all.filter((it) => opens(primary, it)) : all);
}

/** The severity after `severity` within a clause, round and round; `step` −1 goes the other way. */
export function nextSeverity(clause: ClauseView | undefined, severity: number, step: 1 | -1): number {
  const min = clause?.severity_min ?? 0;
  const max = clause?.severity_max ?? 4;
  const next = severity + step;
  if (next > max) return min;
  return next < min ? max : next;
}
