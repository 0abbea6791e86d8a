import { exceptionText, type ContainerException } from '../k8s/exceptions';
import type { CallerKind } from './endpoint';
import type { EdgeState, Graph, GraphEdge, GraphNode } from './graph';

const MERMAID: Record<CallerKind, [open: string, close: string]> = {
  gateway: ['([', '])'],
  microservice: ['[', ']'],
  server: ['[', ']'],
  worker: ['[', ']'],
  service: ['[', ']'],
  database: ['[(', ')]'],
  external: ['{{', '}}'],
  task: ['[/', '/]'],
};

const DOT: Record<CallerKind, string> = {
  gateway: 'shape=box style="rounded,filled" fillcolor="#fff3d6" color="#b7791f"',
  microservice: 'shape=box style="rounded,filled" fillcolor="#e6f0ff" color="#2b6cb0"',
  server: 'shape=box style="rounded,filled" fillcolor="#e6f0ff" color="#2b6cb0"',
  worker: 'shape=box style="rounded,filled" fillcolor="#e6f0ff" color="#2b6cb0"',
  service: 'shape=box style="rounded,filled,dashed" fillcolor="#f2f5f9" color="#718096"',
  database: 'shape=cylinder style=filled fillcolor="#e8f7ee" color="#2f855a"',
  task: 'shape=parallelogram style=filled fillcolor="#f3e8ff" color="#6b46c1"',
  external: 'shape=hexagon style="filled,dashed" fillcolor="#f7f7f7" color="#718096"',
};

const ARROWS: Record<EdgeState, string> = { opened: '==>', closed: '-.->', allowed: '-.->', blocked: '--x' };

const LINES: Record<EdgeState, string> = {
  opened: 'color="#2f855a" fontcolor="#2f855a" penwidth=2.5',
  closed: 'color="#c53030" fontcolor="#c53030" style=dashed',
  allowed: 'style=dotted',
  blocked: 'color="#c53030" fontcolor="#c53030" arrowhead=tee',
};

/** The graph in Mermaid, which GitHub renders in Markdown. */
export function mermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map((node, i) => [node.id, `n${i}`]));
  const lines = byNamespace(graph).flatMap(([namespace, nodes], i) => {
    const boxes = nodes.map((node) => {
      const [open, close] = MERMAID[node.kind];
      return `${ids.get(node.id)}${open}"${linesOf(node).map(quoted).join('<br/>')}"${close}`;
    });
    return namespace === undefined
      ? boxes.map((box) => `  ${box}`)
      : [`  subgraph ns${i}["${quoted(namespace)}"]`, ...boxes.map((box) => `    ${box}`), '  end'];
  });
  const edges = graph.edges.map((edge) => {
    const text = labelOf(edge);
    const arrow = edge.state ? ARROWS[edge.state] : edge.isOrder ? '-.->' : '-->';
    return `  ${ids.get(edge.from)} ${arrow}${text ? `|"${quoted(text)}"|` : ''} ${ids.get(edge.to)}`;
  });
  return ['flowchart LR', ...lines, ...edges, ''].join('\n');
}

/** The graph in DOT, the language of Graphviz. */
export function dot(graph: Graph): string {
  const lines = byNamespace(graph).flatMap(([namespace, nodes], i) => {
    const boxes = nodes.map(
      (node) =>
        `${JSON.stringify(node.id)} [label=${JSON.stringify(linesOf(node).join('\n'))}${tooltipOf(node)} ${DOT[node.kind]}];`,
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
    (edge) =>
      `  ${JSON.stringify(edge.from)} -> ${JSON.stringify(edge.to)}${labelOf(edge) ? ` [label=${JSON.stringify(` ${labelOf(edge)} `)}]` : ''}${edge.state ? ` [${LINES[edge.state]}]` : edge.isOrder ? ' [style=dotted]' : ''}${edge.both ? ' [dir=both]' : ''};`,
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

/** The label of an edge, with its state: colors and dashes alone have no meaning for somebody who sees them first. */
function labelOf({ label, state, isOrder }: GraphEdge): string {
  return [state, label, isOrder && 'starts after'].filter(Boolean).join(' ');
}

/** The name, and the exceptions of its containers from the hardened defaults. */
function linesOf({ name, exceptions = [] }: GraphNode): string[] {
  return [name, ...exceptions.map((exception) => shortText(name, exception))];
}

function shortText(name: string, exception: ContainerException): string {
  return `${exception.container === name ? '' : `${exception.container} `}${exceptionText(exception)}`;
}

/** The reasons of the exceptions, which a browser shows at the pointer. */
function tooltipOf({ name, exceptions = [] }: GraphNode): string {
  if (exceptions.length === 0) return '';
  const reasons = exceptions.map((exception) => `${shortText(name, exception)}: ${exception.reason}`);
  return ` tooltip=${JSON.stringify(reasons.join('\n'))}`;
}

/** Mermaid has its own escape for quotes. */
function quoted(text: string): string {
  return text.replaceAll('"', '#quot;');
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
  const key = (from: string, to: string, edge: GraphEdge) =>
    JSON.stringify([from, to, edge.label, edge.state, edge.isOrder]);
  const pairs = new Set(edges.map((edge) => key(edge.from, edge.to, edge)));
  return edges
    .map((edge) => ({ ...edge, both: edge.from !== edge.to && pairs.has(key(edge.to, edge.from, edge)) }))
    .filter(({ from, to, both }) => !both || from < to);
}
