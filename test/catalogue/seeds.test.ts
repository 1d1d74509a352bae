import { describe, expect, it } from 'vitest';
import type { FindingDefinition } from '../../lib/catalogue/finding.ts';
import { findingNamed } from '../../lib/catalogue/findings/index.ts';
import { RECOMMENDED_POSTGRES_SETTINGS } from '../../lib/catalogue/findings/setting-off-recommended.ts';
import { RECOMMENDED_SETTINGS } from '../../lib/catalogue/prefect/recommended-settings.ts';
import { CONSUMER_SERVICES, PERPETUAL_SERVICES } from '../../lib/catalogue/prefect/services.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import { SIGNATURES } from '../../lib/catalogue/signatures/index.ts';
import { scanLog } from '../../lib/probe/logs/scan.ts';
import {
  API_INSIGHTS,
  COMMANDS_ASKED,
  CONSUMERS,
  HEALTH_DASHBOARD,
  INFRASTRUCTURE,
  MONITORING,
  OTHER_COMMANDS_ASKED,
  OTHER_SETTINGS_ASKED,
  PERPETUAL,
  RUN_INSIGHTS,
  SETTINGS_ASKED,
  SIGNATURES_ASKED,
  STATES_ASKED,
} from './seeds.ts';

const isThere = (id: string): boolean =>
  findingNamed(id) !== undefined || SIGNALS.some((signal) => signal.id === id);

function finding(id: string): FindingDefinition {
  const found = findingNamed(id);
  if (found === undefined) throw new RangeError(`no finding is called ${id}`);
  return found;
}

/** All a finding says before it knows any names. */
const textOf = ({ meaning, impact, remedy, source }: FindingDefinition): string =>
  [meaning, impact, ...remedy.flatMap((r) => [r.text, r.command ?? '']), ...source].join('\n');

/** Whether a command is what a finding shows, its names filled in and whatever options may follow. */
function isShownAs(command: string, shown: string): boolean {
  const patterns = shown.split(' ').map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const words = command.split(' ');
  return (
    words.length <= patterns.length &&
    words.every((word, i) => new RegExp(`^${patterns[i]?.replace(/<[^>]+>/g, '.+')}$`).test(word))
  );
}

describe.each([
  ['the insights of the duration of API requests', API_INSIGHTS, 11],
  ['the insights of the count of flow runs', RUN_INSIGHTS, 17],
  ['what monitoring the stack asks for', MONITORING, 18],
  ['what the dashboard of service health asks for', HEALTH_DASHBOARD, 14],
  ['what the infrastructure services ask for', INFRASTRUCTURE, 17],
] as const)('%s', (_, asked, many) => {
  it(`are ${many}`, () => {
    expect(new Set(asked.map(([what]) => what)).size).toBe(many);
  });

  it.each(asked)('%s: the catalogue has %s', (_, ...coveredBy) => {
    expect(coveredBy.filter((id) => !isThere(id))).toEqual([]);
  });
});

describe('the insights of both metrics', () => {
  it('are twenty-seven, and each has a finding of its own', () => {
    const findings = [...API_INSIGHTS, ...RUN_INSIGHTS].map(([, id]) => finding(id).id);
    expect(new Set(findings).size).toBe(27);
    expect(new Set([...API_INSIGHTS, ...RUN_INSIGHTS].map(([what]) => what)).size).toBe(27);
  });
});

describe('the services of the dashboard', () => {
  it('are all known', () => {
    expect(PERPETUAL_SERVICES.map((s) => s.name)).toEqual(expect.arrayContaining([...PERPETUAL]));
    expect(CONSUMER_SERVICES.map((s) => s.name)).toEqual(expect.arrayContaining([...CONSUMERS]));
  });
});

describe('the error signatures', () => {
  it('are thirteen of one metric and seven of the other', () => {
    expect(SIGNATURES_ASKED.length + STATES_ASKED.length).toBe(13 + 7);
  });

  it.each(SIGNATURES_ASKED)('$text is known as $signature', ({ text, signature, line = text }) => {
    expect(line).toContain(text);
    expect(SIGNATURES.map((s) => s.id)).toContain(signature);
    const scan = scanLog();
    scan.push(Buffer.from(`${line}\n`));
    expect(scan.end().sightings.map((s) => s.signature)).toContain(signature);
  });

  it.each(STATES_ASKED)('the state %s is what %s is about', (state, id) => {
    expect(`${finding(id).title} ${finding(id).meaning}`.toUpperCase()).toContain(state.toUpperCase());
  });
});

describe('the configuration parameters', () => {
  const recommended = [
    ...RECOMMENDED_SETTINGS.flatMap(({ path, variable, value }) => [
      [path, value],
      [variable, value],
    ]),
    ...RECOMMENDED_POSTGRES_SETTINGS.map(({ setting, value }) => [setting, String(value)]),
  ];

  it('are six of one metric and eight of the other', () => {
    expect(new Set(SETTINGS_ASKED.map(([setting]) => setting)).size).toBe(6 + 8);
  });

  it.each([...SETTINGS_ASKED, ...OTHER_SETTINGS_ASKED])('%s with %s is in %s', (setting, value, id) => {
    if (id === 'setting-off-recommended') {
      expect(recommended).toContainEqual([setting, value]);
      return;
    }
    const text = textOf(finding(id));
    expect(text).toContain(setting);
    expect(text).toContain(value ?? setting);
  });
});

describe('the commands', () => {
  it('are five of one metric and twelve of the other', () => {
    expect(new Set(COMMANDS_ASKED.map(([command]) => command)).size).toBe(5 + 12);
  });

  const asked = [...COMMANDS_ASKED, ...OTHER_COMMANDS_ASKED].map(([command, id, shown]) => ({
    command,
    id,
    shown,
  }));

  it.each(asked)('$command is shown with $id', ({ command, id, shown }) => {
    if (shown !== undefined) expect(textOf(finding(id))).toContain(shown);
    else {
      const commands = finding(id).remedy.flatMap((r) => r.command ?? []);
      expect(commands.filter((c) => isShownAs(command, c))).not.toEqual([]);
    }
  });

  it('are told apart from others', () => {
    expect(isShownAs('prefect work-pool ls', 'prefect work-pool ls')).toBe(true);
    expect(isShownAs('kubectl logs -n prefect <pod>', 'kubectl logs -n <namespace> <pod> --since=5m')).toBe(
      true,
    );
    expect(isShownAs('prefect work-pool set-concurrency-limit a 5', 'prefect work-pool ls')).toBe(false);
    expect(isShownAs('prefect work-pool ls --output json', 'prefect work-pool ls')).toBe(false);
    expect(isShownAs('ANALYZE;', 'ANALYZE flow_run;')).toBe(false);
  });
});
