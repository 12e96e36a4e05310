// Writes docs/manual/keys.md from the table of commands where it is stale; where `CI` is set, that is a failure.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { expect, it } from 'vitest';

import { keyCap } from '../kit/keys';
import { apart, groups, table } from './commands';
import { tables } from './words';

const PAGE = resolve(process.cwd(), '../docs/manual/keys.md');

function page(): string {
  const words = tables.en;
  const lines = [
    '# Keys',
    '',
    'Written by a test from the table of commands, with the keys as they are before anybody changes one. `F10` opens the menu of',
    'all commands, `?` the sheet of keys, `Ctrl K` a field that finds any command by its words. Settings (`Ctrl ,`) gives an',
    'action other keys; a key belongs to one action wherever both count, so a key that is taken is refused with the name of the',
    'action that has it. The command line reads and sets the same: `casebook settings keys.skip F2`.',
  ];
  for (const group of [...groups, ...apart]) {
    lines.push('', `## ${words.groups[group]}`, '', '| action | keys | where | `casebook settings` |', '|---|---|---|---|');
    for (const it of table.all.filter((it) => it.group === group)) {
      const keys = it.usual.map((key) => `\`${keyCap(key)}\``).join(', ') || '–';
      lines.push(`| ${words.commands[it.id]} | ${keys} | ${words.places[it.where]?.toLowerCase()} | \`keys.${it.id}\` |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

it('the page of keys in the manual is as the table of commands', () => {
  let old = '';
  try {
    old = readFileSync(PAGE, 'utf8');
  } catch {
    // There is none yet.
  }
  const now = page();
  if (old === now) return;
  expect(process.env['CI'], 'docs/manual/keys.md is stale: npx vitest run src/shell/manual.test.ts writes it').toBeUndefined();
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, now);
});
