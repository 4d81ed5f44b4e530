import { render } from 'preact';
import './tokens.css';
import './style.css';
import { App } from './app.js';
import { embedded, served } from './origins.js';
import { followChoices } from './state/follow.js';
import { open, openFiles, origins } from './state/recording.js';
import { followFragment, readFragment } from './state/url.js';

readFragment();
followChoices();
followFragment();
origins.value = [...embedded(), ...served()];
render(<App />, document.getElementById('app')!);
if (origins.value.length > 0) void open(0);

addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('dropping');
});
addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) document.body.classList.remove('dropping');
});
addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('dropping');
  openFiles(event.dataTransfer?.files ?? []);
});
