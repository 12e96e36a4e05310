// The page over made-up answers, and hands for it; everything is new for each test.
import { render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach } from 'vitest';

import { keymap } from '../kit/keymap.svelte';
import { language } from '../kit/language.svelte';
import type { DataRoom } from '../screens/data/data.svelte';
import { data as dataScreen } from '../screens/data/screen';
import type { ItemsState } from '../screens/items/items.svelte';
import { items as itemsScreen } from '../screens/items/screen';
import type { ModelsState } from '../screens/models/models.svelte';
import { models as modelsScreen } from '../screens/models/screen';
import type { PolicyRoom } from '../screens/policy/policy.svelte';
import { policy as policyScreen } from '../screens/policy/screen';
import type { ReviewState } from '../screens/review/review.svelte';
import { review as reviewScreen } from '../screens/review/screen';
import { start as startScreen } from '../screens/start/screen';
import type { StartRoom } from '../screens/start/start';
import App from '../shell/App.svelte';
import { App as AppState } from '../shell/app.svelte';
import { FakeBackend } from './fake';

export let backend: FakeBackend;
export let user: ReturnType<typeof userEvent.setup>;
/** From `open` on, with the rooms of its screens. */
export let app: AppState;
export let data: DataRoom;
export let items: ItemsState;
export let models: ModelsState;
export let policy: PolicyRoom;
export let review: ReviewState;
export let start: StartRoom;

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
  data = app.room(dataScreen);
  items = app.room(itemsScreen);
  models = app.room(modelsScreen);
  policy = app.room(policyScreen);
  review = app.room(reviewScreen).review;
  start = app.room(startScreen);
  await app.begin();
  render(App, { app });
}
