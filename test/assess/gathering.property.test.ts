import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gather } from '../../lib/assess/incidents.ts';
import { type Told, tell } from '../../lib/assess/telling.ts';
import { type Episode, PHASES } from '../../lib/model/episode.ts';
import { findingKey } from '../../lib/model/finding.ts';
import type { Incident, IncidentChange } from '../../lib/model/incident.ts';
import { at } from './builders.ts';

const MINUTE = 60;
const keyOf = (index: number) => `f${index}@redis/main`;

const episode = (index: number, phase: Episode['phase'], seconds: number, before?: Episode): Episode => {
  const begins = before === undefined || before.phase === 'closed';
  const first = begins ? at(seconds) : before.first_observed_at;
  const wasOpen = begins ? null : before.opened_at;
  return {
    finding: {
      id: `f${index}`,
      target: 'redis/main',
      component: 'redis',
      severity: 'warning',
      status: 'warning',
      since: first,
      observed_at: at(seconds),
      title: `finding ${index}`,
      evidence: [],
      meaning: '',
      impact: '',
      remedy: [],
      source: [],
    },
    phase,
    severity: 'warning',
    peak: 'warning',
    flaps: 0,
    first_observed_at: first,
    opened_at: phase === 'pending' ? null : (wasOpen ?? at(seconds)),
    recovering_since: phase === 'recovering' || phase === 'closed' ? at(seconds) : null,
    closed_at: phase === 'closed' ? at(seconds) : null,
  };
};

/** One round: what each finding is in, and in which order they cause each other: another in every round. */
interface Round {
  readonly afterMinutes: number;
  readonly phases: readonly (Episode['phase'] | 'absent')[];
  readonly order: readonly number[];
  /** Per place in the order: the place of its cause, which comes before it; none for some. */
  readonly causes: readonly number[];
}

const COUNT = 8;
const indices = Array.from({ length: COUNT }, (_, index) => index);
const round: fc.Arbitrary<Round> = fc.record({
  afterMinutes: fc.constantFrom(1, 1, 1, 1, 2, 7, 16, 61),
  phases: fc.array(fc.constantFrom(...PHASES, 'open', 'open', 'absent'), {
    minLength: COUNT,
    maxLength: COUNT,
  }),
  order: fc.shuffledSubarray(indices, { minLength: COUNT, maxLength: COUNT }),
  causes: fc.array(fc.integer({ min: -3, max: COUNT - 1 }), { minLength: COUNT, maxLength: COUNT }),
});

/** Only what lives has a cause or is one, and nothing causes itself through others. */
function causesIn({ order, causes }: Round, episodes: readonly Episode[]): ReadonlyMap<string, string> {
  const live = new Set(episodes.filter((e) => e.phase !== 'closed').map((e) => findingKey(e.finding)));
  return new Map(
    order.flatMap((index, place) => {
      const cause = order[causes[place] ?? -1];
      if (cause === undefined || (causes[place] ?? 0) >= place) return [];
      const [from, to] = [keyOf(cause), keyOf(index)];
      return live.has(from) && live.has(to) ? [[to, from] as const] : [];
    }),
  );
}

/** Plays rounds, then one in which all is over and one in which all is forgotten. */
function played(
  rounds: readonly Round[],
  look: (told: Told, episodes: readonly Episode[]) => void = () => {},
) {
  let incidents: readonly Incident[] = [];
  let seconds = 0;
  const changes: IncidentChange[] = [];
  let known = new Map<number, Episode>();
  const step = (one: Round) => {
    seconds += MINUTE * one.afterMinutes;
    known = new Map(
      indices.flatMap((index) => {
        const phase = one.phases[index];
        const before = known.get(index);
        if (phase === undefined || phase === 'absent') return [];
        if (phase === 'closed' && before?.phase === 'closed') return [[index, before] as const];
        return [[index, episode(index, phase, seconds, before)] as const];
      }),
    );
    const episodes = [...known.values()];
    const gathered = gather({
      installation: 'local',
      incidents,
      episodes,
      causeOf: causesIn(one, episodes),
      now: at(seconds),
    });
    const told = tell(gathered, { at: at(seconds), isQuiet: false, remindAfterSeconds: null });
    incidents = told.remaining;
    changes.push(...told.changes);
    look(told, episodes);
  };
  for (const one of rounds) step(one);
  const quiet = { afterMinutes: 1, order: indices, causes: indices.map(() => -1) };
  step({ ...quiet, phases: indices.map(() => 'closed') });
  step({ ...quiet, phases: indices.map(() => 'absent') });
  return { incidents, changes };
}

const membersOf = ({ finding, consequences }: Incident) => [
  findingKey(finding),
  ...consequences.map((c) => c.finding),
];

const waiting = Array.from({ length: COUNT }, () => 'pending' as const);
const once = (
  changed: Readonly<Record<number, Round['phases'][number]>>,
  order: readonly number[],
): Round => ({
  afterMinutes: 1,
  phases: waiting.map((phase, index) => changed[index] ?? phase),
  order,
  causes: [-1, 0, 0, 0, 0, 0, 0, 0],
});
/** An incident begins with what began another, after that one was over: they must not share a name. */
const BEGUN_TWICE: readonly Round[] = [
  { ...once({ 3: 'closed' }, [6, 1, 7, 3, 5, 2, 0, 4]), causes: [0, 1, 0, 0, 0, 0, 0, 0] },
  { ...once({ 3: 'open' }, [7, 2, 4, 3, 1, 0, 5, 6]), causes: [0, -1, -1, 3, 0, 2, 0, 3] },
  once({ 3: 'absent' }, [1, 4, 0, 5, 3, 6, 7, 2]),
  once({ 1: 'absent' }, [6, 1, 3, 7, 2, 4, 5, 0]),
  once({ 6: 'open' }, [2, 3, 5, 7, 4, 1, 0, 6]),
];

describe('incidents, whatever comes, goes, and turns out to cause what', () => {
  it('hold every finding that lives, each in one of them', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 12 }), (rounds) => {
        played(rounds, ({ incidents }, episodes) => {
          const open = incidents.filter((i) => i.phase !== 'closed');
          const members = open.flatMap(membersOf);
          expect(new Set(members).size).toBe(members.length);
          const live = episodes.filter((e) => e.phase !== 'closed').map((e) => findingKey(e.finding));
          expect(members).toEqual(expect.arrayContaining(live));
          expect(new Set(incidents.map((i) => i.id)).size).toBe(incidents.length);
        });
      }),
    );
  });

  it('are told to begin once, then to be over once, and leave nothing behind', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 12 }), (rounds) => {
        const { incidents, changes } = played(rounds);
        expect(incidents).toEqual([]);
        for (const own of Map.groupBy(changes, (c) => c.incident.id).values()) {
          expect(own.map((c) => c.kind)).toEqual(['opened', 'recovered']);
          expect(own.map((c) => c.number)).toEqual([1, 2]);
        }
      }),
      { examples: [[[...BEGUN_TWICE]]] },
    );
  });

  it('are one when two hundred findings follow from each other', () => {
    const episodes = Array.from({ length: 200 }, (_, index) => episode(index, 'open', 0));
    const causeOf = new Map(episodes.slice(1).map((_, index) => [keyOf(index + 1), keyOf(index)]));
    const one = {
      installation: 'local',
      incidents: [],
      episodes: episodes.toReversed(),
      causeOf,
      now: at(0),
    };
    expect(gather(one)).toMatchObject([{ finding: { id: 'f0' }, consequences: { length: 199 } }]);
  });
});
