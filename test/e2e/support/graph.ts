import { PROJECT } from './blog';
import { must } from './command';

interface GraphNode {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

/** The graph of the charts. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export async function readGraph(signal: AbortSignal): Promise<Graph> {
  return JSON.parse(await must('node', ['bin/callsign.js', 'graph', '--json'], { cwd: PROJECT, signal })) as Graph;
}

/** The names of the nodes that `name` calls, optionally of one kind. The name of a gateway is `gateway`. */
export function calledBy(graph: Graph, name: string, kind?: string): string[] {
  const keyOf = (node: GraphNode) => (node.kind === 'gateway' ? 'gateway' : node.name);
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const called = graph.edges.filter(({ from }) => keyOf(nodes.get(from)!) === name).map(({ to }) => nodes.get(to)!);
  return [...new Set(called.filter((node) => kind === undefined || node.kind === kind).map((node) => node.name))];
}
