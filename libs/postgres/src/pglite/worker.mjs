// The thread in which PGlite runs: its work is synchronous and would otherwise stop the thread that acknowledges MQTT.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { tidy } from './housekeeping.mjs';
import { createSessions } from './sessions.mjs';

const { dataDir, from, startParams, idleInTransactionMs, tidyEveryMs, checkpointBytes } = workerData;

const database = await PGlite.create({
  ...(dataDir && { dataDir }),
  ...(from && { loadDataDir: new Blob([readFileSync(from)]) }),
  startParams,
});

const sessions = createSessions(
  (bytes) => database.execProtocolRawSync(bytes),
  (id, bytes) => {
    if (bytes === null) return parentPort.postMessage([id, null]);
    // A copy: PGlite goes on using the memory of its answers, and memory that is handed over is gone.
    const own = bytes.slice();
    parentPort.postMessage([id, own], [own.buffer]);
  },
  idleInTransactionMs,
);

const housekeeping = setInterval(() => sessions.runBetween(() => tidy(database, checkpointBytes)), tidyEveryMs);

parentPort.on('message', ([id, bytes]) => {
  if (id !== 'close') return sessions.receive(id, bytes);
  clearInterval(housekeeping);
  sessions
    .runBetween(() => database.close())
    .then(
      () => parentPort.postMessage(['closed', null]),
      (thrown) => {
        throw thrown;
      },
    );
});
parentPort.postMessage(['ready', null]);
