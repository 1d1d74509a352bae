import { duration } from '../../lib/catalogue/duration.ts';
import {
  type FindingDefinition,
  type Threshold,
  type Thresholds,
  TWO_MINUTELY_REPORTS_SECONDS,
} from '../../lib/catalogue/finding.ts';
import { code, fenced, GENERATED, page, plain, table } from './markdown.ts';

/** What each component is to a person. */
const HEADINGS: Readonly<Record<string, string>> = {
  database: 'PostgreSQL',
  'events-table': 'The events in PostgreSQL',
  'flow-runs': 'Flow runs',
  'work-pools': 'Work pools',
  services: "Prefect's background services",
  redis: 'Redis or Valkey',
  network: 'The way in',
  server: 'The Prefect server',
  docket: 'The dockets',
  monitor: 'The monitor itself',
  kubernetes: 'Kubernetes',
  logs: 'The logs themselves',
  workers: 'Workers, by their logs',
  databases: 'Databases, by the logs of those who use them',
};
const headingOf = (component: string): string => HEADINGS[component] ?? component;

const pathOf = (component: string): string => `findings/${component}.md`;
const SEVERITIES = ['warning', 'critical'] as const;

/** A low value is bad where a threshold is left above where it is entered. */
function thresholdOf(severity: string, { enter, leave }: Threshold): string {
  if (enter < leave) return `${severity} at ${enter} or less, until above ${leave}`;
  return `${severity} at ${enter} or more, until below ${leave}`;
}

const thresholdsOf = (thresholds: Thresholds): string =>
  SEVERITIES.flatMap((severity) => {
    const threshold = thresholds[severity];
    return threshold === undefined ? [] : [thresholdOf(severity, threshold)];
  }).join('; ');

function afterSeconds(seconds: number): string {
  if (seconds === 0) return 'by the first report';
  return seconds === TWO_MINUTELY_REPORTS_SECONDS
    ? 'when two minutely reports agree'
    : `after ${duration(seconds)}`;
}

const isSql = (command: string): boolean =>
  /^(SELECT|ALTER|ANALYZE|VACUUM|REINDEX|DROP|CREATE)\b/.test(command);

function remedyOf({ text, command }: FindingDefinition['remedy'][number]): string {
  const said = `- ${plain(text)}`;
  if (command === undefined) return said;
  const lines = fenced(command, isSql(command) ? 'sql' : 'sh').split('\n');
  return [said, '', ...lines.map((line) => `  ${line}`)].join('\n');
}

/** The runbook of one finding. `at` tells where another finding's runbook stands. */
function runbookOf(finding: FindingDefinition, at: (id: string) => string): string {
  const { id, title, kinds, meaning, impact, remedy, needs, thresholds = {}, causes, source } = finding;
  const levels = thresholdsOf(thresholds);
  return [
    `## ${id}`,
    `**${plain(title)}.** Judged of ${kinds.join(', ')}.`,
    `What it means: ${plain(meaning)}`,
    `What it does to Prefect: ${plain(impact)}`,
    'What to do:',
    remedy.map(remedyOf).join('\n\n'),
    [
      `- Opens ${afterSeconds(finding.pendingSeconds)}, closes ${afterSeconds(finding.recoverySeconds)}.`,
      `- Thresholds: ${levels === '' ? 'none to set' : levels}.`,
      `- Needs: ${needs.map((signal) => `[${code(signal)}](../signals.md)`).join(', ') || 'no signal'}.`,
      `- May follow from: ${causes.map((cause) => `[${cause}](${at(cause)})`).join(', ') || 'nothing else'}.`,
      `- Source: ${source.map(plain).join('; ')}.`,
    ].join('\n'),
  ].join('\n\n');
}

/**
 * The pages about findings, by their path under docs/: an index, and the runbooks of each component.
 *
 * @throws Error when a finding may follow from one that does not exist.
 */
export function findingsPages(findings: readonly FindingDefinition[]): ReadonlyMap<string, string> {
  const byComponent = Map.groupBy(findings, ({ component }) => component);
  const componentOf = new Map(findings.map(({ id, component }) => [id, component]));
  const runbookAt = (id: string): string => {
    const component = componentOf.get(id);
    if (component === undefined) throw new Error(`no finding is called ${id}`);
    return `${component}.md#${id}`;
  };
  const index = page(
    '# Findings',
    `What is concluded, by component; each has a runbook: what it means, what it does to Prefect, what to do. ${GENERATED}`,
    'A threshold is entered at one value and left at another, so that a value on the edge does not flap; each can be set for every target in the configuration. Names in angle brackets are filled in with the real ones where a finding is told.',
    ...[...byComponent].flatMap(([component, of]) => [
      `## ${headingOf(component)}`,
      table(
        ['finding', 'what it says'],
        of.map(({ id, title }) => [`[${id}](${pathOf(component)}#${id})`, plain(title)]),
      ),
    ]),
  );
  const runbooks = [...byComponent].map(
    ([component, of]) =>
      [
        pathOf(component),
        page(
          `# ${headingOf(component)}: runbooks`,
          `${GENERATED} [All findings](../findings.md), [all signals](../signals.md).`,
          ...of.map((finding) => runbookOf(finding, runbookAt)),
        ),
      ] as const,
  );
  return new Map([['findings.md', index], ...runbooks]);
}
