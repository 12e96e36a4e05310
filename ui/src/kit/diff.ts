// What a person changed in a sentence, word by word.

/** Words kept, struck out or written anew. */
export interface Change {
  kind: 'kept' | 'old' | 'new';
  text: string;
}

/** The changes from `before` to `after`; one old and one new where little is shared. */
export function changes(before: string, after: string): Change[] {
  const a = before.split(/(?<=\s)/u);
  const b = after.split(/(?<=\s)/u);
  const kept = longestCommon(a, b);
  if (kept.length * 2 < Math.max(a.length, b.length)) {
    return ([{ kind: 'old', text: before }, { kind: 'new', text: after }] as Change[]).filter((it) => it.text);
  }
  const out: Change[] = [];
  const push = (kind: Change['kind'], text: string) => {
    const last = out.at(-1);
    if (last?.kind === kind) last.text += text;
    else out.push({ kind, text });
  };
  let i = 0;
  let j = 0;
  for (const [x, y] of [...kept, [a.length, b.length] as const]) {
    while (i < x) push('old', a[i++] ?? '');
    while (j < y) push('new', b[j++] ?? '');
    if (x < a.length) push('kept', b[j++] ?? '');
    i += 1;
  }
  return out;
}

/** Index pairs of the longest common subsequence of words. */
function longestCommon(a: string[], b: string[]): [number, number][] {
  const same = (x: string | undefined, y: string | undefined) => x?.trim() === y?.trim();
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      if (row) row[j] = same(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (same(a[i], b[j])) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
