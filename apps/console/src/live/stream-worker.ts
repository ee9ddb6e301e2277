import { StreamHub } from './stream-hub.ts';

/** A shared worker, of which the library of pages knows nothing. */
interface SharedWorkerScope {
  /** The account whose pages share it: with another one signed in, there is another worker. */
  readonly name: string;
  onconnect: ((event: MessageEvent) => void) | null;
}

const scope = globalThis as unknown as SharedWorkerScope;
const hub = new StreamHub(scope.name);

scope.onconnect = ({ ports: [port] }) => {
  if (port) hub.connect(port);
};
