import * as v from 'valibot';
import { isFlowRunPod, isSidecar, type Source } from '../logs/sources.ts';
import type { ShippedEvent } from './minute.ts';

/** What the worker of Kubernetes calls the container of a flow run; agents often leave the labels out. */
const FLOW_RUN_CONTAINER = 'prefect-job';

const Text = v.fallback(v.optional(v.string()), undefined);
const Labels = v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined);

/** What Fluent Bit and FireLens put around a line: the line itself, or the JSON it was, and where it comes from. */
const Envelope = v.object({
  log: Text,
  log_processed: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
  container_name: Text,
  kubernetes: v.fallback(
    v.optional(v.object({ namespace_name: Text, pod_name: Text, container_name: Text, labels: Labels })),
    undefined,
  ),
});

/** The container an event comes from, and what that printed. */
export interface Printed {
  readonly source: Source;
  readonly text: string;
}

const ENVELOPED = /^\{.*"(?:log|log_processed)"\s*:/s;

function envelopeOf(message: string): v.InferOutput<typeof Envelope> | null {
  if (!ENVELOPED.test(message)) return null;
  try {
    const { success, output } = v.safeParse(Envelope, JSON.parse(message));
    return success ? output : null;
  } catch {
    // A line that was cut, or only begins like one.
    return null;
  }
}

/** Without an envelope a log stream is a container, as it is on ECS, and the message is what it printed. */
export function printedIn({ stream, message }: Pick<ShippedEvent, 'stream' | 'message'>): Printed {
  const envelope = envelopeOf(message);
  const text =
    envelope?.log ?? (envelope?.log_processed === undefined ? null : JSON.stringify(envelope.log_processed));
  if (envelope === null || text === null) {
    const source = { namespace: '', pod: stream, container: '', previous: false, isFlowRun: false };
    return { source, text: message };
  }
  const { kubernetes } = envelope;
  const container = kubernetes?.container_name ?? envelope.container_name ?? '';
  return {
    source: {
      namespace: kubernetes?.namespace_name ?? '',
      pod: kubernetes?.pod_name ?? stream,
      container,
      previous: false,
      isFlowRun: container === FLOW_RUN_CONTAINER || isFlowRunPod(kubernetes?.labels),
    },
    text,
  };
}

/** Whether a container's log is one of Prefect's; no namespaces are all of them. */
export const isPrefects = ({ namespace, container }: Source, namespaces: readonly string[]): boolean =>
  !isSidecar(container) && (namespaces.length === 0 || namespaces.includes(namespace));

/** For CloudWatch to leave out what is not Prefect's before it sends it; undefined leaves out nothing. */
export const patternFor = (namespaces: readonly string[]): string | undefined =>
  namespaces.length === 0
    ? undefined
    : `{ ${namespaces.map((name) => `($.kubernetes.namespace_name = "${name}")`).join(' || ')} }`;
