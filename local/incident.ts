import { Command } from 'commander';
import { differences } from './incident/judgement.ts';
import { letterOf } from './incident/letter.ts';
import { ACTS, type Act, isCalm, type Replay, replay } from './incident/replay.ts';
import { type Stage, setStage } from './incident/stage.ts';
import { painter, story } from './incident/story.ts';
import { AlreadyRunning, claim } from './parts/claim.ts';
import { onEnding } from './parts/ending.ts';
import { stateFolder } from './parts/places.ts';
import { PartFailed } from './parts/process.ts';
import { NoPython, pythonEnvironment } from './parts/python.ts';
import { Stopping, Supervisor } from './parts/supervisor.ts';
import { withProgress } from './progress.ts';

const STATE = 'incident';
const INTERRUPTED = 130;
const BAD_USAGE = 64;

const command = new Command('npm run incident --')
  .description(
    'Lets a real PostgreSQL come to a standstill under a real Prefect and shows how it is seen, told and over.',
  )
  .option('--json', 'print every round and every message as JSON')
  .addHelpText('after', '\nExit code: 0 when it went as it should, 1 when not, with what differed.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : BAD_USAGE));

const TITLE_OF: Readonly<Record<Act, string>> = {
  before: 'Quiet, with traffic',
  locked: 'Tables locked',
  after: 'Lock released',
};

async function watchedReplay(supervisor: Supervisor): Promise<Replay> {
  let stage: Stage | undefined;
  await withProgress([
    {
      title: 'PostgreSQL, a small Valkey, and Prefect',
      task: async () => {
        const python = await pythonEnvironment(supervisor, () => {});
        stage = await setStage(supervisor, python, STATE);
      },
    },
  ]);
  if (stage === undefined) throw new Error('there is no stage');
  const said = (text: string) => process.stderr.write(`${text}\n`);
  return replay(stage, {
    signal: supervisor.signal,
    onAct: (act) => said(`${TITLE_OF[act]} (${ACTS.indexOf(act) + 1} of ${ACTS.length}) …`),
    onMoment: (moment) => {
      const { number, snapshot, changes } = moment;
      const root = snapshot.root_cause?.title ?? (isCalm(moment) ? 'quiet' : 'not quiet yet');
      said(`  round ${number}: ${root}${changes.map((c) => `, told: ${c.kind}`).join('')}`);
    },
  });
}

/** What `--json` prints: the rounds, and the messages as they would be sent. */
const told = (played: Replay, differs: readonly string[]) => ({
  as_it_should: differs.length === 0,
  differences: differs,
  locked_at: played.lockedAt,
  released_at: played.releasedAt,
  rounds: played.moments,
  messages: played.moments.flatMap((m) => m.changes.map((c) => ({ at: c.at, kind: c.kind, ...letterOf(c) }))),
});

async function main(supervisor: Supervisor): Promise<number> {
  const { json } = command.parse().opts<{ json?: boolean }>();
  await claim(stateFolder(STATE));
  const played = await watchedReplay(supervisor);
  const differs = differences(played);
  const paint = painter(process.stdout.isTTY && process.env.NO_COLOR === undefined);
  const verdict =
    differs.length === 0
      ? paint(
          'green',
          'It went as it should: one alert that named the cause, the end of Redis foreseen, and one recovery.',
        )
      : [paint('red', 'It did not go as it should:'), ...differs.map((d) => `- ${d}`)].join('\n');
  process.stdout.write(
    json ? `${JSON.stringify(told(played, differs), null, 2)}\n` : `${story(played, paint)}\n\n${verdict}\n`,
  );
  return differs.length === 0 ? 0 : 1;
}

const supervisor = new Supervisor(stateFolder(STATE, 'logs'));
onEnding(() => {
  process.exitCode = INTERRUPTED;
  if (!supervisor.signal.aborted) process.stderr.write('\nStopping everything …\n');
  void supervisor.stopAll();
});
try {
  const code = await main(supervisor);
  process.exitCode ??= code;
} catch (error) {
  const isExpected = [AlreadyRunning, NoPython, PartFailed].some((kind) => error instanceof kind);
  if (error instanceof Stopping || supervisor.signal.aborted) process.exitCode ??= INTERRUPTED;
  else {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`${isExpected ? message : stack}\n`);
    process.exitCode = 1;
  }
} finally {
  await supervisor.stopAll();
}
