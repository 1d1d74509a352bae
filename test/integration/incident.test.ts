import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences } from '../../local/incident/judgement.ts';
import { letterOf } from '../../local/incident/letter.ts';
import { type Act, type Moment, memoryForecast, type Replay, replay } from '../../local/incident/replay.ts';
import { setStage } from '../../local/incident/stage.ts';
import { painter, story } from '../../local/incident/story.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';

/** An installation of this file's own, for it comes to a standstill here. */
const supervisor = new Supervisor(stateFolder('test', 'incident', 'logs'));
let played: Replay;
/** Two minutes as a rule; a busy machine takes its time until it is quiet. */
const START_AND_PLAY_MS = 420_000;
const VALKEY_BYTES = 24 * 2 ** 20;

const during = (act: Act): readonly Moment[] => played.moments.filter((m) => m.act === act);
const toldDuring = (act: Act) => during(act).flatMap((m) => m.changes);
const memoryAt = (moment: Moment | undefined) => moment?.snapshot.redis[0]?.memory_used_bytes ?? 0;

beforeAll(async () => {
  const stage = await setStage(supervisor, await pythonEnvironment(supervisor, () => {}), 'test/incident');
  played = await replay(stage, { signal: supervisor.signal, onAct: () => {}, onMoment: () => {} });
}, START_AND_PLAY_MS);
afterAll(() => supervisor.stopAll());

describe('a PostgreSQL that comes to a standstill under a Prefect at work', () => {
  it('goes as it should', () => {
    expect(differences(played), story(played, painter(false))).toEqual([]);
  });

  it('is told once, with what follows from it and who holds the locks, and so is its end', () => {
    const [opened, ...more] = toldDuring('locked');
    expect(more).toEqual([]);
    expect(opened?.incident.consequences.map((c) => c.finding)).toEqual(
      expect.arrayContaining(['docket-backlog-growing@redis/main', 'consumer-lagging@redis/main']),
    );
    const text = opened === undefined ? '' : letterOf(opened).text;
    expect(text).toContain('forgotten-migration');
    expect(text).toContain('pg_terminate_backend(');
    const [recovered] = toldDuring('after');
    const over = recovered === undefined ? '' : letterOf(recovered).text;
    const confirmed = during('locked')
      .at(-1)
      ?.snapshot.incidents.flatMap((i) => i.consequences.filter((c) => c.phase === 'open'));
    expect(confirmed).not.toEqual([]);
    for (const { title } of confirmed ?? []) expect(over.replace(/\s+/g, ' ')).toContain(title);
  });

  it('lets what nobody works off fill the Redis', () => {
    const most = Math.max(...during('locked').map(memoryAt));
    expect(most).toBeGreaterThan(memoryAt(during('before')[0]) + 2 ** 20);
    expect(during('locked').at(-1)?.snapshot.docket.pending_tasks).toBeGreaterThan(200);
  });

  it('foresees that the Redis is full, and when, by a line through what it grew by', () => {
    const [foreseen] = during('locked').flatMap((moment) => memoryForecast(moment) ?? []);
    const filled = (moment: Moment | undefined) => (100 * memoryAt(moment)) / VALKEY_BYTES;
    expect(foreseen).toMatchObject({ target: 'redis/main', limit: 100 });
    expect(foreseen?.points).toBeGreaterThanOrEqual(6);
    expect(foreseen?.seconds_left).toBeGreaterThan(0);
    expect(foreseen?.per_hour).toBeGreaterThan(0);
    expect(foreseen?.value).toBeGreaterThan(filled(during('before')[0]));
    expect(foreseen?.value).toBeLessThan(100);
  });

  it('foresees how far the docket piles up', () => {
    const signals = during('locked').flatMap((m) => m.snapshot.forecasts.map((f) => f.signal));
    expect(signals).toContain('redis.docket.backlog');
  });

  it('says in the timeline what is ahead while nobody lets go', () => {
    const [, locked = ''] = story(played, painter(false)).split('locks the tables');
    const [untilReleased] = locked.split('The session lets go.');
    expect(untilReleased).toContain('ahead  redis.memory.used_percent of redis/main goes from');
  });

  it('reads as a timeline, from the locking to the recovery', () => {
    const lines = story(played, painter(false)).split('\n');
    const places = [
      'locks the tables',
      'root   Sessions wait for locks (postgres-lock-contention@postgres/orion)',
      'An alert leaves (opened):',
      'The session lets go.',
      'An alert leaves (recovered):',
    ].map((part) => lines.findIndex((line) => line.includes(part)));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});

describe('the judgement of a replay', () => {
  const without = (isLeftOut: (m: Moment) => boolean): Replay => ({
    ...played,
    moments: played.moments.map((m) => (isLeftOut(m) ? { ...m, changes: [] } : m)),
  });

  it('misses an alert, a recovery and the naming of the cause', () => {
    expect(differences(without((m) => m.act === 'locked'))).toEqual([
      expect.stringMatching(/^people were to be told once.*told: nothing$/),
    ]);
    expect(differences(without((m) => m.act === 'after'))).toEqual([
      expect.stringMatching(/^its recovery was to be told once/),
    ]);
    const late = played.moments.filter((m) => m.act !== 'locked' || m.number > 3);
    const unforeseen = played.moments.map((m) => ({ ...m, snapshot: { ...m.snapshot, forecasts: [] } }));
    expect(differences({ ...played, moments: unforeseen })).toEqual([
      expect.stringMatching(/nobody foresaw that Redis fills/),
    ]);
    expect(differences({ ...played, moments: late })).toContainEqual(
      expect.stringMatching(/^no snapshot of the first 3 rounds/),
    );
  });

  it('misses quiet where something is found', () => {
    const moments = played.moments.map((m) =>
      m.act === 'locked' ? m : { ...m, snapshot: during('locked').at(-1)?.snapshot ?? m.snapshot },
    );
    expect(differences({ ...played, moments })).toEqual([
      'it was not quiet before anything was locked',
      'it was foreseen that Redis fills while nothing was locked',
      'it was not quiet again after the release',
    ]);
  });

  it('counts an alert told twice', () => {
    const moments = played.moments.map((m) => ({ ...m, changes: [...m.changes, ...m.changes] }));
    expect(differences({ ...played, moments }).length).toBe(2);
  });
});
