import { dot, mermaid, svg, type Graph } from '../../src/index';

const graph: Graph = {
  nodes: [
    { id: 'gateway/shop/door', name: 'door', namespace: 'shop', kind: 'gateway' },
    { id: 'shop/cart', name: 'cart', namespace: 'shop', kind: 'microservice' },
    { id: 'shop/till', name: 'till', namespace: 'shop', kind: 'worker' },
    { id: 'bank/entries', name: 'entries', namespace: 'bank', kind: 'database' },
    { id: 'mail.example.com', name: 'mail.example.com', kind: 'external' },
    { id: 'tools/search', name: 'search', namespace: 'tools', kind: 'service' },
  ],
  edges: [
    { from: 'gateway/shop/door', to: 'shop/cart', label: '/' },
    { from: 'shop/cart', to: 'shop/till' },
    { from: 'shop/till', to: 'shop/cart' },
    { from: 'shop/till', to: 'bank/entries' },
    { from: 'shop/till', to: 'mail.example.com' },
    { from: 'shop/cart', to: 'tools/search' },
  ],
};

test('Mermaid', () => {
  expect(mermaid(graph)).toBe(`flowchart LR
  n0(["door"])
  n4{{"mail.example.com"}}
  subgraph ns1["shop"]
    n1["cart"]
    n2["till"]
  end
  subgraph ns2["bank"]
    n3[("entries")]
  end
  subgraph ns3["tools"]
    n5["search"]
  end
  n0 -->|"/"| n1
  n1 --> n2
  n2 --> n1
  n2 --> n3
  n2 --> n4
  n1 --> n5
`);
});

test('exceptions from the hardened defaults are lines of the box, and their reasons are in the tooltip', async () => {
  const { nodes } = graph;
  const exceptions = [
    { container: 'cart', runAs: 'root', reason: 'It "must".' },
    { container: 'proxy', rootFilesystem: 'writable', reason: 'It unpacks plugins.' },
  ] as const;
  const risky: Graph = { nodes: [{ ...nodes[1]!, exceptions }], edges: [] };
  expect(mermaid(risky)).toContain('n0["cart<br/>runs as root<br/>proxy can write to its root file system"]');
  expect(dot(risky)).toContain('[label="cart\\nruns as root\\nproxy can write to its root file system" tooltip=');
  const picture = await svg(risky);
  expect(picture).toContain('>proxy can write to its root file system</text>');
  expect(picture).toContain('proxy can write to its root file system: It unpacks plugins.');
  expect(picture).toContain('runs as root: It &quot;must&quot;.');
});

test('Graphviz: a box for each, a frame for each namespace, one line for two that call each other', () => {
  const text = dot(graph);
  expect(text.match(/label="(door|cart|till|entries|mail\.example\.com|search)"/g)).toHaveLength(6);
  expect(text.match(/label="namespace (shop|bank|tools)"/g)).toHaveLength(3);
  expect(text.match(/ -> /g)).toHaveLength(5);
  expect(text).toContain('"shop/cart" -> "shop/till" [dir=both];');
  expect(text).toContain('"gateway/shop/door" -> "shop/cart" [label=" / "];');
});

test('SVG holds every name and every line', async () => {
  const picture = await svg(graph);
  expect(picture).toMatch(/^<\?xml[^]*<svg[^]*<\/svg>\s*$/);
  for (const { name } of graph.nodes) expect(picture).toContain(`>${name}</text>`);
  expect(picture.match(/class="edge"/g)).toHaveLength(5);
});
