/** Objects as an API server of Kubernetes 1.33 writes them, with what nobody reads left in where it is large. */

const GIB = 1024 * 1024;
export const secondsAgo = (seconds: number): string =>
  new Date(Date.now() - seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

interface NodeInput {
  readonly ready?: 'True' | 'False' | 'Unknown';
  readonly pressure?: string;
  readonly cpu?: string;
  readonly memoryGiB?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

export function node(name: string, input: NodeInput = {}) {
  const { ready = 'True', pressure, cpu = '16', memoryGiB = 64, labels = {} } = input;
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    lastHeartbeatTime: secondsAgo(20),
    lastTransitionTime: secondsAgo(900),
    message: `kubelet says ${reason}`,
  });
  const size = { cpu, 'ephemeral-storage': '83873772Ki', memory: `${memoryGiB * GIB}Ki`, pods: '234' };
  return {
    metadata: {
      name,
      uid: `uid-of-${name}`,
      resourceVersion: '4711',
      creationTimestamp: secondsAgo(90_000),
      labels: {
        'kubernetes.io/hostname': name,
        'node.kubernetes.io/instance-type': 'm7i.4xlarge',
        ...labels,
      },
      managedFields: [
        { manager: 'kubelet', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:status': {} } },
      ],
    },
    spec: { providerID: `aws:///eu-central-1a/i-${name}` },
    status: {
      capacity: size,
      allocatable: { ...size, cpu: `${Number(cpu) * 1000 - 110}m`, memory: `${(memoryGiB - 1) * GIB}Ki` },
      conditions: [
        ...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) =>
          condition(type, type === pressure ? 'True' : 'False', `KubeletHas${type}`),
        ),
        condition('Ready', ready, ready === 'True' ? 'KubeletReady' : 'NodeStatusUnknown'),
      ],
      nodeInfo: { kubeletVersion: 'v1.33.1-eks-1fbb135', osImage: 'Amazon Linux 2023' },
      images: [{ names: ['docker.io/prefecthq/prefect:3.8.8-python3.12'], sizeBytes: 300_000_000 }],
    },
  };
}

/** As metrics-server writes it. */
export const nodeMetrics = (name: string, cpuNanocores: number, memoryKiB: number) => ({
  metadata: { name, creationTimestamp: secondsAgo(0), labels: { 'kubernetes.io/hostname': name } },
  timestamp: secondsAgo(12),
  window: '20.043s',
  usage: { cpu: `${cpuNanocores}n`, memory: `${memoryKiB}Ki` },
});

interface Ended {
  readonly reason: string;
  readonly exitCode: number;
  readonly secondsAgo: number;
}

interface PodInput {
  readonly namespace?: string;
  readonly phase?: 'Pending' | 'Running' | 'Failed' | 'Succeeded';
  readonly ageSeconds?: number;
  readonly restarts?: number;
  readonly waiting?: string;
  readonly lastEnd?: Ended;
  readonly unschedulable?: string;
  readonly evicted?: boolean;
  readonly workPool?: string;
}

const stateOf = ({ phase = 'Running', waiting, ageSeconds = 600 }: PodInput) =>
  waiting === undefined && phase === 'Running'
    ? { running: { startedAt: secondsAgo(ageSeconds) } }
    : {
        waiting: {
          reason: waiting ?? 'ContainerCreating',
          message: 'back-off 5m0s restarting failed container',
        },
      };

export function pod(name: string, input: PodInput = {}) {
  const {
    namespace = 'prefect',
    phase = 'Running',
    ageSeconds = 600,
    restarts = 0,
    lastEnd,
    workPool,
  } = input;
  const isScheduled = input.unschedulable === undefined;
  const created = secondsAgo(ageSeconds);
  const terminated = lastEnd && {
    terminated: {
      exitCode: lastEnd.exitCode,
      reason: lastEnd.reason,
      startedAt: created,
      finishedAt: secondsAgo(lastEnd.secondsAgo),
      containerID: 'containerd://0123',
    },
  };
  const container = {
    name: workPool === undefined ? 'prefect-server' : 'prefect-job',
    image: 'docker.io/prefecthq/prefect:3.8.8-python3.12',
    imageID: 'docker.io/prefecthq/prefect@sha256:0123',
    ready: phase === 'Running' && input.waiting === undefined,
    started: true,
    restartCount: restarts,
    state: phase === 'Failed' && terminated ? terminated : stateOf(input),
    lastState: phase === 'Failed' ? {} : (terminated ?? {}),
  };
  return {
    metadata: {
      name,
      namespace,
      uid: `uid-of-${name}`,
      creationTimestamp: created,
      labels:
        workPool === undefined
          ? { 'app.kubernetes.io/name': 'prefect-server', 'pod-template-hash': '75f77f6f95' }
          : { 'prefect.io/flow-run-id': `run-${name}`, 'prefect.io/work-pool-name': workPool },
    },
    spec: {
      nodeName: isScheduled ? 'node-1' : undefined,
      containers: [
        { name: container.name, image: container.image, env: [{ name: 'PGPASSWORD', value: 'hunter2' }] },
      ],
    },
    status: {
      phase,
      ...(input.evicted && { reason: 'Evicted', message: 'The node was low on resource: memory.' }),
      conditions: [
        isScheduled
          ? { type: 'PodScheduled', status: 'True', lastTransitionTime: created }
          : {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: input.unschedulable,
              lastTransitionTime: created,
            },
      ],
      ...(isScheduled && !input.evicted && { containerStatuses: [container] }),
    },
  };
}

interface WorkloadInput {
  readonly namespace?: string;
  readonly replicas?: number;
  readonly present?: number;
  readonly ready?: number;
  readonly image?: string;
}

export function workload(name: string, input: WorkloadInput = {}) {
  const { namespace = 'prefect', replicas = 1, present = replicas, ready = present } = input;
  const { image = 'registry.internal:5000/prefect/server:3.8.8' } = input;
  return {
    metadata: { name, namespace, generation: 3, creationTimestamp: secondsAgo(90_000) },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image }] } },
    },
    // What is 0 is left out, as Kubernetes does.
    status: { ...(present > 0 && { replicas: present }), ...(ready > 0 && { readyReplicas: ready }) },
  };
}

export const balancer = (name: string, hostnames: readonly string[]) => ({
  metadata: { name, namespace: 'istio-system', creationTimestamp: secondsAgo(90_000) },
  spec: { type: 'LoadBalancer', clusterIP: '172.20.9.9', ports: [{ port: 443, targetPort: 8443 }] },
  status: {
    loadBalancer: hostnames.length === 0 ? {} : { ingress: hostnames.map((hostname) => ({ hostname })) },
  },
});

export const warning = (reason: string, seconds: number) => ({
  metadata: { name: `${reason}.17a`, namespace: 'prefect', creationTimestamp: secondsAgo(seconds) },
  involvedObject: { kind: 'Pod', namespace: 'prefect', name: 'prefect-server-0' },
  reason,
  message: 'as it happened',
  type: 'Warning',
  count: 3,
  firstTimestamp: secondsAgo(seconds + 60),
  lastTimestamp: secondsAgo(seconds),
});
