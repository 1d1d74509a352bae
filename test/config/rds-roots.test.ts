import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CA_BYTES_MAX } from '../../lib/config/load.ts';
import { rdsRootsOf } from '../../lib/config/rds-roots.ts';

const rootsIn = (pem: string | undefined) =>
  (pem?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  );

describe('the roots of RDS', () => {
  it.each([
    ['an instance', 'prefect.abc123.eu-central-1.rds.amazonaws.com'],
    ['a cluster, in capitals', 'PREFECT.cluster-ro-abc123.EU-CENTRAL-1.rds.amazonaws.com'],
  ])('are those of the region of %s, and fit the input of a schedule', (_, host) => {
    const pem = rdsRootsOf(host);
    const roots = rootsIn(pem);
    expect(roots.map((r) => /^CN=.*$/m.exec(r.subject)?.[0]).sort()).toEqual([
      'CN=Amazon RDS eu-central-1 Root CA ECC384 G1',
      'CN=Amazon RDS eu-central-1 Root CA RSA2048 G1',
      'CN=Amazon RDS eu-central-1 Root CA RSA4096 G1',
    ]);
    for (const root of roots) {
      expect(root.ca && root.verify(root.publicKey)).toBe(true);
      expect(Date.parse(root.validTo)).toBeGreaterThan(Date.parse('2060-01-01'));
    }
    expect(pem?.length).toBeLessThan(CA_BYTES_MAX);
  });

  it.each([
    'orion.prefect.internal',
    'prefect.proxy-abc123.eu-central-1.rds.amazonaws.com',
    'eu-central-1.rds.amazonaws.com',
    'prefect.abc123.eu-central-1.rds.amazonaws.com.example.com',
    'prefect.abc123.xx-nowhere-1.rds.amazonaws.com',
  ])('are not for %s', (host) => {
    expect(rdsRootsOf(host)).toBeUndefined();
  });
});
