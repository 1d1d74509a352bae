import { Annotations, Stack, Token } from 'aws-cdk-lib';
import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  Port,
  SecurityGroup,
  Subnet,
  type SubnetSelection,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ConfigError } from '../lib/config/errors.ts';
import type { Config } from '../lib/config/schema.ts';
import { ProbeSecurityGroup } from './probe-group.ts';
import { tellWaysOut } from './ways-out.ts';

/** Where in a VPC a function runs, as a function's properties name it. */
export interface Placement {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
  /** Targets in the VPC and gateway endpoints are reached from a public subnet too; who names one wants it. */
  readonly allowPublicSubnet: true;
}

/** The CDK wants zones of a VPC it is only told of; nothing reads them, since the subnets are named. */
const NAMED_BY_SUBNETS = ['of-the-subnets'];

type NetworkConfig = NonNullable<Config['network']>;

const problem = (path: string, found: string, allowed: string) => new ConfigError([{ path, found, allowed }]);

/**
 * The customer's VPC as the probes see it. When the subnets are named and no endpoint is to be made, ids suffice and
 * the app synthesises without an account. Else the VPC is looked up, for its private subnets or their route tables:
 * that takes account, region and credentials once, and `cdk.context.json` remembers the answer.
 */
export class Network extends Construct {
  readonly placement: Placement;

  constructor(scope: Construct, id: string, config: Config, network: NetworkConfig) {
    super(scope, id);
    const byId = network.subnetIds !== undefined && !network.dynamodbEndpoint;
    const vpc = byId
      ? Vpc.fromVpcAttributes(this, 'Vpc', { vpcId: network.vpcId, availabilityZones: NAMED_BY_SUBNETS })
      : this.#lookUpVpc(network);
    const subnets = byId ? this.#subnetsById(network.subnetIds ?? []) : chosenSubnets(vpc, network);
    if (network.dynamodbEndpoint) {
      // It keeps the default policy: everybody's traffic of these subnets to DynamoDB takes this way from now on.
      new GatewayVpcEndpoint(this, 'DynamoDb', {
        vpc,
        service: GatewayVpcEndpointAwsService.DYNAMODB,
        subnets: [{ subnets }],
      });
    }
    const securityGroups =
      network.securityGroupIds === undefined
        ? [new ProbeSecurityGroup(this, 'Probes', vpc, config, network)]
        : network.securityGroupIds.map((groupId) =>
            SecurityGroup.fromSecurityGroupId(this, groupId, groupId, { mutable: false }),
          );
    if (network.secretsEndpoint) this.#makeSecretsEndpoint(vpc, subnets, securityGroups);
    tellWaysOut(this, config, network);
    this.placement = { vpc, vpcSubnets: { subnets }, securityGroups, allowPublicSubnet: true };
  }

  #lookUpVpc(network: NetworkConfig): IVpc {
    const { account, region } = Stack.of(this);
    for (const [path, value] of Object.entries({ account, region })) {
      if (!Token.isUnresolved(value)) continue;
      throw problem(
        path,
        'nothing',
        'the one the VPC is in; none is needed with `network.subnetIds` and `network.dynamodbEndpoint: false`',
      );
    }
    return Vpc.fromLookup(this, 'Vpc', { vpcId: network.vpcId });
  }

  #subnetsById(subnetIds: readonly string[]): ISubnet[] {
    return subnetIds.map((subnetId) => {
      const subnet = Subnet.fromSubnetId(this, subnetId, subnetId);
      Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
      return subnet;
    });
  }

  /** Everybody's traffic of this VPC to Secrets Manager takes this way from now on, so it keeps the default policy. */
  #makeSecretsEndpoint(vpc: IVpc, subnets: ISubnet[], probes: readonly ISecurityGroup[]): void {
    const endpoint = new InterfaceVpcEndpoint(this, 'Secrets', {
      vpc,
      service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      subnets: { subnets },
      open: false,
    });
    for (const group of probes)
      endpoint.connections.allowFrom(group, Port.tcp(443), 'Probes of Prefect Vitals');
  }
}

function chosenSubnets(vpc: IVpc, network: NetworkConfig): ISubnet[] {
  const isolatedOrPrivate = vpc.privateSubnets.length > 0 ? vpc.privateSubnets : vpc.isolatedSubnets;
  // While the look-up is still to be done, the CDK answers with a VPC of its own invention.
  if (vpc.vpcId !== network.vpcId) return isolatedOrPrivate;
  if (network.subnetIds === undefined) {
    if (isolatedOrPrivate.length > 0) return isolatedOrPrivate;
    throw problem('network.vpcId', `${network.vpcId}, without private subnets`, 'also `network.subnetIds`');
  }
  const all = [...vpc.privateSubnets, ...vpc.isolatedSubnets, ...vpc.publicSubnets];
  return network.subnetIds.map((subnetId, i) => {
    const subnet = all.find((s) => s.subnetId === subnetId);
    if (subnet !== undefined) return subnet;
    throw problem(`network.subnetIds.${i}`, `"${subnetId}"`, `a subnet of ${network.vpcId}`);
  });
}
