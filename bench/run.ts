import { Command } from 'commander';
import { stateFolder } from '../local/parts/places.ts';
import { Supervisor } from '../local/parts/supervisor.ts';
import { measureBundles } from './bundles.ts';
import { measureRound } from './round.ts';

const INTERRUPTED = 130;
const supervisor = new Supervisor(stateFolder('bench', 'logs'));
const progress = (text: string) => process.stderr.write(`${text} …\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exitCode = INTERRUPTED;
    void supervisor.stopAll();
  });
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
  .action(async () => console.log(await measureBundles(progress)));

try {
  await command.parseAsync();
} finally {
  await supervisor.stopAll();
}
