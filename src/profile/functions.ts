import { U8Column, U32Column } from './columns.js';
import type { Layer } from './layers.js';
import type { MappingId } from './mappings.js';
import { RowIndex } from './row-index.js';
import type { ScriptId } from './scripts.js';
import type { StringId, StringTable } from './strings.js';

export type FunctionId = number;

/** What makes a function itself: two that agree in all of this are the same function. */
export interface FunctionKey {
  /** As written in the program or the symbol table, demangled; '' is an anonymous or an unnamed function. */
  readonly name: string;
  /** 0 for native code. */
  readonly script: ScriptId;
  /** 0 for JavaScript. */
  readonly mapping: MappingId;
  /** Line of the definition, from 1; 0 when not known. */
  readonly line: number;
  /** Column of the definition, from 1; 0 when not known. A minified bundle is all line 1, so it counts. */
  readonly column: number;
}

/** What stackscope itself does in the programs that it records. */
export const OWN_FUNCTION = { name: '(stackscope)', script: 0, mapping: 0, line: 0, column: 0 } as const;

/** Functions: what tables and comparisons are made of. Layer and package are assigned once, when added. */
export class FunctionTable {
  readonly columns = {
    name: new U32Column(),
    script: new U32Column(),
    mapping: new U32Column(),
    line: new U32Column(),
    column: new U32Column(),
    layer: new U8Column(),
    package: new U32Column(),
  };
  private readonly index = new RowIndex([
    this.columns.name,
    this.columns.script,
    this.columns.mapping,
    this.columns.line,
    this.columns.column,
  ]);

  constructor(private readonly strings: StringTable) {}

  get length(): number {
    return this.columns.name.length;
  }

  /** The function of that identity; `layer` and `packageName` ('' for none) are used when it is new. */
  intern(key: FunctionKey, layer: Layer, packageName: string): FunctionId {
    const name = this.strings.intern(key.name);
    const known = this.index.find([name, key.script, key.mapping, key.line, key.column]);
    if (known >= 0) return known;
    return this.append({ ...key, name, layer, package: this.strings.intern(packageName) });
  }

  /** Adds a row as read from a file: texts are string ids. */
  append(row: Omit<FunctionKey, 'name'> & { name: StringId; layer: Layer; package: StringId }): FunctionId {
    const { columns } = this;
    columns.name.push(row.name);
    columns.script.push(row.script);
    columns.mapping.push(row.mapping);
    columns.line.push(row.line);
    columns.column.push(row.column);
    columns.layer.push(row.layer);
    columns.package.push(row.package);
    return this.length - 1;
  }

  /**
   * Gives a function the name and place it was written with. It is not found by either identity from then on, so
   * this is for when no more functions are added.
   */
  relocate(id: FunctionId, key: Omit<FunctionKey, 'mapping'>, layer: Layer, packageName: string): void {
    const { columns } = this;
    columns.name.data[id] = this.strings.intern(key.name);
    columns.script.data[id] = key.script;
    columns.line.data[id] = key.line;
    columns.column.data[id] = key.column;
    columns.layer.data[id] = layer;
    columns.package.data[id] = this.strings.intern(packageName);
  }

  name(id: FunctionId): string {
    return this.strings.get(this.columns.name.data[id]);
  }

  layer(id: FunctionId): Layer {
    return this.columns.layer.data[id];
  }

  /** The npm package the function belongs to, '' for none. */
  package(id: FunctionId): string {
    return this.strings.get(this.columns.package.data[id]);
  }
}
