// Without a connection a page that was asked for becomes the offline page; nothing else is kept or answered here.
const offline = '/offline';
self.addEventListener('install', event => event.waitUntil(caches.open('offline').then(async cache => {
  const page = await fetch(offline, { credentials: 'omit' });
  const styles = [...(await page.clone().text()).matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(match => match[1]);
  await Promise.all([cache.put(offline, page), cache.addAll(styles)]);
})));
self.addEventListener('fetch', event => {
  if (event.request.mode === 'navigate') event.respondWith(fetch(event.request).catch(() => caches.match(offline)));
  else if (!navigator.onLine) event.respondWith(caches.match(event.request).then(kept => kept ?? Response.error()));
});
