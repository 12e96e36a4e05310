// What is said of a picture's file beyond the picture, in the words of the page.
import type { Remark } from '../desk/types';
import { words } from './words';

/** Whether the file holds something to look at that is not shown. */
export function hides(remark: Remark): boolean {
  switch (remark.kind) {
    case 'frames':
      return remark.shown.length < remark.n;
    case 'pages':
    case 'behind':
      return true;
    default:
      return false;
  }
}

/** One line. */
export function said(remark: Remark): string {
  switch (remark.kind) {
    case 'frames':
      return words.item.frames(remark.shown, remark.n, remark.read);
    case 'pages':
      return words.item.pages(remark.n);
    case 'behind':
      return words.item.behind(remark.bytes, remark.what);
    case 'incomplete': {
      const missing = remark.missing_permille ?? null;
      if (missing === null) return words.item.lessSharp;
      return missing === 0 ? words.item.endsEarly : words.item.incomplete(Math.max(1, Math.round(missing / 10)));
    }
    case 'smaller':
      return words.item.smaller(remark.width, remark.height);
    case 'clear':
      return words.item.clear;
    case 'colours':
      return words.item.colours;
  }
}
