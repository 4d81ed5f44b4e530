import type { JsonOutput } from '../json/json-output.js';
import type { CallNodes } from './call-nodes.js';

/** Writes the nodes as a list in which each names its children, as V8 does since 2016. */
export function* writeNodes(nodes: CallNodes, out: JsonOutput): Generator<Uint8Array> {
  const { firstChild, sibling } = nodes.children();
  for (let node = 0; node < nodes.length; node++) {
    out.ascii(node === 0 ? '{"id":' : ',{"id":');
    out.number(node + 1);
    out.ascii(',"callFrame":');
    out.raw(nodes.callFrame(node));
    out.ascii(',"hitCount":');
    out.number(nodes.hits(node));
    for (let child = firstChild[node]; child !== 0; child = sibling[child]) {
      out.ascii(child === firstChild[node] ? ',"children":[' : ',');
      out.number(child + 1);
    }
    if (firstChild[node] !== 0) out.ascii(']');
    writeTicks(nodes, node, 'positionTicks', 'ticks', out);
    out.ascii('}');
    if (out.isFull) yield out.take();
  }
}

/** Which lines of a node were executing, and how often, where that is known. */
export function writeTicks(
  nodes: CallNodes,
  node: number,
  field: string,
  count: string,
  out: JsonOutput,
): void {
  let isFirst = true;
  for (const { line, hits } of nodes.linesOf(node)) {
    out.ascii(isFirst ? `,"${field}":[` : ',');
    out.ascii(`{"line":${line},"${count}":${hits}}`);
    isFirst = false;
  }
  if (!isFirst) out.ascii(']');
}
