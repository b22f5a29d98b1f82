// Keeps the site's own files, so that it opens without a network. A first visit fetches nothing more than it uses: kept is what a CSV
// needs, and whatever else was asked for. Who comes again, or installs the site, has all of it. A new build is another store: it is
// filled before the old one goes. What is not of the site (a file opened by its address) is never kept.
const FIRST = [/* first */];
const LATER = [/* later */];
const STORE = 'evenhand-/* version */';
const base = new URL('./', self.location.href);
const known = new Set([...FIRST, ...LATER].map((file) => new URL(file, base).href));

/** Files named by what is in them may come from the browser's own store, where the page has just left them. */
const request = (file) => new Request(new URL(file, base), { cache: file.startsWith('assets/') ? 'force-cache' : 'reload' });

/** Keeps those of the files that are not kept yet. */
async function keep(files) {
  const store = await caches.open(STORE);
  const there = new Set((await store.keys()).map(({ url }) => url));
  await store.addAll(files.filter((file) => !there.has(new URL(file, base).href)).map(request));
}

const older = async () => (await caches.keys()).filter((name) => name.startsWith('evenhand-') && name !== STORE);

self.addEventListener('install', (event) => {
  event.waitUntil(older().then((stores) => keep(stores.length > 0 ? [...FIRST, ...LATER] : FIRST)));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(older().then((stores) => Promise.all(stores.map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener('message', (event) => {
  if (event.data === 'keep all') event.waitUntil(keep([...FIRST, ...LATER]));
});

/** The page comes from the network where there is one, so that a new build is seen at once; files named by their content need not. */
async function answer(asked, address) {
  const store = await caches.open(STORE);
  const kept = () => store.match(address);
  if (asked.mode === 'navigate') return fetch(asked).catch(async () => (await kept()) ?? Response.error());
  const known = await kept();
  if (known) return known;
  const fresh = await fetch(asked);
  if (fresh.ok) await store.put(address, fresh.clone());
  return fresh;
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  url.search = url.hash = '';
  if (url.href === new URL('index.html', base).href) url.href = base.href;
  if (event.request.method !== 'GET' || !known.has(url.href)) return;
  event.respondWith(answer(event.request, url.href));
});
