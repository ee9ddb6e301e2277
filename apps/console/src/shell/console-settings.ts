import { callOnce } from '../api/client.ts';
import type { ConsoleSettings } from '../api/types.ts';
import { createStore, useStore } from './store.ts';

/** Until the server has said more, and where it cannot be asked. */
const USUAL: ConsoleSettings = {
  zone: 'Europe/Berlin',
  map: { url: null, attribution: null, schematic: false },
  links: { accessibilityFeedback: null, legalNotice: null, privacy: null },
};

const settings = createStore<ConsoleSettings>(USUAL);

/** Asked once, before anybody has signed in. */
export async function loadConsoleSettings(): Promise<void> {
  try {
    settings.set(await callOnce<ConsoleSettings>('GET', '/console-settings'));
  } catch {
    settings.set(USUAL); // The pages themselves say that the server is away.
  }
}

/** What this installation wants of its console: zone, base map, links in the footer. */
export function useConsoleSettings(): ConsoleSettings {
  return useStore(settings);
}
