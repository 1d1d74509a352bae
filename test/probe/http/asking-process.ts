import { ask } from '../../../lib/probe/http/ask.ts';

/*
 * Asks every address it is given, one after the other, and prints by how many bytes that raised the most memory it ever
 * held. A process of its own: nothing else then counts, and the operating system keeps the peak.
 */
const [warmUp = '', ...urls] = process.argv.slice(2);
const peakBytes = () => process.resourceUsage().maxRSS * 1024;
const refusal = (url: string) =>
  ask({ url, method: 'GET', headers: {}, timeoutMs: 30_000, abort: new AbortController().signal }).then(
    () => 'answered',
    () => 'refused',
  );

await refusal(warmUp);
const before = peakBytes();
const outcomes: string[] = [];
for (const url of urls) outcomes.push(await refusal(url));
console.log(JSON.stringify({ outcomes, raisedBytes: peakBytes() - before }));
