import { app, callsign } from './run';

const shop = ['graph', '--app', app('shop.ts')];

test('graph prints Mermaid by default', async () => {
  const mermaid = `flowchart LR
  subgraph ns1["shop"]
    n0["cart"]
    n1["web"]
  end
  n1 --> n0
`;
  expect(await callsign(shop)).toEqual({ code: 0, out: mermaid, error: '' });
  expect(await callsign([...shop, '--format', 'mermaid'])).toEqual({ code: 0, out: mermaid, error: '' });
});

test('graph prints dot for Graphviz', async () => {
  const { code, out } = await callsign([...shop, '--format', 'dot']);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^digraph \{\n[^]*\n {4}"shop\/cart" \[label="cart" [^\n]*\];\n[^]*\n {2}"shop\/web" -> "shop\/cart";\n\}\n$/,
  );
});

test('graph prints SVG', async () => {
  const { code, out } = await callsign([...shop, '--format', 'svg']);
  expect(code).toBe(0);
  expect(out).toMatch(/<svg [^]*<\/svg>\n$/);
  expect([...out.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title)).toEqual(
    expect.arrayContaining(['shop/cart', 'shop/web', 'shop/web&#45;&gt;shop/cart']),
  );
});

test('graph --json prints nodes and edges', async () => {
  const { code, out } = await callsign([...shop, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    nodes: [
      { id: 'shop/cart', name: 'cart', namespace: 'shop', kind: 'microservice' },
      { id: 'shop/web', name: 'web', namespace: 'shop', kind: 'microservice' },
    ],
    edges: [{ from: 'shop/web', to: 'shop/cart' }],
  });
});

test.each(['png', '', 'toString', 'SVG'])('graph rejects the format %j', async (format) => {
  const { code, out, error } = await callsign([...shop, '--format', format]);
  expect([code, out]).toEqual([2, '']);
  expect(error.split('\n')[0]).toBe(
    `callsign graph: Unknown value of --format: "${format}". Expected: mermaid, dot, svg, text, markdown.`,
  );
});

test('graph prints only the problems of charts that have problems', async () => {
  expect(await callsign(['graph', '--app', app('broken.ts')])).toMatchObject({
    code: 1,
    out: expect.stringMatching(/\n3 problems: /),
    error: '',
  });
  expect(JSON.parse((await callsign(['graph', '--json', '--app', app('broken.ts')])).out)).toMatchObject({
    problems: [{ code: 'image-unpinned' }, { code: 'replicas-invalid' }, { code: 'name-invalid' }],
  });
});

test('graph fails without an app', async () => {
  expect(await callsign(['graph', '--app', 'gone.ts'])).toMatchObject({ code: 2, out: '' });
});
