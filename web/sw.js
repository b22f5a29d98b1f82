// Keeps the site's own files, so that it opens without a network. A new build is another store: it is filled whole before the old
// one goes. What is not of the site (a file opened by its address) is never kept.
const FILES = [/* files */];
const STORE = 'evenhand-/* version */';
const base = new URL('./', self.location.href);
const known = new Set(FILES.map((file) => new URL(file, base).href));

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(FILES.map((file) => new Request(new URL(file, base), { cache: 'reload' })))));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name.startsWith('evenhand-') && name !== STORE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

/** The page comes from the network where there is one, so that a new build is seen at once; files named by their content need not. */
async function answer(request, address) {
  const store = await caches.open(STORE);
  const kept = () => store.match(address);
  if (request.mode !== 'navigate') return (await kept()) ?? fetch(request);
  return fetch(request).catch(async () => (await kept()) ?? Response.error());
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  url.search = url.hash = '';
  if (url.href === new URL('index.html', base).href) url.href = base.href;
  if (event.request.method !== 'GET' || !known.has(url.href)) return;
  event.respondWith(answer(event.request, url.href));
});
