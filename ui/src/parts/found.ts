// Finding words within clauses: which passages hold them, and where in a passage they stand.
import type { ClauseView } from '../desk/types';

/** A stretch of text, marked or not. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** The words somebody typed, each once, longest first: a longer one may hold a shorter one. */
export function wordsOf(typed: string): string[] {
  const words = typed.toLowerCase().split(/\s+/u).filter(Boolean);
  return [...new Set(words)].sort((a, b) => b.length - a.length);
}

/** `text` cut at each of `words`; together the pieces are the text. */
export function pieces(text: string, words: readonly string[]): Piece[] {
  const sought = words.filter(Boolean).map((it) => it.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&'));
  if (sought.length === 0) return [{ text, hit: false }];
  // With one group, `split` gives the text between hits at even places and the hits at odd ones.
  return text
    .split(new RegExp(`(${sought.join('|')})`, 'giu'))
    .map((it, n) => ({ text: it, hit: n % 2 === 1 }))
    .filter((it) => it.text !== '');
}

/** How often the words stand in a clause's own texts. */
export function hits(clause: ClauseView, words: readonly string[]): number {
  return passages(clause).reduce((sum, it) => sum + pieces(it, words).filter((piece) => piece.hit).length, 0);
}

/** A passage of the clause with the first hit in it, short; `null` where only the title or nothing has it. */
export function excerpt(clause: ClauseView, words: readonly string[], around = 34): Piece[] | null {
  for (const passage of passages(clause).slice(1)) {
    const all = pieces(passage, words);
    const at = all.findIndex((it) => it.hit);
    if (at < 0) continue;
    const before = all[at - 1]?.text ?? '';
    const after = all.slice(at + 1).map((it) => it.text).join('');
    const start = before.length > around ? `…${before.slice(-around)}` : before;
    const end = after.length > around ? `${after.slice(0, around)}…` : after;
    return [{ text: start, hit: false }, all[at] as Piece, { text: end, hit: false }].filter((it) => it.text !== '');
  }
  return null;
}

/** Everything that is read of a clause, title first. */
export function passages(clause: ClauseView): string[] {
  const points = [...clause.criteria, ...clause.exceptions, ...clause.allowed].map((it) => it.text);
  return [
    clause.title, clause.summary, clause.definition, ...points, ...clause.violating_examples, ...clause.allowed_examples,
    clause.remediation,
  ];
}

/** Clauses that name `id` as related, and that it does not name itself. */
export function namedBy(clauses: readonly ClauseView[], id: string): string[] {
  const own = clauses.find((it) => it.id === id)?.related ?? [];
  return clauses.filter((it) => it.related.includes(id) && !own.includes(it.id)).map((it) => it.id);
}
