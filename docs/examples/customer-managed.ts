/**
 * Customer-Managed Prefect: three databases, three Redis, its web services and the ways in. It signs in with secrets, so
 * the VPC gets the interface endpoint of Secrets Manager, which is paid by the hour. Maintenance is on Sundays, and who
 * does not answer within half an hour is reminded.
 */
import { defineConfig } from '../../lib/config/define.ts';

const region = 'eu-central-1';
const account = '111122223333';
const secret = (name: string) =>
  ({
    from: 'secret',
    arn: `arn:aws:secretsmanager:${region}:${account}:secret:vitals/${name}-AbCdEf`,
  }) as const;
const certificateAuthority = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64');

export default defineConfig({
  region,
  account,
  stackName: 'PrefectVitalsManaged',
  installations: [
    {
      name: 'managed',
      kind: 'customer-managed',
      postgres: (['nebula', 'orion', 'events'] as const).map((role) => ({
        name: role,
        roles: [role],
        host: `${role}.cluster-abc123.${region}.rds.amazonaws.com`,
        database: role,
        user: 'prefect_vitals',
        password: { ...secret(role), key: 'password' },
        rds: { cluster: role },
      })),
      redis: (['cache', 'work', 'streams'] as const).map((role) => ({
        name: role,
        roles: [role],
        host: `master.${role}.abc123.euc1.cache.amazonaws.com`,
        user: 'prefect-vitals',
        password: secret(`redis-${role}`),
        elasticache: { cacheClusterId: `${role}-001` },
      })),
      prefect: [
        {
          apiUrl: 'https://api.prefect.example.com/api',
          account: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
          workspace: '9b2d7c6e-1f0a-4c57-8b57-6f0e2b1c4d5e',
          auth: { scheme: 'bearer', credential: secret('api-key') },
        },
      ],
      services: [
        { name: 'auth', metricsUrl: 'http://auth.prefect.internal:4300/metrics' },
        { name: 'orion', metricsUrl: 'http://orion.prefect.internal:4200/metrics' },
      ],
      entrances: [
        { name: 'api', url: 'https://api.prefect.example.com', serves: 'api' },
        { name: 'ui', url: 'https://app.prefect.example.com', serves: 'ui' },
      ],
      kubernetes: [
        {
          access: {
            from: 'eks',
            cluster: 'prefect-managed',
            region,
            endpoint: `https://0123456789ABCDEF.gr7.${region}.eks.amazonaws.com`,
            certificateAuthority,
          },
          namespaces: ['prefect'],
          flowRunNamespaces: ['flows'],
          istio: {},
        },
      ],
      findings: { 'tls-expiring': { warning: 21, critical: 7 } },
      maintenance: [{ cron: '0 2 * * SUN', timeZone: 'Europe/Berlin', minutes: 120, note: 'upgrades' }],
      remindAfterMinutes: 30,
    },
  ],
  alerts: { emails: ['platform@example.com', 'on-call@example.com'] },
  alarms: { root: true, actions: [`arn:aws:sns:${region}:${account}:on-call`] },
  encryption: 'own-key',
  network: {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    dynamodbEndpoint: false,
    secretsEndpoint: true,
  },
  logRetentionDays: 90,
});
