import { Command } from 'commander';
import { claim } from '../local/parts/claim.ts';
import { onEnding } from '../local/parts/ending.ts';
import { stateFolder } from '../local/parts/places.ts';
import { Supervisor } from '../local/parts/supervisor.ts';
import { measureBundles } from './bundles.ts';
import { measureExposition } from './exposition.ts';
import { measureLogs } from './logs.ts';
import { measureRedisRound } from './redis-round.ts';
import { measureRound } from './round.ts';

const INTERRUPTED = 130;
await claim(stateFolder('bench'));
const supervisor = new Supervisor(stateFolder('bench', 'logs'));
const progress = (text: string) => process.stderr.write(`${text} …\n`);

onEnding(() => {
  process.exitCode = INTERRUPTED;
  void supervisor.stopAll();
});

const command = new Command('npm run bench --')
  .description(
    'Measures on this machine, with the real parts; prints tables. Compare ratios, not milliseconds.',
  )
  .helpCommand(false);
command
  .command('round')
  .description("a minute's round of the deployed chain beside a bare look at the same three")
  .action(async () => console.log(await measureRound(supervisor, progress)));
command
  .command('bundles')
  .description("every function's size and the time to its handler beside an empty one")
  .action(async () => console.log(await measureBundles(progress)));
command
  .command('logs')
  .description('a scan of 50 MB of logs; exits with 1 when it takes over a second of processor time')
  .action(() => console.log(measureLogs(progress)));
command
  .command('redis')
  .description('what a round costs a Redis with a million keys, by its own account; fails past the bounds')
  .action(async () => console.log(await measureRedisRound(supervisor, progress)));
command
  .command('exposition')
  .description('200,000 lines of service metrics, read with an allow-list; exit code 1 over the bound')
  .action(async () => {
    const { text, isWithinBound } = await measureExposition();
    console.log(text);
    if (!isWithinBound) process.exitCode = 1;
  });

try {
  await command.parseAsync();
} finally {
  await supervisor.stopAll();
}
