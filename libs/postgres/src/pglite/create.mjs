// Creates a data folder. A process of its own, because that takes 840 MB which a process does not give back.
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';

// To compile the best code for what runs once would take a third of the time. A Node that does not know this goes on without it.
setFlagsFromString('--liftoff-only');

const database = await PGlite.create({ dataDir: process.argv[2] });
await database.close();
process.exit(0);
