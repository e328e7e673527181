// What makes the pages better than they are without it. Every change below is a form that also works alone.
import './acts.js';
import './photos.js';
import './over.js';
import './feed.js';
import './keys.js';
import { wake } from './page.js';

wake(document);
if (document.querySelector('[data-suggest]')) import('./on-demand/suggest.js');
if (document.querySelector('[data-drop]')) import('./on-demand/upload.js');
if (document.querySelector('[data-preview-of]')) import('./on-demand/portrait.js');
navigator.serviceWorker?.register('/sw.js').catch(why => console.info('No offline page:', why.message));
