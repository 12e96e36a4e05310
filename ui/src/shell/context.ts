// The app, for the few components that run commands from deep inside a screen.
import { createContext } from 'svelte';

import type { App } from './app.svelte';

export const [useApp, provideApp] = createContext<App>();
