export const EXPOSITION_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}
/** One metric: its names are ours and never escaped, its help and label values are. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const escapedHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapedLabel = (text: string): string => escapedHelp(text).replaceAll('"', '\\"');

function seriesOf(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapedLabel(value)}"`);
  return `${name}{${pairs.join(',')}}`;
}

function linesOf(name: string, families: readonly Family[]): readonly string[] {
  const [first] = families;
  const samples = families.flatMap((f) => f.samples);
  if (first === undefined || samples.length === 0) return [];
  const series = new Map(samples.map(({ labels, value }) => [seriesOf(name, labels), value]));
  return [
    `# HELP ${name} ${escapedHelp(first.help)}`,
    `# TYPE ${name} ${first.type}`,
    ...[...series].map(([labelled, value]) => `${labelled} ${value}`),
  ];
}

/**
 * Prometheus text format 0.0.4. A scrape is refused whole when a family stands in two places or a series twice, so
 * families of one name are joined and of equal series the last one stays. Families without samples are left out.
 */
export function expositionText(families: readonly Family[]): string {
  const lines = [...Map.groupBy(families, (f) => f.name)].flatMap(([name, same]) => linesOf(name, same));
  return lines.map((line) => `${line}\n`).join('');
}
