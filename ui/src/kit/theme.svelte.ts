// Light or dark, as the system says or as a person chose.

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export class ThemeState {
  chosen = $state<Theme>('system');
  #query = window.matchMedia?.('(prefers-color-scheme: light)');

  constructor() {
    this.#query?.addEventListener('change', () => this.apply());
    this.apply();
  }

  get next(): Theme {
    return THEMES[(THEMES.indexOf(this.chosen) + 1) % THEMES.length] ?? 'system';
  }

  choose(theme: Theme): void {
    this.chosen = theme;
    this.apply();
  }

  apply(): void {
    const light = this.chosen === 'light' || (this.chosen === 'system' && this.#query?.matches === true);
    document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
  }
}
