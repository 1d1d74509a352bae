/*
 * Says why a regular expression might take more than linear time, were it given the worst text there is. It knows only
 * a part of the language and refuses the rest: what is refused by mistake can be written more plainly.
 */

const BOUND_MAX = 400;

interface Atom {
  /** What it matches, as a source of its own; null for a group, or what matches no character. */
  readonly character: string | null;
  /** Every way its text may begin; empty when that is not known, or when it matches no character. */
  readonly begins: readonly string[];
  readonly quantifier: string;
}

const ATOM =
  /(?<group>\((?:\?:|\?!|\?=)?)|(?<close>\))|(?<bar>\|)|(?<class>\[(?:\\.|[^\]\\])*\])|(?<edge>\\[bB]|[\^$])|(?<escape>\\.)|(?<plain>[^*+?{}()[\]|\\])/y;
const QUANTIFIER = /\?|\{\d+(?:,\d+)?\}/y;

class Parser {
  readonly complaints: string[] = [];
  #at = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  /** Every way the alternatives of one group may begin. */
  alternatives(): readonly string[] {
    const begins: string[] = [];
    let atoms: Atom[] = [];
    while (this.#at < this.#source.length) {
      const match = this.#take(ATOM);
      if (match === null) {
        this.complaints.push(`not understood: ${this.#source.slice(this.#at, this.#at + 12)}`);
        return begins;
      }
      const { group, close, bar, edge, class: characters, escape: escaped, plain } = match.groups ?? {};
      if (close !== undefined || bar !== undefined) {
        begins.push(...this.#sequence(atoms));
        atoms = [];
        if (close !== undefined) return begins;
        continue;
      }
      if (escaped !== undefined && /\\[1-9k]/.test(escaped)) this.complaints.push('a backreference');
      const inside = group === undefined ? [] : this.alternatives();
      const quantifier = this.#take(QUANTIFIER)?.[0] ?? '';
      if (group !== undefined && quantifier !== '' && quantifier !== '?') {
        this.complaints.push(`a repeated group: ${quantifier}`);
      }
      const character = characters ?? escaped ?? (plain === undefined ? null : plain.replace('.', '[^]'));
      const isLook = group === '(?!' || group === '(?=';
      if (edge !== undefined || isLook) continue;
      atoms.push({ character, begins: character === null ? inside : [character], quantifier });
    }
    begins.push(...this.#sequence(atoms));
    return begins;
  }

  #sequence(atoms: readonly Atom[]): readonly string[] {
    for (const [index, { character, quantifier }] of atoms.entries()) {
      const [least = 1, most = least] = (quantifier.match(/\d+/g) ?? []).map(Number);
      if (most > BOUND_MAX) this.complaints.push(`repeated up to ${most} times`);
      if (character === null || most === least) continue;
      for (const next of atoms[index + 1]?.begins ?? []) {
        if (overlap(character, next)) {
          this.complaints.push(`${character}${quantifier} may run over the ${next} behind it`);
        }
      }
    }
    return atoms[0]?.begins ?? [];
  }
}

const CHARACTERS = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code));

const overlap = (a: string, b: string): boolean => {
  const [one, other] = [new RegExp(`^${a}$`), new RegExp(`^${b}$`)];
  return CHARACTERS.some((c) => one.test(c) && other.test(c));
};

/** Nothing when every repetition is bounded, none is nested, and none may run over what follows it. */
export function whyNotLinear(pattern: RegExp): readonly string[] {
  const parser = new Parser(pattern.source);
  parser.alternatives();
  return parser.complaints;
}
