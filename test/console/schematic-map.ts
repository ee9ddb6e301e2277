import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseMapOf } from '@stadtfunk/device-simulator';

/** The map of the demo city, as a file. */
export async function writeSchematicMap(folder: string): Promise<string> {
  const file = join(folder, 'base-map.geojson');
  await writeFile(file, JSON.stringify(baseMapOf({ seed: 82_026 })));
  return file;
}
