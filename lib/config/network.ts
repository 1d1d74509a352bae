import * as v from 'valibot';
import { Host } from './fields.ts';

const SecurityGroupId = v.pipe(v.string(), v.regex(/^sg-[0-9a-f]+$/, 'the id of a security group, sg-…'));

/** Where in the VPC the probes run. */
export const Network = v.strictObject({
  vpcId: v.pipe(v.string(), v.regex(/^vpc-[0-9a-f]+$/, 'the id of a VPC, vpc-…')),
  subnetIds: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^subnet-[0-9a-f]+$/, 'the id of a subnet, subnet-…'))),
      v.nonEmpty('at least one subnet'),
    ),
  ),
  securityGroupIds: v.optional(v.pipe(v.array(SecurityGroupId), v.nonEmpty('at least one security group'))),
  /** By the host of a target, the group that stands before it: the probes are let out to that and to no other address. */
  targetSecurityGroups: v.optional(v.record(v.pipe(Host, v.toLowerCase()), SecurityGroupId), {}),
  /** The gateway endpoint of DynamoDB, which is free and without which no probe can store what it saw. */
  dynamodbEndpoint: v.optional(v.boolean(), true),
  /** Of DynamoDB in the region of the VPC: the probes are then let out to its addresses and to no others of AWS. */
  dynamodbPrefixListId: v.optional(
    v.pipe(v.string(), v.regex(/^pl-[0-9a-f]+$/, 'the id of a prefix list, pl-…')),
  ),
  /** The interface endpoint of Secrets Manager, which is paid by the hour and zone: for passwords where there is no NAT. */
  secretsEndpoint: v.optional(v.boolean(), false),
});
