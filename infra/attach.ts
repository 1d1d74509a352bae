/**
 * Puts beside a function's bundle what it reads at run time. Run by the bundling of the functions that need it:
 * `node infra/attach.ts --to <directory> --config <file> [--page]`
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundlePage } from '../lib/page/bundle.ts';
import { PAGE_FILES } from '../lib/page/files.ts';

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

const { to, config, page } = parseArgs({
  options: { to: { type: 'string' }, config: { type: 'string' }, page: { type: 'boolean', default: false } },
}).values;
if (to === undefined || config === undefined) throw new TypeError('--to and --config are needed');

await copyFile(config, join(to, 'config.json'));
if (page) {
  const { html, script, style } = await bundlePage();
  await write(join(to, PAGE_FILES.html), html);
  await write(join(to, PAGE_FILES.script), script);
  await write(join(to, PAGE_FILES.style), style);
}
