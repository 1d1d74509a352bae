import { managed } from './managed.ts';
import type { Shape } from './shape.ts';
import { small } from './small.ts';
import { whole } from './whole.ts';
import { withoutDatabase } from './without-database.ts';

const MAKERS = { whole, managed, small, withoutDatabase } as const;
export type ShapeName = keyof typeof MAKERS;
export const SHAPE_NAMES: readonly ShapeName[] = ['whole', 'managed', 'small', 'withoutDatabase'];

const made = new Map<ShapeName, Shape>();

/** Made once: their reports are the same in every history. */
export function shapeNamed(name: ShapeName): Shape {
  const shape = made.get(name) ?? MAKERS[name]();
  made.set(name, shape);
  return shape;
}
