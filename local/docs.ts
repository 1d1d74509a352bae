import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { GENERATED_FOLDER, generatedPages } from './docs/pages.ts';

const DOCS = resolve(import.meta.dirname, '../docs');

await rm(join(DOCS, GENERATED_FOLDER), { recursive: true, force: true });
const pages = generatedPages();
for (const [path, text] of pages) {
  const file = join(DOCS, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
console.log(`wrote ${pages.size} pages into ${DOCS}`);
