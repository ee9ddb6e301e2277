import { createServer } from 'node:net';
import { Aedes } from 'aedes';

/** aedes that does nothing but acknowledge: the most that any broker on it can reach. Prints its address. */
export async function runBareAedes(): Promise<void> {
  const broker = await Aedes.createBroker();
  const server = createServer((socket) => broker.handle(socket));
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    process.stdout.write(`mqtt://127.0.0.1:${address.port}\n`);
  });
}
