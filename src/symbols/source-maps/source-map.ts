/** A source map (ECMA-426): where each piece of a generated script was written. */
import { Malformed } from '../../profile/malformed.js';
import { checkShape } from './json-shape.js';
import { findSegments, type Position } from './mappings.js';

/** Where a generated position was written; lines and columns from 0. */
export interface Original {
  /** As the map has it, with its `sourceRoot` in front. */
  readonly source: string;
  readonly line: number;
  readonly column: number;
  /** The name there before it was changed; undefined when the map has none. */
  readonly name: string | undefined;
  /** Whether the mapping begins at the very position, not before it. */
  readonly isExact: boolean;
}

/** A map, or one of those that an index map puts one behind the other. */
interface Section extends Position {
  readonly mappings: string;
  readonly sources: readonly (string | null)[];
  readonly sourceRoot: string;
  readonly names: readonly string[];
}

/** Maps of an index map; more are no map that a tool wrote. */
const MAX_SECTIONS = 65_536;

export class SourceMap {
  private constructor(private readonly sections: readonly Section[]) {}

  /** @throws Malformed when it is no source map of version 3 */
  static parse(text: string): SourceMap {
    const map = asObject(parseJson(text), 'it');
    if (map['version'] !== 3) throw new Malformed('it is not of version 3');
    if (map['sections'] === undefined) return new SourceMap([asSection(map, { line: 0, column: 0 })]);
    const sections = asList(map['sections'], 'sections');
    if (sections.length > MAX_SECTIONS) throw new Malformed(`it has more than ${MAX_SECTIONS} sections`);
    return new SourceMap(inOrder(sections.map(asIndexed)));
  }

  /** The one file that the whole script was made from, undefined when it was several. */
  get onlySource(): string | undefined {
    const { sources, sourceRoot } = this.sections[0] ?? { sources: [], sourceRoot: '' };
    const [only] = sources;
    return this.sections.length === 1 && sources.length === 1 && only !== null
      ? sourceRoot + only
      : undefined;
  }

  /** The last line of the generated script that it tells of, from 0; -1 when it is empty. */
  get lastLine(): number {
    const last = this.sections.at(-1);
    if (last === undefined) return -1;
    let { line } = last;
    for (let at = last.mappings.indexOf(';'); at >= 0; at = last.mappings.indexOf(';', at + 1)) line++;
    return line;
  }

  /**
   * Where each position was written, undefined where the map does not say.
   * @param positions in ascending order
   * @throws Malformed when the mappings are broken
   */
  find(positions: readonly Position[]): (Original | undefined)[] {
    const { sections } = this;
    let from = 0;
    return sections.flatMap((section, i) => {
      const next = sections[i + 1];
      let to = from;
      while (to < positions.length && (next === undefined || isBefore(positions[to], next))) to++;
      const inSection = positions.slice(from, to);
      from = to;
      return findIn(section, inSection);
    });
  }
}

function findIn(section: Section, positions: readonly Position[]): (Original | undefined)[] {
  if (positions.length === 0) return [];
  const { sources, sourceRoot, names } = section;
  const relative = positions.map(({ line, column }) => ({
    line: line - section.line,
    column: line === section.line ? column - section.column : column,
  }));
  // What lies before the first section is in none.
  const inside = relative.filter(({ line, column }) => line >= 0 && column >= 0);
  const outside = relative.length - inside.length;
  const segments = findSegments(section.mappings, inside, { sources: sources.length, names: names.length });
  return relative.map((position, i) => {
    const segment = i < outside ? undefined : segments[i - outside];
    const source = segment && sources[segment.source];
    if (segment === undefined || source === undefined || source === null) return undefined;
    return {
      source: sourceRoot + source,
      line: segment.line,
      column: segment.column,
      name: segment.name < 0 ? undefined : names[segment.name],
      isExact: segment.generatedColumn === position.column,
    };
  });
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

function inOrder(sections: readonly Section[]): readonly Section[] {
  for (let i = 1; i < sections.length; i++) {
    if (isBefore(sections[i], sections[i - 1])) throw new Malformed('its sections are not in order');
  }
  return sections;
}

function asIndexed(value: unknown): Section {
  const { offset, map } = asObject(value, 'a section');
  const { line, column } = asObject(offset, 'the offset of a section');
  if (!isIndex(line) || !isIndex(column)) throw new Malformed('the offset of a section is no place');
  return asSection(asObject(map, 'the map of a section'), { line, column });
}

function asSection(map: Record<string, unknown>, { line, column }: Position): Section {
  const { mappings, sources, names, sourceRoot } = map;
  if (typeof mappings !== 'string') throw new Malformed('its mappings are no text');
  return {
    line,
    column,
    mappings,
    sources: asList(sources, 'sources').map((source) =>
      source === null ? null : asText(source, 'a source'),
    ),
    sourceRoot: asRoot(sourceRoot ?? ''),
    names: asList(names ?? [], 'names').map((name) => asText(name, 'a name')),
  };
}

/** Put in front of every source, as a folder. */
function asRoot(value: unknown): string {
  const root = asText(value, 'sourceRoot');
  return root === '' || root.endsWith('/') ? root : `${root}/`;
}

/** Some servers put `)]}'` and a line end in front of JSON, and tools write that too. */
function parseJson(text: string): unknown {
  const json = text.startsWith(")]}'") ? text.slice(text.indexOf('\n') + 1) : text;
  checkShape(json);
  try {
    return JSON.parse(json);
  } catch {
    throw new Malformed('it is not whole JSON');
  }
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Malformed(`${what} is no object`);
}

function asList(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Malformed(`${what} is no list`);
}

function asText(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new Malformed(`${what} is no text`);
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
