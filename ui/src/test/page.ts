// The page over made-up answers, and hands for it; everything is new for each test.
import { render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach } from 'vitest';

import App from '../shell/App.svelte';
import { keymap } from '../kit/keymap.svelte';
import { App as AppState } from '../shell/app.svelte';
import { language } from '../kit/language.svelte';
import { FakeBackend } from './fake';

export let backend: FakeBackend;
export let user: ReturnType<typeof userEvent.setup>;
/** From `open` on. */
export let app: AppState;

beforeEach(() => {
  localStorage.clear();
  language.chosen = 'system';
  keymap.changed = {};
  backend = new FakeBackend();
  user = userEvent.setup();
});

/** Opens the page, with the answers as `prepare` leaves them. */
export async function open(prepare: (it: FakeBackend) => void = () => {}): Promise<void> {
  prepare(backend);
  app = new AppState(backend);
  await app.begin();
  render(App, { app });
}
