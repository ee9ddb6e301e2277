/**
 * Has the browser keep what these pages are made of, so that they open without a network. Only for addresses below `/crew`: all
 * other pages need a network anyhow, and get what the server has.
 */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Private windows and locked-down browsers refuse; then the pages work as long as there is a network.
  navigator.serviceWorker.register('/service-worker.js', { scope: '/crew' }).catch((thrown: unknown) => {
    console.warn('no pages without a network', thrown);
  });
}
