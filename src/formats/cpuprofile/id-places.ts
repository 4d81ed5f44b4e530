/** Rows that an id may be away from being the next one, for a table by id rather than a map. */
const SLACK = 65_536;

/** Where the node of each id is: a table where ids are small, as V8's are, else a map. */
export class IdPlaces {
  private readonly table: Int32Array | undefined;

  constructor(private readonly map: ReadonlyMap<number, number>) {
    let largest = 0;
    let areSmall = true;
    for (const id of map.keys()) {
      areSmall &&= id >= 0 && Number.isInteger(id);
      if (id > largest) largest = id;
    }
    if (!areSmall || largest > map.size * 4 + SLACK) return;
    this.table = new Int32Array(largest + 1).fill(-1);
    for (const [id, place] of map) this.table[id] = place;
  }

  /** The place of the node with that id; undefined when there is none. */
  get(id: number): number | undefined {
    const { table } = this;
    if (table === undefined) return this.map.get(id);
    const place = table[id];
    return place >= 0 ? place : undefined;
  }
}
