import type { Signature } from '../../catalogue/signatures/signature.ts';
import type { LogEvent } from './events.ts';

const escaped = (text: string): string => text.replace(/[.[\]()*+?^$|{}\\]/g, '\\$&');

/** What a signature's pattern is put to. */
export const subjectOf = ({ message, exception }: Pick<LogEvent, 'message' | 'exception'>): string =>
  exception === null ? message : `${message}\n${exception}`;

export interface Recogniser {
  /** Whether any signature may be found in a text: one search for all the anchors together. */
  mayKnow(text: string): boolean;
  /** The signatures an event shows. */
  signaturesOf(event: Pick<LogEvent, 'message' | 'exception'>): readonly Signature[];
}

/** Nearly every line shows no signature, and that is found out before any pattern is tried. */
export function recogniser(signatures: readonly Signature[]): Recogniser {
  const anchors = new RegExp(signatures.flatMap((s) => s.anchors.map(escaped)).join('|'));
  const mayKnow = (text: string) => anchors.test(text);
  return {
    mayKnow,
    signaturesOf(event) {
      const subject = subjectOf(event);
      if (!mayKnow(subject)) return [];
      return signatures.filter(
        (s) => s.anchors.some((anchor) => subject.includes(anchor)) && s.pattern.test(subject),
      );
    },
  };
}
