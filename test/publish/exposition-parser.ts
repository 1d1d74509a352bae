export interface ParsedSample {
  readonly family: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export interface Parsed {
  readonly types: Readonly<Record<string, string>>;
  readonly samples: readonly ParsedSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# HELP (${NAME}) (?:[^\\\\\\n]|\\\\\\\\|\\\\n)+$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (gauge|counter)$`);
const SAMPLE = new RegExp(`^(${NAME})\\{(.*)\\} (\\S+)$`, 's');
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/gy;

const unescaped = (text: string): string => text.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let end = 0;
  for (const match of text.matchAll(LABEL)) {
    const [whole, name = '', value = ''] = match;
    if (name in labels) throw new SyntaxError(`label ${name} stands twice in ${text}`);
    labels[name] = unescaped(value);
    end = match.index + whole.length;
  }
  if (end !== text.length) throw new SyntaxError(`these are no labels: ${text.slice(end)}`);
  return labels;
}

/** Reads text format 0.0.4 as strictly as a scrape does. @throws SyntaxError where Prometheus would refuse it. */
export function parseExposition(text: string): Parsed {
  if (text !== '' && !text.endsWith('\n')) throw new SyntaxError('the last line does not end');
  const types: Record<string, string> = {};
  const samples: ParsedSample[] = [];
  const series = new Set<string>();
  let family = '';
  for (const line of text.split('\n').slice(0, -1)) {
    if (line.startsWith('# HELP')) {
      family = HELP.exec(line)?.[1] ?? '';
      if (family === '' || family in types) throw new SyntaxError(`this opens no new family: ${line}`);
    } else if (line.startsWith('# TYPE')) {
      const [, name, type = ''] = TYPE.exec(line) ?? [];
      if (name !== family) throw new SyntaxError(`this is not the type of ${family}: ${line}`);
      types[family] = type;
    } else {
      const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
      if (name !== family || !(family in types)) throw new SyntaxError(`no sample of ${family}: ${line}`);
      if (series.has(`${name}{${labels}}`)) throw new SyntaxError(`this series stands twice: ${line}`);
      series.add(`${name}{${labels}}`);
      if (Number.isNaN(Number(value)) && value !== 'NaN') throw new SyntaxError(`no value: ${line}`);
      samples.push({ family, labels: labelsOf(labels), value: Number(value) });
    }
  }
  return { types, samples };
}
