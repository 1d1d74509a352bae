import type { IncidentChange } from '../model/incident.ts';
import type { Severity } from '../model/severity.ts';
import { type Alert, alertOf, type Bounds } from './alert.ts';
import { chatText } from './chat-text.ts';
import {
  courseOf,
  doubtsOf,
  effectOf,
  effectsHeading,
  evidenceOf,
  HEADLINES,
  headlineOf,
  moment,
} from './phrases.ts';

/**
 * Slack refuses a message whole when one of its texts is too long: 150 characters in a header, 3000 elsewhere. By these
 * bounds no block comes near that, and all of them are far fewer than fifty.
 */
const HEADER_CHARACTERS_MAX = 150;
const BOUNDS: Bounds = { items: 5, textCharacters: 300, commandCharacters: 1000 };

type Block = Readonly<Record<string, unknown>>;
/** What an incoming webhook is posted. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

const MARKS: Readonly<Record<Severity, string>> = { critical: '🔴', warning: '🟠', info: '🔵' };

/*
 * No text of ours is in Slack's mark-up: plain and rich text come out as they are, so nothing in them can mention
 * anybody, become a link or end a code block.
 */
const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
const literal = (text: string, style?: { readonly bold: true }) => ({
  type: 'text',
  // An empty text is refused.
  text: text === '' ? ' ' : text,
  ...(style && { style }),
});
const line = (...elements: readonly object[]) => ({ type: 'rich_text_section', elements });
const list = (lines: readonly string[]) => ({
  type: 'rich_text_list',
  style: 'bullet',
  elements: lines.map((text) => line(literal(text))),
});
const code = (command: string) => ({ type: 'rich_text_preformatted', elements: [literal(command)] });
const rich = (...elements: readonly object[]): Block => ({ type: 'rich_text', elements });

const titled = (heading: string, ...elements: readonly object[]): Block =>
  rich(line(literal(heading, { bold: true })), ...elements);

const field = (name: string, text: string) => plain(`${name}\n${text}`);

function fieldsOf({ severity, kind, peak, target, since, installation }: Alert): Block {
  const how = kind === 'recovered' ? `over, at its worst ${peak}` : `${MARKS[severity]} ${severity}`;
  return {
    type: 'section',
    fields: [
      field('Severity', how),
      field('Installation', installation),
      field('Where', target),
      field('Since', moment(since)),
    ],
  };
}

const remedyBlocks = ({ remedy }: Alert): readonly Block[] =>
  remedy.map(({ text, command }, i) => {
    const step = line(literal(`${i + 1}. ${text}`));
    return command === undefined ? rich(step) : rich(step, code(command));
  });

function effectBlocks(alert: Alert): readonly Block[] {
  if (alert.effects.length === 0) return [];
  const more = alert.effectsLeftOut > 0 ? [`and ${alert.effectsLeftOut} more`] : [];
  return [
    titled(effectsHeading(alert), list([...alert.effects.map((e) => effectOf(e, alert.kind)), ...more])),
  ];
}

const adviceBlocks = (alert: Alert): readonly Block[] => [
  titled('What it means', line(literal(`\n${[alert.meaning, alert.impact, ...doubtsOf(alert)].join(' ')}`))),
  ...(alert.remedy.length > 0 ? [titled('What to do'), ...remedyBlocks(alert)] : []),
];

const button = (text: string, url: string, id: string) => ({
  type: 'button',
  text: plain(text),
  url,
  action_id: id,
});

/** The message of an incident for a Slack channel, within the limits of Block Kit. */
export function slackMessageOf(change: IncidentChange, pageUrl: string): SlackMessage {
  const alert = alertOf(change, pageUrl, BOUNDS);
  const header = `${HEADLINES[alert.kind]} ${alert.installation}: ${alert.title}`;
  const { evidence, incident, number, links } = alert;
  return {
    // What a notification on a phone shows; this one text is in mark-up.
    text: chatText(headlineOf(alert)),
    blocks: [
      { type: 'header', text: plain(header.slice(0, HEADER_CHARACTERS_MAX).toWellFormed()) },
      rich(line(literal(courseOf(alert)))),
      fieldsOf(alert),
      ...(evidence.length > 0 ? [titled('Evidence', list(evidence.map(evidenceOf)))] : []),
      ...effectBlocks(alert),
      ...(alert.kind === 'recovered' ? [] : adviceBlocks(alert)),
      {
        type: 'actions',
        elements: [
          button('The present state', links.page, 'page'),
          button('Runbook', links.runbook, 'runbook'),
        ],
      },
      { type: 'context', elements: [plain(`Message ${number} of incident ${incident}`)] },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}
