import { causality } from '../../lib/assess/causes.ts';
import { findingNamed } from '../../lib/catalogue/findings/index.ts';
import { targetsOf } from '../../lib/config/targets.ts';
import { type Fault, findingOf, targetOf } from './fault.ts';
import { type ShapeName, shapeNamed } from './shapes/shapes.ts';

/** A finding somewhere, by its key. @throws RangeError when the catalogue has no such finding */
function at(key: string) {
  const definition = findingNamed(findingOf(key));
  if (definition === undefined) throw new RangeError(`no finding is called ${findingOf(key)}`);
  return { id: definition.id, target: targetOf(key), component: definition.component };
}

const made = new Map<ShapeName, ReturnType<typeof causality>>();
function causalityOf(shape: ShapeName): ReturnType<typeof causality> {
  const targets = targetsOf(shapeNamed(shape).installation);
  const causal =
    made.get(shape) ??
    causality(targets.map((t) => ({ target: t.id, kind: t.kind, roles: 'roles' in t ? t.roles : [] })));
  made.set(shape, causal);
  return causal;
}

/** Whether by the catalogue one finding may follow from another, both of them in one shape of installation. */
function mayFollow(shape: ShapeName, effectKey: string, causeKey: string): boolean {
  const [effect, cause] = [at(effectKey), at(causeKey)];
  const { causesOf, reaches } = causalityOf(shape);
  return causesOf(effect).includes(cause.id) && reaches(cause, effect);
}

const askedBy = ({ expected, asks = [] }: Fault): readonly string[] => [targetOf(expected), ...asks];

/** Whether one of two would hide the other: they change the same, or one of them cannot be found for the other. */
function hide(a: Fault, b: Fault): boolean {
  const within = (x: string, y: string) => x === y || x.startsWith(`${y} `);
  return (
    a.touches.some((x) => b.touches.some((y) => within(x, y) || within(y, x))) ||
    askedBy(a).some((target) => b.touches.includes(target)) ||
    askedBy(b).some((target) => a.touches.includes(target))
  );
}

/** Whether two faults can befall one installation at the same time, and both be seen. */
const canCoincide = (a: Fault, b: Fault): boolean => a.befalls === b.befalls && !hide(a, b);

/** Whether one of two faults is a cause by the catalogue, and the other may follow from it. */
export const isCauseOf = (cause: Fault, effect: Fault): boolean =>
  canCoincide(cause, effect) && mayFollow(cause.befalls, effect.expected, cause.expected);

const found = ({ expected, brings }: Fault): readonly string[] => [expected, ...brings];

/** Whether two faults have nothing to do with each other, nor what they bring. */
export const areIndependent = (a: Fault, b: Fault): boolean =>
  canCoincide(a, b) &&
  found(a).every((x) =>
    found(b).every((y) => x !== y && !mayFollow(a.befalls, x, y) && !mayFollow(a.befalls, y, x)),
  );
