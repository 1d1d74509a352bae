import { ProbeFailure } from '../failure.ts';
import type { Answer } from './ask.ts';

/** Prefect's settings, the deepest answer there is, nest six levels. */
const DEPTH_MAX = 64;

/** How deep brackets nest outside of texts; counting stops beyond `max`. */
function depthOf(json: string, max: number): number {
  let depth = 0;
  let deepest = 0;
  let isInText = false;
  for (let i = 0; i < json.length && deepest <= max; i++) {
    const character = json[i];
    if (isInText) {
      if (character === '\\') i++;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}

export type Content = 'json' | 'html' | 'other';

/** What an answer says it is. A page is one by its first character too: a wrong type is as common as a wrong page. */
export function contentOf({ contentType, text }: Pick<Answer, 'contentType' | 'text'>): Content {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/html' || type === 'application/xhtml+xml' || /^\s*<(!doctype|html)/i.test(text))
    return 'html';
  return type === 'application/json' || type.endsWith('+json') ? 'json' : 'other';
}

/**
 * The value an answer holds, whatever its status.
 *
 * @throws ProbeFailure `protocol` when it is no JSON, is broken, or nests so deep that whoever walks it might fall.
 */
export function jsonIn(answer: Answer): unknown {
  const content = contentOf(answer);
  if (content === 'html') throw new ProbeFailure('protocol', 'a page of HTML answers where JSON belongs');
  if (content !== 'json') throw new ProbeFailure('protocol', 'the answer says it is no JSON');
  if (depthOf(answer.text, DEPTH_MAX) > DEPTH_MAX) {
    throw new ProbeFailure('protocol', `the JSON nests deeper than ${DEPTH_MAX} levels`);
  }
  try {
    return JSON.parse(answer.text);
  } catch {
    // No cause: the parser's message quotes the answer.
    throw new ProbeFailure('protocol', 'the JSON is broken');
  }
}

/** Whether an answer holds JSON, judged by the whole of it. */
export function isJson(answer: Answer): boolean {
  try {
    jsonIn(answer);
    return true;
  } catch (error) {
    if (error instanceof ProbeFailure) return false;
    throw error;
  }
}
