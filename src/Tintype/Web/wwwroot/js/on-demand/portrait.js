// Shows the chosen picture at once; it is uploaded when the form is saved.
import { find } from '../page.js';

find('[data-preview-of]').addEventListener('change', event => {
  const [file] = event.target.files;
  if (file) find('[data-preview]').src = URL.createObjectURL(file);
});
