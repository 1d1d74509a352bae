import { Command, InvalidArgumentError } from 'commander';
import { claim } from '../local/parts/claim.ts';
import { onEnding } from '../local/parts/ending.ts';
import { stateFolder } from '../local/parts/places.ts';
import { Supervisor } from '../local/parts/supervisor.ts';
import { measureApi } from './api.ts';
import { measureAssess } from './assess.ts';
import { measureBundles } from './bundles.ts';
import { measureExposition } from './exposition.ts';
import { measureHandler } from './handler.ts';
import { watchHealthy } from './healthy.ts';
import { measureLogs } from './logs.ts';
import { measureRedisRound } from './redis-round.ts';
import { compareReleases } from './releases.ts';
import { measureRound } from './round.ts';
import { isPerfect, scoreAll, scoreTable } from './score.ts';
import { compareServers } from './servers.ts';

const INTERRUPTED = 130;
await claim(stateFolder('bench'));
const supervisor = new Supervisor(stateFolder('bench', 'logs'));
const progress = (text: string) => process.stderr.write(`${text} …\n`);

onEnding(() => {
  process.exitCode = INTERRUPTED;
  void supervisor.stopAll();
});

function minutes(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1 && value <= 24 * 60))
    throw new InvalidArgumentError('It must be a whole number of minutes from 1 to 1440.');
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1 && value <= 1_000_000))
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000000.');
  return value;
}

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
  .argument('[function...]', 'only these')
  .action(async (wanted) => console.log(await measureBundles(wanted, progress)));
command
  .command('logs')
  .description('a scan of 50 MB of logs; exits with 1 when it takes over a second of processor time')
  .action(() => console.log(measureLogs(progress)));
command
  .command('redis')
  .description('what a round costs a Redis with a million keys, by its own account; fails past the bounds')
  .action(async () => console.log(await measureRedisRound(supervisor, progress)));
command
  .command('healthy')
  .description('watches a healthy installation and tells every finding above information; exits 1 if any')
  .option('--minutes <count>', 'for how long', minutes, 10)
  .option('--record <file>', 'write the reports there')
  .action(async (options) => {
    const { text, alarms } = await watchHealthy(supervisor, options, progress);
    console.log(text);
    if (alarms > 0) process.exitCode = 1;
  });
command
  .command('releases')
  .description('runs several releases of Prefect and tells what of the probes holds for each; installs them')
  .argument('[release...]', 'only these')
  .option('--record <folder>', 'write what was seen of each there')
  .action(async (releases, { record }) =>
    console.log(await compareReleases(supervisor, { releases, record }, progress)),
  );
command
  .command('servers')
  .description(
    'looks at Valkey and a Redis 6.2 as the documented user; exits 1 for whatever fails; installs it',
  )
  .argument('[program...]', 'other redis-server programs to look at')
  .action(async (programs) => {
    const { text, faults } = await compareServers(supervisor, programs, progress);
    console.log(text);
    if (faults > 0) process.exitCode = 1;
  });
command
  .command('exposition')
  .description('200,000 lines of service metrics, read with an allow-list; exit code 1 over the bound')
  .action(async () => {
    const { text, isWithinBound } = await measureExposition();
    console.log(text);
    if (!isWithinBound) process.exitCode = 1;
  });
command
  .command('assess')
  .description('one assessment of twenty targets with a day of history; exits with 1 past its bounds')
  .action(async () => {
    const { text, isWithinBound } = await measureAssess(progress);
    console.log(text);
    if (!isWithinBound) process.exitCode = 1;
  });
command
  .command('handler')
  .description(
    "the API's answers of a snapshot of 200 KB; exits with 1 when the slowest hundredth is too slow",
  )
  .action(async () => {
    const { text, isWithinBound } = await measureHandler(progress);
    console.log(text);
    if (!isWithinBound) process.exitCode = 1;
  });
command
  .command('api')
  .description("a minute's round over Prefect's API alone, with few flow runs and with a million")
  .action(async () => console.log(await measureApi(supervisor, progress)));
command
  .command('score')
  .description(
    'healthy histories and single and paired faults, by chance; exits 1 for a false alarm or a miss',
  )
  .option('--histories <count>', 'how many healthy histories', count, 2000)
  .option('--seed <number>', 'chance of its own', count, 7)
  .action(({ histories, seed }) => {
    const scored = scoreAll({ histories, seed }, progress);
    console.log(scoreTable(scored, histories));
    if (!isPerfect(scored)) process.exitCode = 1;
  });

try {
  await command.parseAsync();
} finally {
  await supervisor.stopAll();
}
