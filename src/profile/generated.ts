import { U32Column } from './columns.js';
import type { FunctionId, FunctionKey } from './functions.js';
import type { StringTable } from './strings.js';

/**
 * Where the functions that a source map led back to what was written lie in the script that ran. The table of
 * functions holds the original name and place; a function without a row here was never moved.
 */
export class GeneratedTable {
  readonly columns = {
    func: new U32Column(),
    name: new U32Column(),
    script: new U32Column(),
    line: new U32Column(),
    column: new U32Column(),
  };

  constructor(private readonly strings: StringTable) {}

  get length(): number {
    return this.columns.func.length;
  }

  /** Keeps the generated name and place of `func`; lines and columns from 1. */
  add(func: FunctionId, { name, script, line, column }: Omit<FunctionKey, 'mapping'>): void {
    this.columns.func.push(func);
    this.columns.name.push(this.strings.intern(name));
    this.columns.script.push(script);
    this.columns.line.push(line);
    this.columns.column.push(column);
  }
}
