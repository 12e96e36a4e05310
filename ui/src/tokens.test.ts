// What can be measured without a layout: contrast of the colours, and that nothing is laid out by left and right.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

const SOURCE = resolve(process.cwd(), 'src');
const css = readFileSync(join(SOURCE, 'app.css'), 'utf8');

/** Colours of a theme by name; light overrides what dark has. */
function colours(theme: 'dark' | 'light'): Map<string, string> {
  const blocks = [/:root \{([^}]*)\}/, ...(theme === 'light' ? [/:root\[data-theme='light'\] \{([^}]*)\}/] : [])];
  const found = blocks.flatMap((it) => [...(it.exec(css)?.[1] ?? '').matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)]);
  return new Map(found.map((it) => [it[1] ?? '', it[2] ?? '']));
}

/** WCAG's relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** Which texts stand on which grounds, and the least contrast WCAG AA asks: 4.5 for text, 3 for edges and focus. */
const PAIRS: [text: string, grounds: string[], least: number][] = [
  ...['text', 'muted', 'faint'].map((it): [string, string[], number] => [it, ['bg', 'surface', 'raised', 'well', 'accent-soft'], 4.5]),
  ['accent', ['bg', 'surface', 'raised', 'accent-soft'], 4.5],
  ['accent-ink', ['accent'], 4.5],
  ['agree', ['surface', 'agree-soft'], 4.5],
  ['wrong', ['surface'], 4.5],
  ['wrong-text', ['surface', 'raised', 'wrong-soft'], 4.5],
  ['unsure', ['bg', 'surface', 'raised', 'unsure-soft'], 4.5],
  ['focus', ['bg', 'surface', 'raised', 'well'], 3],
  // Borders of what can be pressed or written in, and whose words a step has.
  ['edge', ['bg', 'surface', 'raised', 'well'], 3],
  ...['by-model', 'by-you', 'by-program'].map((it): [string, string[], number] => [it, ['bg', 'surface', 'raised'], 3]),
];

describe.each(['dark', 'light'] as const)('the %s colours', (theme) => {
  it('have the contrast that WCAG AA asks', () => {
    const table = colours(theme);
    const of = (name: string) => table.get(name) ?? expect.fail(`--${name} is no colour of ${theme}`);
    const low = PAIRS.flatMap(([text, grounds, least]) =>
      grounds.filter((it) => contrast(of(text), of(it)) < least).map((it) => `${text} on ${it} ${contrast(of(text), of(it)).toFixed(2)}`),
    );
    expect(low).toEqual([]);
  });
});

describe('boxes over a picture', () => {
  it.each(['box-light', 'box-strong'])('are seen on any picture: %s or the dark line beside it stands out', (light) => {
    const table = colours('dark');
    const of = (name: string) => table.get(name) ?? expect.fail(`--${name} is no colour`);
    const level = (n: number) => n.toString(16).padStart(2, '0');
    const greys = Array.from({ length: 256 }, (_, n) => `#${level(n).repeat(3)}`);
    const colourful = [0, 64, 128, 192, 255].flatMap((r) => [0, 128, 255].flatMap((g) => [0, 128, 255].map((b) => `#${level(r)}${level(g)}${level(b)}`)));
    const unseen = [...greys, ...colourful].filter((it) => Math.max(contrast(of(light), it), contrast(of('box-dark'), it)) < 3);
    expect(unseen).toEqual([]);
    expect(contrast(of(light), of('box-dark')), 'the two lines are told apart').toBeGreaterThan(3);
  });

  it('have handles of at least 12 px', () => {
    const style = styles().find(([file]) => file.endsWith('EvidenceBoxes.svelte'))?.[1] ?? '';
    const size = /\.handle \{[^}]*width: (\d+)px[^}]*height: (\d+)px/.exec(style);
    expect([Number(size?.[1]), Number(size?.[2])].every((it) => it >= 12), String(size?.slice(1))).toBe(true);
  });
});

/** Styles of every file of the page, by file. */
function styles(): [file: string, style: string][] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((it) => /\.(svelte|css)$/.test(it))
    .map((it) => {
      const text = readFileSync(join(SOURCE, it), 'utf8');
      return [it, it.endsWith('.css') ? text : (/<style>[\s\S]*<\/style>/.exec(text)?.[0] ?? '')];
    });
}

describe('sizes', () => {
  it('no text is smaller than 12 px', () => {
    const small = styles().flatMap(([file, style]) =>
      [...style.matchAll(/(?:font-size:\s*|font:[^;]*?\s)([\d.]+)px/g)].filter((it) => Number(it[1]) < 12).map((it) => `${file}: ${it[0]}`));
    expect(small).toEqual([]);
  });

  it('what can be pressed has an edge that is seen', () => {
    const base = styles().find(([file]) => file === 'app.css')?.[1] ?? '';
    for (const name of ['button.chip', '.button', '.field']) {
      const rule = new RegExp(`(?:^|\\n)${name.replace('.', '\\.')} \\{[^}]*--edge`);
      expect(base, name).toMatch(rule);
    }
  });

  it('what can be pressed is at least 28 px high', () => {
    const base = styles().find(([file]) => file === 'app.css')?.[1] ?? '';
    const heights = ['button\\.chip', '\\.button', '\\.button\\.small'].map((it) => Number(new RegExp(`(?:^|\\n)${it} \\{[^}]*min-height: (\\d+)px`).exec(base)?.[1]));
    expect(heights.every((it) => it >= 28), heights.join()).toBe(true);
  });
});

/** Places in a picture are left and top in every script. */
const PICTURE = ['EvidenceBoxes.svelte', 'ImagePart.svelte'];

describe('right to left', () => {
  it('nothing is laid out by left and right, except places in a picture', () => {
    const physical =
      /(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)|border-(top|bottom)-(left|right)-radius|text-align:\s*(left|right)|float:\s*(left|right)|(^|[\s;"{])(left|right):\s*[^'\s]|style:(left|right)/gm;
    const wrong = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
      .filter((it) => /\.(svelte|css)$/.test(it) && !PICTURE.some((name) => it.endsWith(name)))
      .flatMap((it) => {
        const text = readFileSync(join(SOURCE, it), 'utf8');
        const style = it.endsWith('.css') ? text : (/<style>[\s\S]*<\/style>/.exec(text)?.[0] ?? '') + [...text.matchAll(/style(:\w+)?="[^"]*"|style:\w+/g)].join(' ');
        return [...style.matchAll(physical)].map((found) => `${it}: ${found[0].trim()}`);
      });
    expect(wrong).toEqual([]);
  });
});
