/// <reference lib="webworker" />
export {};

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: what the crew's pages are made of, and a name that changes with it. */
declare const SHELL_FILES: readonly string[];
declare const SHELL_VERSION: string;

const FILES = SHELL_FILES;
const CACHE = `shell-${SHELL_VERSION}`;
const PAGE = '/crew';
/** A network that does not answer within this is none. */
const PATIENCE_MS = 4000;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      // The server gives pages only to who asks for HTML.
      .then((cache) => cache.addAll([new Request(PAGE, { headers: { accept: 'text/html' } }), ...FILES]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(removeOldShells().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  // Data never come from here: pages must know whether they are new.
  if (pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') event.respondWith(fetchPage(request));
  else if (FILES.includes(pathname)) event.respondWith(fetchFile(request));
});

async function removeOldShells(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith('shell-') && name !== CACHE).map((name) => caches.delete(name)),
  );
}

/** The newest page, or the one that is kept: also where a proxy answers for a server that is away. */
async function fetchPage(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(PAGE, { ignoreVary: true });
  try {
    const page = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
    return kept && page.status >= 500 ? kept : page;
  } catch (thrown) {
    if (kept) return kept;
    throw thrown;
  }
}

/** Names of files change with their content: what is kept is right. */
async function fetchFile(request: Request): Promise<Response> {
  return (await (await caches.open(CACHE)).match(request.url)) ?? fetch(request);
}
