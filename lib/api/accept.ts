const RANGE = /^\s*([\w*+.-]+\/[\w*+.-]+)\s*(?:;.*?\bq=([\d.]+))?/;

/** How much a client wants a type, from 0 to 1: by the range of `Accept` that names it most exactly. */
function weightOf(type: string, accept: string): number {
  const [group] = type.split('/');
  const ranges = new Map(
    accept.split(',').flatMap((part) => {
      const [, range, weight] = RANGE.exec(part) ?? [];
      return range === undefined ? [] : [[range.toLowerCase(), weight === undefined ? 1 : Number(weight)]];
    }) as readonly (readonly [string, number])[],
  );
  return ranges.get(type) ?? ranges.get(`${group}/*`) ?? ranges.get('*/*') ?? 0;
}

/** Whether a client would rather have a page to read than JSON. */
export const prefersHtml = (accept: string): boolean =>
  weightOf('text/html', accept) > weightOf('application/json', accept);
