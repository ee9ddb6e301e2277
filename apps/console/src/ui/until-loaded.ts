const AGAIN_MS = 2_000;
const AGAIN_AT_MOST_MS = 60_000;

/** Loads a part of the console, again and again where the connection breaks meanwhile; what is around it stays in use. */
export async function untilLoaded<T>(load: () => Promise<T>): Promise<T> {
  for (let waitMs = AGAIN_MS; ; waitMs = Math.min(2 * waitMs, AGAIN_AT_MOST_MS)) {
    const loaded = await load().then(
      (part) => ({ part }),
      () => undefined,
    );
    if (loaded) return loaded.part;
    await new Promise((resolve) => window.setTimeout(resolve, waitMs));
  }
}
