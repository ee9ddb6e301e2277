import { createHash } from 'node:crypto';
import type { Plugin, Rolldown } from 'vite';

const WORKER = 'service-worker.js';
const SOURCE = 'src/jobs/crew/service-worker.ts';
/** What a telephone keeps: the program up to the pages of this module, and no map. */
const PAGES = '/src/jobs/crew/crew-app.tsx';
const FURTHER = ['/icon.svg', '/crew.webmanifest'];

type Bundle = Rolldown.OutputBundle;

/** Builds the service worker under a name that stays, and tells it which files to keep. */
export function crewServiceWorker(): Plugin {
  return {
    name: 'crew-service-worker',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: SOURCE, fileName: WORKER });
    },
    generateBundle: {
      // After Vite has said which style sheets belong to which chunk.
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== 'chunk' || worker.imports.length > 0) {
          throw new Error('the service worker must be one file that imports nothing');
        }
        const files = [...shellFiles(bundle)].map((name) => `/${name}`).concat(FURTHER);
        const version = createHash('sha256').update(files.join()).digest('hex').slice(0, 12);
        worker.code = worker.code
          .replaceAll('SHELL_FILES', JSON.stringify(files))
          .replaceAll('SHELL_VERSION', JSON.stringify(version));
      },
    },
  };
}

/** The entry, the pages of crews, and all that these need. */
function shellFiles(bundle: Bundle): Set<string> {
  const files = new Set<string>();
  const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
  const add = (name: string) => {
    const chunk = bundle[name];
    if (chunk?.type !== 'chunk' || files.has(name)) return;
    files.add(name);
    for (const needed of chunk.imports) add(needed);
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style);
    for (const asset of chunk.viteMetadata?.importedAssets ?? []) files.add(asset);
  };
  for (const { fileName, isEntry, facadeModuleId } of chunks) {
    const isPages = facadeModuleId?.endsWith(PAGES) === true;
    if (isPages || (isEntry && fileName !== WORKER)) add(fileName);
  }
  return files;
}
