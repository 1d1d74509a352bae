import type { Readable } from 'node:stream';
import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  createConfiguration,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from '@kubernetes/client-node/dist/gen/index.js';
import type { ProxiedService } from '../../../config/kubernetes.ts';
import { ProbeFailure } from '../../failure.ts';
import type { Endpoint } from './endpoint.ts';
import { proxyPath } from './proxy.ts';
import { assertAnswered } from './refusal.ts';
import { type Answer, type Limits, Transport } from './transport.ts';

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  /** Which container of several. */
  readonly container: string;
  readonly sinceSeconds: number;
  readonly limitBytes: number;
  /** Each line begins with the time it was written, RFC 3339. */
  readonly timestamps?: boolean;
  /** Of the container before the last restart. */
  readonly previous?: boolean;
}

/**
 * A cluster as a probe sees it: what may be read, and nothing that changes anything. Whatever is read here must stand
 * in the ClusterRole of lib/config/kubernetes-grants.ts.
 */
export interface Cluster {
  readonly core: Pick<
    CoreV1Api,
    'listNode' | 'listNamespacedPod' | 'listNamespacedEvent' | 'listNamespacedService'
  >;
  readonly apps: Pick<AppsV1Api, 'listNamespacedDeployment' | 'listNamespacedStatefulSet'>;
  readonly custom: Pick<CustomObjectsApi, 'listClusterCustomObject'>;
  /** A path that is no resource, such as /readyz, whatever its status. */
  text(path: string, limits?: Limits): Promise<Answer>;
  /** A path that is no resource as it comes in, until `abort`. @throws ProbeFailure unless it answers 200. */
  stream(path: string, abort: AbortSignal): Promise<Readable>;
  /** /metrics of a Service, by way of the API server. @throws ProbeFailure unless it answers 200. */
  serviceMetrics(service: ProxiedService, limits?: Limits): Promise<Answer>;
  /** The end of a container's log as it comes in, until `abort`. @throws ProbeFailure unless there is one. */
  podLog(request: LogRequest, abort: AbortSignal): Promise<Readable>;
  /** Ends everything under way, at once. */
  destroy(): void;
}

/** The generated client wants a whole address; only its path goes on, to where the transport leads. */
const ANY_SERVER = 'https://cluster';

const part = encodeURIComponent;

function logPath({ namespace, pod, container, ...rest }: LogRequest): string {
  const query = new URLSearchParams({
    container,
    sinceSeconds: String(rest.sinceSeconds),
    limitBytes: String(rest.limitBytes),
    ...(rest.timestamps && { timestamps: 'true' }),
    ...(rest.previous && { previous: 'true' }),
  });
  return `/api/v1/namespaces/${part(namespace)}/pods/${part(pod)}/log?${query}`;
}

/** Opens nothing yet: the first request does. The generated client speaks through a transport with bounds. */
export function clusterAt(endpoint: Endpoint): Cluster {
  const transport = new Transport(endpoint);
  const httpApi = wrapHttpLibrary({
    send: async (request) => {
      if (request.getHttpMethod() !== 'GET') throw new ProbeFailure('permission', 'a probe only reads');
      const { pathname, search } = new URL(request.getUrl());
      const { status, headers, text } = await transport.ask(pathname + search, request.getHeaders());
      const body = {
        text: async () => text,
        binary: async () => Buffer.from(text),
        stream: () => null,
      };
      return new ResponseContext(status, { ...headers }, body);
    },
  });
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(ANY_SERVER, {}),
    httpApi,
  });
  const answered = (answer: Answer): Answer => {
    assertAnswered(answer.status);
    return answer;
  };
  const stream = async (path: string, abort: AbortSignal): Promise<Readable> => {
    const incoming = await transport.open(path, abort);
    if (incoming.statusCode !== 200) incoming.destroy();
    assertAnswered(incoming.statusCode ?? 0);
    return incoming;
  };
  return {
    core: new CoreV1Api(configuration),
    apps: new AppsV1Api(configuration),
    custom: new CustomObjectsApi(configuration),
    text: (path, limits) => transport.ask(path, {}, limits),
    serviceMetrics: async (service, limits) =>
      answered(await transport.ask(proxyPath(service, '/metrics'), {}, limits)),
    stream,
    podLog: (request, abort) => stream(logPath(request), abort),
    destroy: () => transport.destroy(),
  };
}
