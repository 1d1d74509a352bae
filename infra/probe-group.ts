import { isIPv4, isIPv6 } from 'node:net';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { type IPeer, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { addressOfUrl } from '../lib/config/address.ts';
import { ConfigError } from '../lib/config/errors.ts';
import type { Config } from '../lib/config/schema.ts';
import {
  credentialsOf,
  isLogGroup,
  type LogGroupTarget,
  type PostgresLogTarget,
  type PostgresTarget,
  type RedisTarget,
  type Target,
  targetsOf,
} from '../lib/config/targets.ts';

type NetworkConfig = NonNullable<Config['network']>;

/** What a probe in the VPC goes to; a log group is read from outside it. */
type Addressed = Exclude<Target, LogGroupTarget | PostgresLogTarget>;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A kubeconfig is not deployable, and does not come this far. */
function urlOf(target: Exclude<Addressed, PostgresTarget | RedisTarget>): string {
  if (target.kind === 'prefect') return target.apiUrl;
  if (target.kind === 'network') return target.url;
  if ('metricsUrl' in target) return target.metricsUrl;
  const { access } = target.kind === 'service' ? target.via : target;
  if (access.from === 'eks') return access.endpoint;
  throw new TypeError('a kubeconfig names no address to open a way to');
}

function addressOf(target: Addressed): Address {
  const { host, port } =
    target.kind === 'postgres' || target.kind === 'redis' ? target : addressOfUrl(urlOf(target));
  return { host: host.toLowerCase(), port };
}

const groupOf = (host: string, { targetSecurityGroups }: NetworkConfig): string | undefined =>
  Object.entries(targetSecurityGroups).find(([named]) => named === host)?.[1];

const isAddress = (host: string): boolean => isIPv4(host) || isIPv6(host);

/** Where the probes go, each host and port once. */
function addressesOf(config: Config): readonly Address[] {
  const all = config.installations
    .flatMap(targetsOf)
    .flatMap((target) => (isLogGroup(target) ? [] : [addressOf(target)]));
  return [...new Map(all.map((address) => [`${address.host} ${address.port}`, address])).values()];
}

/**
 * What of a network's rules reaches farther than the targets, for want of an id: a name's addresses change, on a failover
 * for one, and those of DynamoDB have a name only in each account's region.
 */
export function wideRulesOf(config: Config, network: NetworkConfig): readonly string[] {
  if (network.securityGroupIds !== undefined) return [];
  const unbound = addressesOf(config).filter(
    ({ host }) => !isAddress(host) && groupOf(host, network) === undefined,
  );
  return [
    ...unbound.map(({ host, port }) => `port ${port} for ${host} (network.targetSecurityGroups)`),
    ...(network.dynamodbPrefixListId === undefined
      ? ['port 443 for DynamoDB (network.dynamodbPrefixListId)']
      : []),
    ...(readsSecretsElsewhere(config, network)
      ? ['port 443 for Secrets Manager (network.secretsEndpoint)']
      : []),
  ];
}

/** Whether secrets are read another way than by the endpoint of this stack, which lets the probes out to itself. */
const readsSecretsElsewhere = (config: Config, network: NetworkConfig): boolean =>
  !network.secretsEndpoint && credentialsOf(config).some(({ credential }) => credential.from === 'secret');

/** One group for all probes, out to their targets and in for nobody, so that the customer admits one group there. */
export class ProbeSecurityGroup extends SecurityGroup {
  constructor(scope: Construct, id: string, vpc: IVpc, config: Config, network: NetworkConfig) {
    super(scope, id, {
      vpc,
      description: 'Probes of Prefect Vitals: out to their targets, nothing in',
      allowAllOutbound: false,
    });
    const addresses = addressesOf(config);
    assertHostsAreTargets(network, addresses);
    this.#letOutToAws(config, network);
    for (const { host, port } of addresses) {
      this.addEgressRule(peerOf(host, network), Port.tcp(port), `Targets on port ${port}`);
    }
    new CfnOutput(Stack.of(this), 'ProbeSecurityGroupId', {
      value: this.securityGroupId,
      description: 'Admit this group at the targets',
    });
  }

  #letOutToAws(config: Config, network: NetworkConfig): void {
    const https = Port.tcp(443);
    const { dynamodbPrefixListId } = network;
    if (dynamodbPrefixListId !== undefined) {
      this.addEgressRule(Peer.prefixList(dynamodbPrefixListId), https, 'DynamoDB');
    }
    if (dynamodbPrefixListId === undefined || readsSecretsElsewhere(config, network)) {
      this.addEgressRule(Peer.anyIpv4(), https, 'DynamoDB and Secrets Manager');
    }
  }
}

function peerOf(host: string, network: NetworkConfig): IPeer {
  const groupId = groupOf(host, network);
  if (groupId !== undefined) return Peer.securityGroupId(groupId);
  if (isIPv4(host)) return Peer.ipv4(`${host}/32`);
  return isIPv6(host) ? Peer.ipv6(`${host}/128`) : Peer.anyIpv4();
}

/** A host that no target has would leave a rule wide without anybody noticing. */
function assertHostsAreTargets({ targetSecurityGroups }: NetworkConfig, addresses: readonly Address[]): void {
  const hosts = [...new Set(addresses.map(({ host }) => host))];
  const problems = Object.keys(targetSecurityGroups)
    .filter((host) => !hosts.includes(host))
    .map((host) => ({
      path: `network.targetSecurityGroups.${host}`,
      found: `"${host}"`,
      allowed: `the host of a target: ${hosts.join(', ')}`,
    }));
  if (problems.length > 0) throw new ConfigError(problems);
}
