import { containersOf, listOf, World } from '../check/world/world';
import { filledConfigMapsOf, partsBefore } from '../k8s/annotated-objects';
import type { Manifest } from '../k8s/objects';
import type { Graph, GraphEdge, GraphNode } from '../links/graph';
import { nodeExposed, type ConnectivityChange } from './compare';
import { nodeOfEnd, type End } from './ends';
import { exposuresOf } from './exposures';
import { portRangeText } from './port-ranges';
import { portsOf, Side } from './side';
import { portText, workloadsById, type Workload } from './workloads';

/** Collects nodes and edges, each once. */
class Drawing {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges = new Map<string, GraphEdge>();
  readonly #pairs = new Set<string>();

  add(node: GraphNode): void {
    this.#nodes.set(node.id, node);
  }

  /** Draws an edge between two nodes. */
  connect(from: GraphNode, to: GraphNode, edge: Pick<GraphEdge, 'label' | 'state' | 'isOrder'> = {}): void {
    this.add(from);
    this.add(to);
    this.#pairs.add(JSON.stringify([from.id, to.id]));
    this.#edges.set(JSON.stringify([from.id, to.id, edge]), { from: from.id, to: to.id, ...edge });
  }

  has(from: GraphNode, to: GraphNode): boolean {
    return this.#pairs.has(JSON.stringify([from.id, to.id]));
  }

  get graph(): Graph {
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }
}

/** The workloads of manifests, the calls that the manifests contain, and the calls that their policies allow by name. */
export function graphOfManifests(manifests: readonly Manifest[]): Graph {
  const world = new World(manifests);
  const [workloads] = workloadsById([world]) as [Map<string, Workload>];
  const side = new Side(world, workloads);
  const drawing = new Drawing();
  for (const { node } of workloads.values()) drawing.add(node);
  for (const exposure of exposuresOf(world)) {
    const to = nodeExposed(side, exposure);
    if (to) drawing.connect(exposure.from, to, exposure.label === undefined ? {} : { label: exposure.label });
  }
  for (const { from, to, isBlocked } of side.writtenCalls().values())
    drawing.connect(from, to, isBlocked ? { state: 'blocked' } : {});
  drawAllowed(side, drawing);
  drawOrder([...workloads.values()], drawing);
  return drawing.graph;
}

/** The calls that policies allow, if a rule names the other end. A rule for everything is not drawn for each workload. */
function drawAllowed(side: Side, drawing: Drawing): void {
  const all = [...side.workloads.values()];
  const isDrawn = (end: End) => !side.isKnown(end);
  for (const workload of all) {
    for (const { end, ports } of (side.outgoing(workload) ?? []).filter((one) => isDrawn(one.end))) {
      const label = portRangeText(ports);
      drawing.connect(workload.node, nodeOfEnd(end), { ...(label !== undefined && { label }), state: 'allowed' });
    }
    for (const port of portsOf(side, workload).values())
      for (const end of (side.incoming(workload, port) ?? []).filter(isDrawn))
        drawing.connect(nodeOfEnd(end), workload.node, { label: portText(port), state: 'allowed' });
    for (const to of side.named(workload, 'Egress')) drawNamed(workload, to, side, drawing);
    for (const from of side.named(workload, 'Ingress')) drawNamed(from, workload, side, drawing);
  }
}

/** Draws what starts after a task, and the parts whose rollout a task waits for. */
function drawOrder(workloads: readonly Workload[], drawing: Drawing): void {
  for (const { node, pods } of workloads) {
    const parts = partsBefore(pods.manifest.object);
    const keys = new Set(
      containersOf(pods).flatMap(({ container }) =>
        listOf(container.env).map(({ valueFrom }) => valueFrom?.configMapKeyRef?.key),
      ),
    );
    for (const other of workloads) {
      if (other.pods.namespace !== pods.namespace) continue;
      const { object } = other.pods.manifest;
      const marks = filledConfigMapsOf(object).flatMap(([, filled]) => filled);
      const isPart = object.kind === 'Deployment' && parts.includes(object.metadata.name);
      if (isPart || marks.some((key) => keys.has(key))) drawing.connect(node, other.node, { isOrder: true });
    }
  }
}

/** Draws a call that the policies of both ends allow at some port. */
function drawNamed(from: Workload, to: Workload, side: Side, drawing: Drawing): void {
  if (from === to || drawing.has(from.node, to.node)) return;
  if ([...portsOf(side, to).values()].some((port) => side.gateOf(to, port)(from)))
    drawing.connect(from.node, to.node, { state: 'allowed' });
}

/** A picture of what a change opens and closes. */
export function graphOfChanges(changes: readonly ConnectivityChange[]): Graph {
  const drawing = new Drawing();
  for (const { change, from, to, port, path } of changes) {
    const label = [port, path !== undefined && path !== '/' && path].filter(Boolean).join(' ');
    const state = change === 'opened' || change === 'closed' ? { state: change } : {};
    drawing.connect(from, to, {
      label: [change === 'added' || change === 'removed' ? `${change} call` : '', label].filter(Boolean).join(' '),
      ...state,
    });
  }
  return drawing.graph;
}
