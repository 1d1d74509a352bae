import type { Alert } from './alert.ts';
import { courseOf, doubtsOf, effectOf, effectsHeading, evidenceOf, HEADLINES } from './phrases.ts';

/** Mail clients wrap at 78 by themselves, and badly; a quoted reply still fits. */
const LINE_CHARACTERS_MAX = 76;

/** A word longer than a line, in pieces; no character is cut in two. */
function pieces(word: string, size: number): readonly string[] {
  const characters = [...word];
  const count = Math.ceil(characters.length / size) || 1;
  return Array.from({ length: count }, (_, i) => characters.slice(i * size, (i + 1) * size).join(''));
}

/** Text in lines that fit, the first behind `mark`, the others as far in. */
function wrapped(text: string, mark = ''): readonly string[] {
  const size = LINE_CHARACTERS_MAX - mark.length;
  const lines = [''];
  for (const word of text.split(/\s+/).flatMap((w) => pieces(w, size))) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= size) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, i) => (i === 0 ? mark : ' '.repeat(mark.length)) + line);
}

/** A heading with what is under it; nothing at all when that is nothing. */
const section = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [heading.toUpperCase(), ...lines, ''];

/** A command stands alone on its line, so that it can be copied whole. */
function remedyLines({ remedy }: Alert): readonly string[] {
  return remedy.flatMap(({ text, command }, i) => [
    ...(i > 0 ? [''] : []),
    ...wrapped(text, `${i + 1}. `),
    ...(command === undefined ? [] : ['', ...command.split('\n').map((line) => `    ${line}`)]),
  ]);
}

function effectLines(alert: Alert): readonly string[] {
  const more = alert.effectsLeftOut > 0 ? [`- and ${alert.effectsLeftOut} more`] : [];
  return [...alert.effects.flatMap((effect) => wrapped(effectOf(effect, alert.kind), '- ')), ...more];
}

/**
 * The whole alert as plain text: lines of at most 76 characters, commands and addresses excepted, and no tabs. What is
 * over needs no advice: its e-mail leaves that out.
 */
export function emailOf(alert: Alert): string {
  const { kind, installation, title, target, links, incident, number } = alert;
  const isOver = kind === 'recovered';
  const lines = [
    ...wrapped(`${HEADLINES[kind]} in ${installation}: ${title} (${target})`),
    '',
    ...wrapped(courseOf(alert)),
    '',
    ...section(
      isOver ? 'What was seen' : 'What is seen',
      alert.evidence.flatMap((e) => wrapped(evidenceOf(e), '- ')),
    ),
    ...section(effectsHeading(alert), effectLines(alert)),
    ...(isOver
      ? []
      : [
          ...section(
            'How sure the cause is',
            doubtsOf(alert).flatMap((doubt) => wrapped(doubt)),
          ),
          ...section('What it means', wrapped(alert.meaning)),
          ...section('What it does to Prefect', wrapped(alert.impact)),
          ...section('What to do', remedyLines(alert)),
        ]),
    'The present state:',
    links.page,
    'The runbook:',
    links.runbook,
    '',
    ...wrapped(`Message ${number} of incident ${incident}`),
  ];
  return `${lines.join('\n')}\n`;
}
