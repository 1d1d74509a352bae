import { quantityToScalar } from '@kubernetes/client-node/dist/util.js';
import { ProbeFailure } from '../failure.ts';

/** A quantity of Kubernetes as a number: `1930m` cores are 1.93, `2Ki` bytes 2048. @throws ProbeFailure `invalid` */
export function numberOf(quantity: unknown): number {
  if (typeof quantity === 'string' && quantity !== '') {
    try {
      const number = Number(quantityToScalar(quantity));
      if (Number.isFinite(number)) return number;
    } catch {
      // It says only that this is no quantity, as we do.
    }
  }
  throw new ProbeFailure('invalid', 'a quantity is no number');
}
