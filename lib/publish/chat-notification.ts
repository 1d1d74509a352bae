import type { Alert } from './alert.ts';
import { chatCode, chatText } from './chat-text.ts';
import { courseOf, doubtsOf, effectOf, effectsHeading, evidenceOf, headlineOf } from './phrases.ts';

/** What reads well in a channel: the rest is one click away. */
const TITLE_CHARACTERS_MAX = 250;
const ITEMS_MAX = 8;

const bulleted = (lines: readonly string[]): string => lines.map((line) => `• ${line}`).join('\n');

const paragraph = (heading: string, text: string): readonly string[] =>
  text === '' ? [] : [`*${heading}*\n${text}`];

function descriptionOf(alert: Alert): string {
  const { effects, evidence, meaning, impact, links } = alert;
  const about = [
    chatText(courseOf(alert)),
    ...paragraph('Evidence', bulleted(evidence.slice(0, ITEMS_MAX).map((e) => chatText(evidenceOf(e))))),
    ...paragraph(
      effectsHeading(alert),
      bulleted(effects.slice(0, ITEMS_MAX).map((e) => chatText(effectOf(e, alert.kind)))),
    ),
  ];
  const advice = [
    ...doubtsOf(alert).map(chatText),
    ...paragraph('What it means', chatText(`${meaning} ${impact}`)),
  ];
  const where = `<${links.page}|The present state> · <${links.runbook}|Runbook>`;
  return [...about, ...(alert.kind === 'recovered' ? [] : advice), where].join('\n\n');
}

const nextStepsOf = ({ remedy }: Alert): readonly string[] =>
  remedy
    .slice(0, ITEMS_MAX)
    .map(({ text, command }) =>
      command === undefined
        ? chatText(text) || '-'
        : `${chatText(text)}\n\`\`\`\n${chatCode(command)}\n\`\`\``,
    );

/**
 * A custom notification as Amazon Q Developer in chat applications reads it from the topic: anything it does not know
 * the form of is dropped without a word, so there is nothing here but what its schema names. All messages of one
 * incident go to one thread.
 */
export const chatNotificationOf = (alert: Alert): string =>
  JSON.stringify({
    version: '1.0',
    source: 'custom',
    id: `${alert.incident}#${alert.number}`,
    content: {
      textType: 'client-markdown',
      title: chatText(headlineOf(alert).slice(0, TITLE_CHARACTERS_MAX).toWellFormed()),
      description: descriptionOf(alert),
      ...(alert.kind !== 'recovered' && { nextSteps: nextStepsOf(alert) }),
      keywords: [alert.installation, alert.severity, alert.component, alert.finding].map(chatText),
    },
    metadata: {
      threadId: alert.incident,
      summary: chatText(headlineOf(alert)),
      eventType: `prefect-vitals-${alert.kind}`,
      relatedResources: [alert.target, ...alert.effects.slice(0, ITEMS_MAX).map((e) => e.finding)].map(
        chatText,
      ),
      additionalContext: {
        installation: chatText(alert.installation),
        severity: alert.severity,
        component: chatText(alert.component),
        finding: chatText(alert.finding),
        target: chatText(alert.target),
        since: alert.since,
        kind: alert.kind,
      },
    },
  });
