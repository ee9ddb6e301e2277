// The thread in which PGlite runs: its work is synchronous and would otherwise stop the thread that acknowledges MQTT.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { createSessions } from './sessions.mjs';
import { simpleQuery } from './wire.mjs';

const { dataDir, startParams, idleInTransactionMs, checkpointEveryMs } = workerData;

const database = await PGlite.create({ ...(dataDir && { dataDir }), startParams });
let wrote = false;

const sessions = createSessions(
  (bytes) => {
    wrote = true;
    return database.execProtocolRawSync(bytes);
  },
  (id, bytes) => {
    if (bytes === null) return parentPort.postMessage([id, null]);
    // A copy: PGlite goes on using the memory of its answers, and memory that is handed over is gone.
    const own = bytes.slice();
    parentPort.postMessage([id, own], [own.buffer]);
  },
  idleInTransactionMs,
);

// A single-user server has no checkpointer: without this the write-ahead log grows for ever.
const checkpoints = setInterval(() => {
  if (!wrote || !sessions.isIdle()) return;
  wrote = false;
  database.execProtocolRawSync(simpleQuery('CHECKPOINT'));
}, checkpointEveryMs);

parentPort.on('message', ([id, bytes]) => {
  if (id !== 'close') return sessions.receive(id, bytes);
  clearInterval(checkpoints);
  database.close().then(
    () => parentPort.postMessage(['closed', null]),
    (thrown) => {
      throw thrown;
    },
  );
});
parentPort.postMessage(['ready', null]);
