import '@testing-library/jest-dom/vitest';
import { afterEach, expect } from 'vitest';

import { unanswered } from './fake';
import { ToldResizeObserver } from './layout';

// The page makes a message of whatever a verb throws, so a verb nobody answers would pass for a refusal.
afterEach(() => expect(unanswered.splice(0), 'the fake answers every verb that is asked').toEqual([]));

// jsdom has no layout and no media queries; the parts the page asks for are named here.
globalThis.ResizeObserver ??= ToldResizeObserver;
window.matchMedia ??= (query: string) =>
  ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList;
Element.prototype.scrollIntoView ??= () => {};
