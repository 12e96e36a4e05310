// What is said of a picture's file, with the numbers in it.
import { expect, test } from 'vitest';
import type { Remark } from '../desk/types';
import { hides, said } from './remarks';

function check(remark: Remark, sentence: string, hidden: boolean): void {
  expect([said(remark), hides(remark)]).toEqual([sentence, hidden]);
}

test('what is not shown is said with its numbers', () => {
  check({ kind: 'frames', n: 12, read: 12, shown: [1], columns: 1 }, '1 of 12 frames shown', true);
  check({ kind: 'frames', n: 2, read: 2, shown: [1, 2], columns: 2 }, '2 of 2 frames shown, row by row: 1, 2', false);
  check({ kind: 'frames', n: 900, read: 400, shown: [1], columns: 1 }, '1 of 900 frames shown; only the first 400 were looked at', true);
  check({ kind: 'pages', n: 3 }, '1 of 3 pages or pictures in the file shown', true);
  check({ kind: 'behind', bytes: 2140, what: 'MP4 film' }, '2,140 bytes behind the picture not shown: MP4 film', true);
});

test('what is missing is never rounded to nothing', () => {
  check({ kind: 'incomplete', missing_permille: 331 }, 'The file is incomplete: 33 % of the picture is missing, and grey', false);
  check({ kind: 'incomplete', missing_permille: 2 }, 'The file is incomplete: 1 % of the picture is missing, and grey', false);
  check({ kind: 'incomplete', missing_permille: 0 }, 'The file ends early; all of the picture is there', false);
  check({ kind: 'incomplete' }, 'The file ends early; the picture may be less sharp than it was', false);
});
