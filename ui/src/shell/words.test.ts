import { afterEach, describe, expect, it } from 'vitest';

import type { Code } from '../desk/types';
import { count, moment, probability, short } from '../kit/format';
import { language, preferred } from '../kit/language.svelte';
import { tables as kit } from '../kit/words';
import { tables as parts } from '../parts/words';
import { screens } from '../screens';
import { words } from '../test/words';
import { own, sections, tables } from './words';

/** Every string and every function of a table by its place, as in `start.name`. */
function leaves(it: unknown, place = ''): [place: string, leaf: string | Function][] {
  if (typeof it === 'string' || typeof it === 'function') return [[place, it]];
  return Object.entries(it as object).flatMap(([key, value]) => leaves(value, place ? `${place}.${key}` : key));
}

/** What a leaf can say: the string, or the pieces of text in a function. */
function said(leaf: string | Function): string {
  if (typeof leaf === 'string') return leaf;
  const texts = leaf.toString().match(/(["'`])(?:\\.|(?!\1)[^\\])*\1/gs) ?? [];
  return texts.map((it) => it.slice(1, -1).replace(/\$\{[^}]*\}/g, '')).join(' ');
}

/** The same in both languages, each for its reason: names, marks, signs, words that both have. */
const SAME = new Set([
  'app', 'saved.clean', 'item.language', 'evidence.tool', 'scores.made', 'messages.jobEnded', 'data.importTitle',
  'data.exportTitle', 'datasets.bytes', 'datasets.sha256', 'datasets.format', 'jobs.kinds.import', 'jobs.kinds.export', 'empty.import', 'empty.importAndExport', 'turn.name', 'data.pickImport', 'data.text',
  'data.tabs.import', 'data.tabs.export',
  'modes.blind', 'items.coming', 'settings.languages.en', 'settings.languages.de', 'ratingSigns.right', 'ratingSigns.neutral', 'ratingSigns.unsure', 'ratingSigns.wrong',
]);

afterEach(() => {
  language.chosen = 'system';
});

describe('words', () => {
  it('has what happened and a way out for each error of the desk, in each language', () => {
    const codes: Code[] = [
      'no_case', 'no_reviewer', 'not_a_case', 'case_newer', 'read_only', 'busy', 'disk_full', 'moved', 'file', 'request',
      'not_yours', 'left', 'false_record', 'model', 'defect',
    ];
    for (const table of Object.values(tables)) {
      for (const code of codes) {
        expect(table.errors[code].what, code).toMatch(/\w/);
        expect(table.errors[code].way, code).toMatch(/\.$/);
      }
      expect(Object.keys(table.errors).sort()).toEqual([...codes].sort());
    }
  });

  it('has each section in one room only', () => {
    const all = [kit.en, parts.en, own.en, ...screens.map((it) => it.words.en)].flatMap((it) => Object.keys(sections(it)));
    expect(all.filter((it, n) => all.indexOf(it) !== n)).toEqual([]);
  });

  it('has the same places in both languages', () => {
    const places = (it: unknown) => leaves(it).map(([place, leaf]) => `${place} ${typeof leaf}`).sort();
    const roots = ['item.role', 'evidence.metadata'];
    expect(places(tables.de).filter((it) => !roots.includes(it))).toEqual(places(tables.en).filter((it) => !roots.includes(it)));
  });

  it('never shouts, and is never empty', () => {
    for (const table of Object.values(tables)) {
      for (const [place, leaf] of leaves(table)) {
        expect(said(leaf), place).not.toContain('!');
        if (typeof leaf === 'string' && place !== 'saved.clean') expect(leaf.trim(), place).not.toBe('');
      }
    }
  });

  it('says in German what is said in English, except where both have the word', () => {
    const german = new Map(leaves(tables.de));
    const same = leaves(tables.en)
      .filter(([place, leaf]) => String(german.get(place)) === String(leaf))
      .map(([place]) => place);
    expect(same.filter((it) => !SAME.has(it))).toEqual([]);
  });

  it('changes with the language that is chosen', () => {
    expect(words.close).toBe('Close');
    language.chosen = 'de';
    expect(words.close).toBe('Schließen');
    expect(words.start.open('x', 1200)).toBe('x ist geöffnet, 1.200 Fälle');
  });
});

describe('numbers and dates', () => {
  it('are written as the language of the page writes them', () => {
    const all = () => [count(12044), short(18400), probability(0.934), probability(0.001), moment('2026-11-20T10:00:00')];
    expect(all()).toEqual(['12,044', '18.4k', '.93', '<.01', '20 Nov 2026, 10:00']);
    language.chosen = 'de';
    expect(all()).toEqual(['12.044', '18,4k', '0,93', '<0,01', '20. Nov. 2026, 10:00']);
  });
});

describe('the language of the system', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['fr', 'de'], 'de'],
    [['en-US', 'de'], 'en'],
    [['pt-BR'], 'en'],
    [[], 'en'],
  ] as const)('%s gives %s', (wanted, expected) => {
    expect(preferred(wanted)).toBe(expected);
  });
});
