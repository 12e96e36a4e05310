import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import { mount } from 'svelte';

import './app.css';
import Window from './shell/Window.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has an element with the id "app"');

export default mount(Window, { target });
