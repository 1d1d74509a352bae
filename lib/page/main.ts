import { html, render } from 'htm/preact';
import { App } from './app.ts';

const place = document.getElementById('page');
if (place === null) throw new Error('the document has no place for the page');
render(html`<${App} />`, place);
