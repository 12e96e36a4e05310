// Every word the page shows, in the language of the page. Read `words.x.y` where it is shown, not once at
// the top of a file: then it changes with the language.
import { de } from './words/de';
import { en, type Words } from './words/en';
import { language, type Language } from '../kit/language.svelte';

export type { Words } from './words/en';

export const tables: Record<Language, Words> = { en, de };

/** The table of the language that is chosen now. */
export const words: Words = new Proxy(en, {
  get: (_, section) => Reflect.get(tables[language.current], section) as unknown,
});
