// What can be cited in a step, by what people type: `MI-1`, `x1`, `mi-1/x1`, or words.
import type { ClauseView } from '../../desk/types';
import { findClauses } from '../../parts/clauses';

export interface Citable {
  kind: 'clause' | 'exception';
  /** `MI-1`, `MI-1/x1`. */
  id: string;
  /** What it is about. */
  text: string;
}

/** Best first; clauses that are `near` stand before the others, with their exceptions below them. */
export function citable(clauses: ClauseView[], typed: string, near: readonly string[]): Citable[] {
  const rank = (it: ClauseView) => (near.includes(it.id) ? 0 : 1);
  const sorted = (all: ClauseView[]) => all.toSorted((a, b) => rank(a) - rank(b));
  const words = typed.toLowerCase().split(/[\s/]+/u).filter(Boolean);
  const named = sorted(clauses).flatMap((it) => exceptionsOf(it).filter((one) => isNamed(one.id, words)));
  if (named.length > 0) return named;
  // Where something was typed, the best match comes first, whether the decision names it or not.
  const found = findClauses(clauses, typed);
  const all = words.length > 0 ? found : sorted(found);
  return all.flatMap((it) => [
    { kind: 'clause' as const, id: it.id, text: it.title },
    ...(words.length > 0 || rank(it) === 0 ? exceptionsOf(it) : []),
  ]);
}

function exceptionsOf(clause: ClauseView): Citable[] {
  return clause.exceptions.map((it) => ({ kind: 'exception', id: `${clause.id}/${it.id}`, text: it.text }));
}

/** The exception is typed by its letter, alone or with the clause it belongs to. */
function isNamed(id: string, words: string[]): boolean {
  const [clause = '', letter = ''] = id.toLowerCase().split('/');
  const rest = words.filter((it) => it !== letter);
  return rest.length < words.length && rest.every((it) => clause === it || clause.replace('-', '') === it);
}
