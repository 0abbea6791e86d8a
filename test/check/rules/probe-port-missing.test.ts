import { deployment, documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'probe-port-missing';
const PORTS = 'ports: [{ name: http, containerPort: 8080 }, { containerPort: 9090 }]';
const found = (container: string, pod = '') => problemsIn(code, deployment(container, { pod }));

test('reports a probe of a missing port, and the existing ports', () => {
  const yaml = deployment(`${PORTS}\nreadinessProbe:\n  httpGet:\n    path: /ready\n    port: htpp`);
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.containers[0].readinessProbe.httpGet.port',
      file: FILE,
      line: lineOf(yaml, 'port: htpp'),
      message: 'The container "web" has no port "htpp".',
      expected: 'one of http (8080), 9090',
      got: '"htpp"',
      fix: 'Use a declared port, or declare this port.',
    },
  ]);
});

test.each(['startupProbe', 'readinessProbe', 'livenessProbe'])('checks %s with HTTP and TCP', (probe) => {
  for (const [way, gone, there] of [
    ['httpGet', 'gone', 'http'],
    ['tcpSocket', 'gone', '9090'],
    ['tcpSocket', 'a', '8081'],
  ]) {
    expect(found(`${PORTS}\n${probe}: { ${way}: { port: ${gone} } }`)).toMatchObject([
      { field: `spec.template.spec.containers[0].${probe}.${way}.port` },
    ]);
    expect(found(`${PORTS}\n${probe}: { ${way}: { port: ${there} } }`)).toEqual([]);
  }
});

test('reports every wrong probe', () => {
  expect(
    found(`${PORTS}\nlivenessProbe: { httpGet: { port: a } }\nreadinessProbe: { httpGet: { port: b } }`).map(
      ({ got }) => got,
    ),
  ).toEqual(['"b"', '"a"']);
});

test('a number can be an undeclared port, but a name must be a port of the same container', () => {
  for (const ports of ['ports: null', 'ports: []', '', PORTS]) {
    expect(found(`${ports}\nlivenessProbe: { tcpSocket: { port: 8081 } }`)).toEqual([]);
    expect(found(`${ports}\nlivenessProbe: { grpc: { port: 8081 } }`)).toEqual([]);
    expect(found(`${ports}\nlivenessProbe: { tcpSocket: { port: gone } }`)).toHaveLength(1);
  }
  const sidecar =
    'initContainers: [{ name: proxy, restartPolicy: Always, ports: [{ name: proxy, containerPort: 15020 }] }]';
  expect(found(`${PORTS}\nreadinessProbe: { httpGet: { port: proxy } }`, sidecar)).toHaveLength(1);
});

test('checks init containers and CronJobs', () => {
  expect(found('', 'initContainers: [{ name: proxy, livenessProbe: { tcpSocket: { port: gone } } }]')).toMatchObject([
    { field: 'spec.template.spec.initContainers[0].livenessProbe.tcpSocket.port' },
  ]);
  const cron =
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: tidy }\nspec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, livenessProbe: { tcpSocket: { port: gone } } }] } } } } }';
  expect(problemsIn(code, documents(cron))).toMatchObject([
    { object: 'CronJob tidy', field: 'spec.jobTemplate.spec.template.spec.containers[0].livenessProbe.tcpSocket.port' },
  ]);
});

test.each([
  'livenessProbe: { exec: { command: [true] } }',
  'livenessProbe: null',
  'livenessProbe: { httpGet: null }',
  'livenessProbe: { httpGet: { path: / } }',
  'livenessProbe: { httpGet: { port: null } }',
  'livenessProbe: { tcpSocket: { port: "8081" } }',
])('%s uses no named port', (probe) => {
  expect(found(`${PORTS}\n${probe}`)).toEqual([]);
});
