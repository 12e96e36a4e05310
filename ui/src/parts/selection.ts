// What a person selected in the item, as scalar offsets of a part.
//
// Text parts render as runs: elements with `data-start` and `data-end` inside one with `data-part`.
// A run of one invisible character shows a label instead, marked `data-mark`.
import { scalarOf, slice } from '../kit/text';

/** A selection inside one part. */
export interface Selected {
  part: string;
  start: number;
  end: number;
}

/** The selection of the document, `null` where none lies in a part, `'across'` where it spans two. */
export function selected(selection: Selection | null): Selected | 'across' | null {
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const from = partOf(range.startContainer);
  const to = partOf(range.endContainer);
  if (!from && !to) return null;
  if (!from || !to || from !== to) return 'across';
  const start = offsetAt(from, range.startContainer, range.startOffset, 'start');
  const end = offsetAt(from, range.endContainer, range.endOffset, 'end');
  if (start >= end) return null;
  return { part: from.dataset['part'] ?? '', start, end };
}

/** `selected` without the spaces around it; `null` where nothing else is in it. */
export function trimmed(text: string, it: Selected): Selected | null {
  const chars = [...slice(text, it.start, it.end)];
  const blank = (char: string) => /\s/u.test(char);
  const lead = chars.findIndex((char) => !blank(char));
  if (lead < 0) return null;
  const trail = chars.length - 1 - chars.findLastIndex((char) => !blank(char));
  return { part: it.part, start: it.start + lead, end: it.end - trail };
}

function partOf(node: Node): HTMLElement | null {
  const element = node instanceof HTMLElement ? node : node.parentElement;
  return element?.closest<HTMLElement>('[data-part]') ?? null;
}

function offsetAt(part: HTMLElement, node: Node, offset: number, side: 'start' | 'end'): number {
  const element = node instanceof HTMLElement ? node : node.parentElement;
  const run = element?.closest<HTMLElement>('[data-start]');
  if (run) {
    if (run.dataset['mark'] !== undefined) return side === 'start' ? startOf(run) : endOf(run);
    if (node.nodeType === Node.TEXT_NODE) return startOf(run) + scalarOf(node.nodeValue ?? '', offset);
    return offset === 0 ? startOf(run) : endOf(run);
  }
  // Between runs: the boundary is an index among the children of an element around them.
  const all = [...part.querySelectorAll<HTMLElement>('[data-start]')];
  const child = node.childNodes[offset];
  const next = child
    ? all.find((it) => child.contains(it) || (child.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0)
    : all.find((it) => (node.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 && !node.contains(it));
  if (next) return startOf(next);
  const last = all.at(-1);
  return last ? endOf(last) : 0;
}

const startOf = (run: HTMLElement) => Number(run.dataset['start']);
const endOf = (run: HTMLElement) => Number(run.dataset['end']);
