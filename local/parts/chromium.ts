import { type Browser, chromium } from 'playwright-core';

/** Makes the package unpack the libraries that a bare machine lacks, as it does on Lambda. */
const RUNTIME = 'nodejs24.x';

/**
 * The package's own flags are left out: they run everything in one process, which ends with the first page closed,
 * and turn off the web security that the page is tested under.
 */
export async function launchChromium(): Promise<Browser> {
  process.env.AWS_LAMBDA_JS_RUNTIME ??= RUNTIME;
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
}
