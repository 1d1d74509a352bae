/**
 * One deployment, several installations: production on RDS and ElastiCache with all its metrics, staging with one
 * database, one Redis and little ado. They share the functions and the topic, and nothing else: names are told apart in
 * every key, metric and route.
 */
import { defineConfig } from '../../lib/config/define.ts';

const region = 'us-east-1';

export default defineConfig({
  region,
  account: '111122223333',
  installations: [
    {
      name: 'production',
      metrics: 'full',
      postgres: [
        {
          name: 'main',
          host: 'production.abc123.us-east-1.rds.amazonaws.com',
          database: 'prefect',
          user: 'prefect_vitals',
          password: { from: 'rds-iam', region, resourceId: 'db-PRODUCTION12345' },
          rds: { instance: 'production', storageGiB: 200 },
        },
      ],
      redis: [
        {
          name: 'main',
          host: 'master.production.abc123.use1.cache.amazonaws.com',
          user: 'prefect-vitals',
          password: { from: 'elasticache-iam', region, cacheName: 'production' },
          elasticache: { cacheClusterId: 'production-001' },
        },
      ],
      prefect: [{ apiUrl: 'http://prefect.production.internal:4200/api' }],
      entrances: [
        { name: 'api', url: 'https://prefect.example.com', serves: 'api' },
        { name: 'ui', url: 'https://prefect.example.com', serves: 'ui' },
      ],
    },
    {
      name: 'staging',
      postgres: [
        {
          name: 'main',
          host: 'staging.abc123.us-east-1.rds.amazonaws.com',
          database: 'prefect',
          user: 'prefect_vitals',
          password: { from: 'rds-iam', region, resourceId: 'db-STAGING12345678' },
        },
      ],
      redis: [
        {
          name: 'main',
          host: 'master.staging.abc123.use1.cache.amazonaws.com',
          user: 'prefect-vitals',
          password: { from: 'elasticache-iam', region, cacheName: 'staging' },
        },
      ],
      prefect: [{ apiUrl: 'http://prefect.staging.internal:4200/api' }],
      findings: { 'redis-evicting': { enabled: false } },
    },
  ],
  alerts: { emails: ['platform@example.com'] },
  network: {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: ['subnet-0123456789abcdef0'],
    dynamodbEndpoint: false,
  },
});
