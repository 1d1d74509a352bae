/**
 * Stands in for undici in the bundles. The generated client of Kubernetes imports it for a transport of its own, which
 * a probe does not use; on AWS it would be half of the bundle, and most of its start.
 */
export function fetch(): never {
  throw new TypeError('requests to Kubernetes go through the transport of the probe');
}
