import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { PageFiles } from './files.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Makes one script and one minified style sheet of the page's sources, and takes the document as it is. */
export async function bundlePage(): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: [here('main.ts'), here('style.css')],
    outdir: 'page',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const output = (extension: string): string => {
    const file = outputFiles.find(({ path }) => path.endsWith(extension));
    if (file === undefined) throw new Error(`bundling the page gave no ${extension} file`);
    return file.text;
  };
  return {
    html: await readFile(here('index.html'), 'utf8'),
    script: output('.js'),
    style: output('.css'),
  };
}
