// What an item says stays text in the notes on it: each attempt of the bench of that name, wherever a model may repeat it.
import { readFileSync } from 'node:fs';
import { render } from '@testing-library/svelte';
import { expect, it } from 'vitest';

import type { Notes } from '../../desk/types';
import { visible } from '../../kit/text';
import NotesCard from './NotesCard.svelte';

interface Attempt { text: string }

const attempts = readFileSync('../tests/bench/injection.jsonl', 'utf8').trim().split('\n').map((it) => JSON.parse(it) as Attempt);

const PLAIN = 'A walk by the lake.';

function notes(text: string): Notes {
  const because = { rule: text, is_known: false, because: text };
  return {
    clause: 'MI-2', model: 'words@1', found: true, outcome: 'unparsable', text, n_tokens: 90, log_likelihood: -9,
    speaks_for: [{ ...because, quote: { kind: 'unverified', written: text, near: 0 } }],
    against: [{ ...because, quote: { kind: 'repaired', written: text, part: 0, start: 0, end: 1, quote: text } }],
    severity: { value: 3, in_range: true }, unaddressed: [text],
  };
}

/** Elements with the names of their attributes, in order. */
function built(from: Element): string[] {
  return [...from.querySelectorAll('*')].map((it) => [it.tagName, ...it.getAttributeNames()].join(' '));
}

function shown(text: string): HTMLElement {
  const nothing = { check: undefined, parts: [], evidence: [], pointed: null, onpoint: () => undefined };
  return render(NotesCard, { notes: notes(text), title: 'Harmful medicine', ...nothing }).container;
}

it('no attempt becomes an element, an attribute or a link', () => {
  const plain = built(shown(PLAIN));
  expect(attempts.length).toBeGreaterThanOrEqual(60);
  for (const { text } of attempts) {
    const made = shown(text);
    expect(built(made), text).toEqual(plain);
    expect(made.querySelector('a, script, img, iframe, svg, style'), text).toBeNull();
    expect(made.textContent, text).toContain(visible(text));
  }
});

it('a page that took them for markup would show it', () => {
  const made = (text: string) => {
    const page = document.createElement('div');
    page.innerHTML = `<p>${text}</p>`;
    return built(page);
  };
  const marked = attempts.filter(({ text }) => made(text).join() !== made(PLAIN).join());
  expect(marked.length).toBeGreaterThanOrEqual(6);
});
