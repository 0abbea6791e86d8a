import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { Image, Microservice, synthesize, type MicroserviceOptions } from '../../../src/index';
import { localApp } from '../../../src/local/model/local-app';
import { missingCalls } from '../../../src/local/model/missing-calls';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsign-missing-'));
  put('orders/Dockerfile', DOCKERFILE);
  put('stock/Dockerfile', DOCKERFILE);
  put('orders/main.js', '');
  put('stock/main.js', '');
});
afterEach(() => rmSync(folder, { recursive: true }));

const DOCKERFILE = 'FROM node\nWORKDIR /app\nCOPY . .\nCMD ["node", "main.js"]\n';

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** The hints for orders and stock. */
function hints(options: Partial<MicroserviceOptions> = {}, declared = false, stock = 'stock'): string[] {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const orders = new Microservice(chart, 'orders', { image: Image.service('orders', { folder }), ...options });
  const other = new Microservice(chart, stock, { image: Image.service('stock', { folder }) });
  if (declared) orders.calls(other);
  return missingCalls(
    localApp(
      app,
      synthesize(app).flatMap(({ manifests }) => manifests),
    ).parts,
  );
}

test('a program that reads the variable of a call that is not declared', () => {
  put('orders/main.js', '// orders\nfetch(process.env.STOCK_URL);\nfetch(process.env.STOCK_URL);\n');
  put('stock/main.js', 'const { ORDERS_URL_OLD, MY_ORDERS_URL } = process.env;\n');
  expect(hints()).toEqual([
    expect.stringMatching(
      /^orders reads STOCK_URL \(\S+orders\/main\.js:2\), but the charts do not set it\. If orders calls stock, add orders\.calls\(stock\) in test\/local\/model\/missing-calls\.test\.ts, where orders is declared\.$/,
    ),
  ]);
});

test('no hint if the chart declares the call, or sets the variable', () => {
  put('orders/main.js', 'fetch(process.env.STOCK_URL);\n');
  expect(hints({}, true)).toEqual([]);
  expect(hints({ env: { STOCK_URL: 'https://stock.example.com' } })).toEqual([]);
});

test('no hint for other variables, other files and a name of its own', () => {
  put('orders/main.js', 'fetch(process.env.STOCKS_URL, process.env.ORDERS_URL);\n');
  put('orders/README.md', 'Set STOCK_URL.\n');
  expect(hints()).toEqual([]);
});

test('the name of the variable is that of the microservice', () => {
  put('orders/main.py', 'os.environ["OLD_STOCK_URL"]\n');
  expect(hints({}, false, 'old-stock')).toHaveLength(1);
});

test('no hint for files that both images have', () => {
  put('library/all.js', 'export const stock = process.env.STOCK_URL;\n');
  for (const name of ['orders', 'stock']) {
    put(
      `${name}/Dockerfile`,
      `FROM node\nWORKDIR /app\nCOPY library ./library\nCOPY ${name} ./\nCMD ["node", "main.js"]\n`,
    );
    put(`${name}/main.js`, '');
  }
  expect(hints()).toEqual([]);
});
