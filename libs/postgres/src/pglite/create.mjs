// Creates a data folder. A process of its own, because that takes 840 MB which a process does not give back.
import { PGlite } from '@electric-sql/pglite';

const database = await PGlite.create({ dataDir: process.argv[2] });
await database.close();
process.exit(0);
