// Every script that the samples are written in has fonts named for it, and the page asks for them.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

const css = readFileSync(resolve(process.cwd(), 'src/app.css'), 'utf8');
const samples = readFileSync(resolve(process.cwd(), '../samples/items.jsonl'), 'utf8').trim().split('\n');

/** Scripts that people post in; one that is none of these has to be added here and in app.css. */
const SCRIPTS = [
  'Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Tamil', 'Telugu', 'Kannada', 'Malayalam',
  'Sinhala', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Georgian', 'Armenian', 'Ethiopic',
];
const tests = SCRIPTS.map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')] as const);

function scriptOf(letter: string): string {
  return tests.find(([, test]) => test.test(letter))?.[0] ?? `of ${letter}`;
}

function inSamples(): string[] {
  const texts = samples.flatMap((it) => (JSON.parse(it) as { parts: { text?: string }[] }).parts.map((part) => part.text ?? ''));
  // Letters that belong to every script, such as ー, belong to none here.
  const letters = new Set(texts.join('').match(/\p{L}/gu)?.filter((it) => !/\p{Script=Common}|\p{Script=Inherited}/u.test(it)));
  return [...new Set([...letters].map(scriptOf))].sort();
}

/** Names of fonts behind a custom property. */
function fonts(name: string): string[] {
  const value = new RegExp(`--${name}:\\s*([^;]*);`).exec(css)?.[1] ?? '';
  return [...value.matchAll(/var\(--([\w-]+)\)|'([^']+)'/g)].flatMap(([, other, font]) => (other ? fonts(other) : [font ?? '']));
}

describe('the samples', () => {
  it('are in at least eight scripts', () => {
    expect(inSamples()).toEqual(['Arabic', 'Cyrillic', 'Devanagari', 'Han', 'Hangul', 'Hiragana', 'Katakana', 'Latin', 'Thai']);
  });

  it.each(inSamples())('%s has fonts of its own, which the page asks for', (script) => {
    const named = fonts(script.toLowerCase());
    expect(named.length).toBeGreaterThan(0);
    for (const it of [...named]) {
      expect(fonts('sans')).toContain(it);
      if (it !== 'Inter Variable') expect(fonts('mono')).toContain(it);
    }
    // One for each system, unless it comes with us.
    if (!named.includes('Inter Variable')) expect(named.length).toBe(3);
  });
});
