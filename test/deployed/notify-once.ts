/** Runs the function notify once, in a process of its own, with the event it is handed as an argument. */
import { handler } from '../../functions/notify.ts';

const run: unknown = handler;
if (typeof run !== 'function') throw new TypeError('notify has no handler');
await run(JSON.parse(process.argv[2] ?? ''), { getRemainingTimeInMillis: () => 30_000 });
