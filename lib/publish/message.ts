import type { IncidentChange } from '../model/incident.ts';
import { type Alert, alertOf, type Bounds } from './alert.ts';
import { chatNotificationOf } from './chat-notification.ts';
import { emailOf } from './email.ts';
import { machineOf } from './machine.ts';
import { headlineOf } from './phrases.ts';

/**
 * What SNS is given in one go: a subject of at most 100 printable ASCII characters, what each protocol delivers
 * (`default` for those not named), and attributes subscribers filter by.
 */
export interface Message {
  readonly subject: string;
  readonly bodies: Readonly<Record<string, string>> & { readonly default: string };
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MessageOptions {
  /** Of the health page, with a slash at its end. */
  readonly pageUrl: string;
  /** Whether Amazon Q Developer in chat applications is subscribed, which takes its own form over https. */
  readonly chatbot: boolean;
}

const SUBJECT_CHARACTERS_MAX = 100;
/** SNS takes 256 KiB; what is left is for the attributes and the subject. */
const BODIES_BYTES_MAX = 240 * 1024;

/** The first that fits is taken; the last always does, whatever the texts are made of. */
const BOUNDS: readonly [Bounds, ...Bounds[]] = [
  { items: 20, textCharacters: 1000, commandCharacters: 2000 },
  { items: 8, textCharacters: 300, commandCharacters: 500 },
  { items: 3, textCharacters: 200, commandCharacters: 200 },
];

const subjectOf = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, '?').slice(0, SUBJECT_CHARACTERS_MAX);

function bodiesOf(alert: Alert, chatbot: boolean): Message['bodies'] {
  const machine = machineOf(alert);
  return {
    // For what has no room for more, such as a text message.
    default: `${headlineOf(alert)} ${alert.links.page}`,
    email: emailOf(alert),
    'email-json': machine,
    http: machine,
    https: chatbot ? chatNotificationOf(alert) : machine,
    sqs: machine,
    lambda: machine,
    firehose: machine,
  };
}

/** As SNS counts them: the bodies as one JSON text. */
const bytesOf = (bodies: Message['bodies']): number => Buffer.byteLength(JSON.stringify(bodies));

/** The alert as SNS takes it: as full as fits. */
export function messageOf(change: IncidentChange, { pageUrl, chatbot }: MessageOptions): Message {
  const [first, ...tighter] = BOUNDS;
  let alert = alertOf(change, pageUrl, first);
  let bodies = bodiesOf(alert, chatbot);
  for (const bounds of tighter) {
    if (bytesOf(bodies) <= BODIES_BYTES_MAX) break;
    alert = alertOf(change, pageUrl, bounds);
    bodies = bodiesOf(alert, chatbot);
  }
  return {
    subject: subjectOf(headlineOf(alert)),
    bodies,
    attributes: {
      installation: alert.installation,
      severity: alert.severity,
      component: alert.component,
      finding: alert.finding,
      kind: alert.kind,
      incident: alert.incident,
    },
  };
}
