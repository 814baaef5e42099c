import { isNode, LineCounter, parseDocument, type ParsedNode } from 'yaml';
import type { Step } from '../../clients/metadata-field';
import { CommandFailed } from '../failure';
import { fillIn, type Misfits, type PlaceholderValues } from './placeholders';

/** Where in the file something stands: the names of members and the indexes of items on the way to it. */
export type Place = readonly Step[];

/** What has to be changed in the file. */
export interface Fault {
  readonly place: Place;
  /** A sentence. */
  readonly reason: string;
}

/** An alias may stand for a whole list, and a list of aliases for a thousand lists: nothing that people write needs more. */
const MOST_ALIASES = 100;

/** A file of YAML 1.2 or JSON, which is a part of it. */
export class ConfigurationFile {
  private constructor(
    readonly content: unknown,
    private readonly nodeAt: (place: Place) => ParsedNode | null,
    private readonly lines: LineCounter,
  ) {}

  /**
   * Reads a file. Without values, what looks like a placeholder stands for itself, as in a file that `export` has written.
   * @throws {CommandFailed} where the text is neither YAML nor JSON, or its placeholders are not those of the values; without repeating it, since
   * there may be secrets in it
   */
  static parse(text: string, values: PlaceholderValues = new Map()): ConfigurationFile {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) {
      const { line, col } = lines.linePos(fault.pos[0]);
      throw new CommandFailed(`Line ${line}, column ${col} is no YAML: ${fault.message}.`);
    }
    if (values.size > 0) assertFits(fillIn(document, values));
    const nodeAt = (place: Place) => {
      const node = place.length === 0 ? document.contents : document.getIn(place, true);
      return isNode(node) ? (node as ParsedNode) : null;
    };
    try {
      return new ConfigurationFile(document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown, nodeAt, lines);
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      throw new CommandFailed(`The file has aliases that lead nowhere, or more than ${MOST_ALIASES}: write them out.`);
    }
  }

  /** A sentence that says where the fault is, as a JSON pointer (RFC 6901) with its line. */
  describe({ place, reason }: Fault): string {
    const pointer = place.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    return `${pointer === '' ? 'The file' : pointer} (line ${this.lineOf(place)}): ${reason}`;
  }

  /** The line of a place, or of what it would be in where it is missing. */
  private lineOf(place: Place): number {
    for (let length = place.length; length >= 0; length--) {
      const start = this.nodeAt(place.slice(0, length))?.range[0];
      if (start !== undefined) return this.lines.linePos(start).line;
    }
    return 1;
  }
}

function assertFits({ missing, idle }: Misfits): void {
  const [name] = missing;
  if (name !== undefined) {
    throw new CommandFailed(`The file has \${${name}}, which has no value: give --set ${name}=….`);
  }
  if (idle.length > 0) throw new CommandFailed(`The file has no \${${idle[0]}}: leave --set ${idle[0]}=… out.`);
}
