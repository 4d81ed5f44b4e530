import type { JsonOutput } from '../json/json-output.js';
import type { CallNodes } from './call-nodes.js';
import { writeTicks } from './write-nodes.js';

/** Writes the nodes as a tree, each within its caller, as V8 did before 2016. */
export function* writeHead(nodes: CallNodes, out: JsonOutput): Generator<Uint8Array> {
  const { firstChild, sibling } = nodes.children();
  const callers: number[] = [];
  for (let node = 0; ; ) {
    writeOpenNode(nodes, node, out);
    if (out.isFull) yield out.take();
    if (firstChild[node] !== 0) {
      callers.push(node);
      node = firstChild[node];
      continue;
    }
    out.ascii(']}');
    while (sibling[node] === 0) {
      const caller = callers.pop();
      if (caller === undefined) return;
      out.ascii(']}');
      node = caller;
    }
    out.ascii(',');
    node = sibling[node];
  }
}

/** All of a node but its children. Lines and columns are from 1, 0 when not known; script ids numbers. */
function writeOpenNode(nodes: CallNodes, node: number, out: JsonOutput): void {
  const { functionName, url, lineNumber, columnNumber, scriptId } = JSON.parse(nodes.callFrame(node));
  out.raw(`{"functionName":${JSON.stringify(functionName)},"url":${JSON.stringify(url)}`);
  out.ascii(`,"lineNumber":${lineNumber + 1},"columnNumber":${columnNumber + 1},"scriptId":${scriptId}`);
  out.ascii(`,"callUID":${node + 1},"bailoutReason":"","id":${node + 1},"hitCount":${nodes.hits(node)}`);
  writeTicks(nodes, node, 'lineTicks', 'hitCount', out);
  out.ascii(',"children":[');
}
