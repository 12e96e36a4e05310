// Light or dark, as the system says or as a person chose; kept in this window's storage.

export type Theme = 'system' | 'light' | 'dark';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];

export class ThemeState {
  chosen = $state<Theme>(read());
  #query = window.matchMedia?.('(prefers-color-scheme: light)');

  constructor() {
    this.#query?.addEventListener('change', () => this.apply());
    this.apply();
  }

  turn(): void {
    this.chosen = ORDER[(ORDER.indexOf(this.chosen) + 1) % ORDER.length] ?? 'system';
    keep('theme', this.chosen);
    this.apply();
  }

  apply(): void {
    const light = this.chosen === 'light' || (this.chosen === 'system' && this.#query?.matches === true);
    document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
  }
}

/** Remembers a preference of this window; a window without storage forgets it. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`casebook.${name}`, value);
  } catch {
    // Private windows have no storage; the preference lasts as long as the window.
  }
}

/** A preference of this window. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`casebook.${name}`);
  } catch {
    return null;
  }
}

function read(): Theme {
  const value = kept('theme');
  return value === 'light' || value === 'dark' ? value : 'system';
}
