// Which language the page speaks: the person's choice, else the system's where we have it, else English.

export type Language = 'en' | 'de';
export const LANGUAGES: readonly Language[] = ['en', 'de'];

/** How each language writes numbers and dates. */
const LOCALES: Record<Language, string> = { en: 'en-GB', de: 'de-DE' };

class LanguageState {
  chosen = $state<'system' | Language>('system');
  #system = $state<Language>(ofSystem());

  constructor() {
    window.addEventListener?.('languagechange', () => (this.#system = ofSystem()));
  }

  get current(): Language {
    return this.chosen === 'system' ? this.#system : this.chosen;
  }

  get locale(): string {
    return LOCALES[this.current];
  }
}

/** The first of the system's languages that we have. */
export function preferred(wanted: readonly string[]): Language {
  const codes = wanted.map((it) => it.toLowerCase().split('-')[0]);
  return LANGUAGES.find((it) => it === codes.find((code) => LANGUAGES.some((known) => known === code))) ?? 'en';
}

function ofSystem(): Language {
  return preferred(navigator.languages ?? [navigator.language]);
}

/** One for the window: words are read from everywhere. */
export const language = new LanguageState();
