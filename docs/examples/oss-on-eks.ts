/**
 * The open-source server on EKS, its databases on RDS and its Redis on ElastiCache: three of each, one per role. All sign
 * in by IAM, so there is no password to keep and no paid way out of the VPC. The addresses and the certificate of the
 * cluster are examples: yours come from `aws rds describe-db-instances`, `aws elasticache describe-replication-groups` and
 * `aws eks describe-cluster`.
 */
import { defineConfig } from '../../lib/config/define.ts';

const region = 'us-east-1';
const rdsIam = (resourceId: string) => ({ from: 'rds-iam', region, resourceId }) as const;
const cacheIam = (cacheName: string) => ({ from: 'elasticache-iam', region, cacheName }) as const;
const certificateAuthority = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64');

export default defineConfig({
  region,
  account: '111122223333',
  installations: [
    {
      name: 'production',
      postgres: [
        {
          name: 'orion',
          roles: ['orion'],
          host: 'orion.abc123.us-east-1.rds.amazonaws.com',
          database: 'prefect',
          user: 'prefect_vitals',
          password: rdsIam('db-ORION1234567890'),
          rds: { instance: 'orion', storageGiB: 100 },
        },
        {
          name: 'nebula',
          roles: ['nebula'],
          host: 'nebula.abc123.us-east-1.rds.amazonaws.com',
          database: 'nebula',
          user: 'prefect_vitals',
          password: rdsIam('db-NEBULA123456789'),
          rds: { instance: 'nebula', storageGiB: 100 },
        },
        {
          name: 'events',
          roles: ['events'],
          host: 'events.abc123.us-east-1.rds.amazonaws.com',
          database: 'events',
          user: 'prefect_vitals',
          password: rdsIam('db-EVENTS123456789'),
          rds: { instance: 'events', storageGiB: 200 },
        },
      ],
      redis: (['cache', 'work', 'streams'] as const).map((role) => ({
        name: role,
        roles: [role],
        host: `master.${role}.abc123.use1.cache.amazonaws.com`,
        user: 'prefect-vitals',
        password: cacheIam(role),
        elasticache: { cacheClusterId: `${role}-001` },
      })),
      prefect: [{ apiUrl: 'http://prefect-server.prefect.internal:4200/api' }],
      kubernetes: [
        {
          access: {
            from: 'eks',
            cluster: 'prefect',
            region,
            endpoint: 'https://0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com',
            certificateAuthority,
          },
        },
      ],
    },
  ],
  alerts: { emails: ['platform@example.com'] },
  network: {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    // The endpoint is there already; `true` makes it, which takes one look-up of the VPC.
    dynamodbEndpoint: false,
    // Out to these and nowhere else: the groups before the targets, and DynamoDB's addresses by
    // `aws ec2 describe-managed-prefix-lists --filters Name=prefix-list-name,Values=com.amazonaws.us-east-1.dynamodb`.
    targetSecurityGroups: {
      'orion.abc123.us-east-1.rds.amazonaws.com': 'sg-0123456789abcdef1',
      'nebula.abc123.us-east-1.rds.amazonaws.com': 'sg-0123456789abcdef1',
      'events.abc123.us-east-1.rds.amazonaws.com': 'sg-0123456789abcdef1',
      'master.cache.abc123.use1.cache.amazonaws.com': 'sg-0123456789abcdef2',
      'master.work.abc123.use1.cache.amazonaws.com': 'sg-0123456789abcdef2',
      'master.streams.abc123.use1.cache.amazonaws.com': 'sg-0123456789abcdef2',
      'prefect-server.prefect.internal': 'sg-0123456789abcdef3',
      '0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com': 'sg-0123456789abcdef3',
    },
    dynamodbPrefixListId: 'pl-0123456789abcdef0',
  },
});
