import type { CallerKind } from './endpoint';
import type { Graph, GraphEdge, GraphNode } from './graph';

const MERMAID: Record<CallerKind, [open: string, close: string]> = {
  gateway: ['([', '])'],
  microservice: ['[', ']'],
  server: ['[', ']'],
  worker: ['[', ']'],
  service: ['[', ']'],
  database: ['[(', ')]'],
  external: ['{{', '}}'],
};

const DOT: Record<CallerKind, string> = {
  gateway: 'shape=box style="rounded,filled" fillcolor="#fff3d6" color="#b7791f"',
  microservice: 'shape=box style="rounded,filled" fillcolor="#e6f0ff" color="#2b6cb0"',
  server: 'shape=box style="rounded,filled" fillcolor="#e6f0ff" color="#2b6cb0"',
  worker: 'shape=box style="rounded,filled" fillcolor="#e6f0ff" color="#2b6cb0"',
  service: 'shape=box style="rounded,filled,dashed" fillcolor="#f2f5f9" color="#718096"',
  database: 'shape=cylinder style=filled fillcolor="#e8f7ee" color="#2f855a"',
  external: 'shape=hexagon style="filled,dashed" fillcolor="#f7f7f7" color="#718096"',
};

/** The graph in Mermaid, which GitHub renders in Markdown. */
export function mermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map((node, i) => [node.id, `n${i}`]));
  const lines = byNamespace(graph).flatMap(([namespace, nodes], i) => {
    const boxes = nodes.map((node) => {
      const [open, close] = MERMAID[node.kind];
      return `${ids.get(node.id)}${open}"${node.name}"${close}`;
    });
    return namespace === undefined
      ? boxes.map((box) => `  ${box}`)
      : [`  subgraph ns${i}["${namespace}"]`, ...boxes.map((box) => `    ${box}`), '  end'];
  });
  const edges = graph.edges.map(
    ({ from, to, label }) => `  ${ids.get(from)} -->${label ? `|"${label}"|` : ''} ${ids.get(to)}`,
  );
  return ['flowchart LR', ...lines, ...edges, ''].join('\n');
}

/** The graph in DOT, the language of Graphviz. */
export function dot(graph: Graph): string {
  const lines = byNamespace(graph).flatMap(([namespace, nodes], i) => {
    const boxes = nodes.map(
      (node) => `${JSON.stringify(node.id)} [label=${JSON.stringify(node.name)} ${DOT[node.kind]}];`,
    );
    return namespace === undefined
      ? boxes.map((box) => `  ${box}`)
      : [
          `  subgraph "cluster_${i}" {`,
          `    label=${JSON.stringify(`namespace ${namespace}`)}; labeljust=l; style=rounded; color="#cbd5e0"; fontcolor="#4a5568"; margin=18;`,
          ...boxes.map((box) => `    ${box}`),
          '  }',
        ];
  });
  const edges = twoWay(graph.edges).map(
    ({ from, to, label, both }) =>
      `  ${JSON.stringify(from)} -> ${JSON.stringify(to)}${label ? ` [label=${JSON.stringify(` ${label} `)}]` : ''}${both ? ' [dir=both]' : ''};`,
  );
  return [
    'digraph {',
    '  graph [rankdir=LR nodesep=0.35 ranksep=0.9 pad=0.3 fontname="Helvetica" fontsize=12 bgcolor=white];',
    '  node [fontname="Helvetica" fontsize=13 height=0.5 margin="0.2,0.08" penwidth=1.3];',
    '  edge [fontname="Helvetica" fontsize=11 color="#4a5568" fontcolor="#4a5568" arrowsize=0.7];',
    ...lines,
    ...edges,
    '}',
    '',
  ].join('\n');
}

/** The graph as SVG. Graphviz is loaded only here. */
export async function svg(graph: Graph): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  return (await instance()).renderString(dot(graph), { format: 'svg' });
}

/** The nodes by namespace. Nodes without a namespace come first. */
function byNamespace(graph: Graph): [string | undefined, GraphNode[]][] {
  const groups = new Map<string | undefined, GraphNode[]>([[undefined, []]]);
  for (const node of graph.nodes) {
    const key = node.kind === 'gateway' || node.kind === 'external' ? undefined : node.namespace;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups];
}

/** Merges two opposite edges into one with two arrowheads. */
function twoWay(edges: readonly GraphEdge[]): (GraphEdge & { both: boolean })[] {
  const pairs = new Set(edges.map(({ from, to }) => JSON.stringify([from, to])));
  return edges
    .map((edge) => ({ ...edge, both: pairs.has(JSON.stringify([edge.to, edge.from])) }))
    .filter(({ from, to, both }) => !both || from < to);
}
