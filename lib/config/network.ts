import * as v from 'valibot';

/** Where in the VPC the probes run. */
export const Network = v.strictObject({
  vpcId: v.pipe(v.string(), v.regex(/^vpc-[0-9a-f]+$/, 'the id of a VPC, vpc-…')),
  subnetIds: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^subnet-[0-9a-f]+$/, 'the id of a subnet, subnet-…'))),
      v.nonEmpty('at least one subnet'),
    ),
  ),
  securityGroupIds: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^sg-[0-9a-f]+$/, 'the id of a security group, sg-…'))),
      v.nonEmpty('at least one security group'),
    ),
  ),
  /** The gateway endpoint of DynamoDB, which is free and without which no probe can store what it saw. */
  dynamodbEndpoint: v.optional(v.boolean(), true),
  /** The interface endpoint of Secrets Manager, which is paid by the hour and zone: for passwords where there is no NAT. */
  secretsEndpoint: v.optional(v.boolean(), false),
});
