import { FILE, lineOf, problemsIn } from '../problems-in';

const code = 'image-unpinned';
const running = (image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers:\n    - name: web\n      image: ${image}`;
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

test('reports an unpinned image with its line', () => {
  const yaml = running('nginx:latest');
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Pod web',
      field: 'spec.containers[0].image',
      file: FILE,
      line: lineOf(yaml, 'image: nginx:latest'),
      message: 'The image tag of "web" is not pinned.',
      expected: 'a tag other than latest, or a digest',
      got: '"nginx:latest"',
      fix: 'Use the tag of a release, such as nginx:1.2.3.',
    },
  ]);
});

test('reports the image of a volume', () => {
  const yaml = `${running('nginx:1.27')}\n  volumes: [{ name: models, image: { reference: shop/models } }]`;
  expect(problemsIn(code, yaml)).toMatchObject([
    { field: 'spec.volumes[0].image.reference', message: 'The image tag of "models" is not pinned.' },
  ]);
  expect(problemsIn(code, yaml.replace('shop/models', 'shop/models:3'))).toEqual([]);
});

test.each([
  'nginx',
  'nginx:latest',
  'library/nginx',
  'registry.example.com/shop/web',
  'registry.example.com:5000/web',
  'registry.example.com:5000/web:latest',
  'localhost:5000/web',
])('%s is not pinned', (image) => {
  expect(problemsIn(code, running(image))).toHaveLength(1);
});

test.each([
  'nginx:1.27',
  'nginx:1.27-alpine',
  'nginx:stable_2',
  'registry.example.com:5000/shop/web:v1',
  'localhost:5000/web:1',
  `nginx@${digest}`,
  `nginx:latest@${digest}`,
  `registry.example.com:5000/web@${digest}`,
  'my_org/my__app.name:1',
])('%s is pinned', (image) => {
  expect(problemsIn(code, running(image))).toEqual([]);
});

test.each(['"nginx:"', '":1"', '"nginx:1 "', 'nginx@sha256:1234', '""'])('%s is not a valid image', (image) => {
  expect(problemsIn(code, running(image))).toMatchObject([
    {
      message: 'The image of "web" is not a valid image reference.',
      fix: 'Write a reference such as registry.example.com/name:1.2.3.',
    },
  ]);
});

test.each(['null', '5'])('another rule reports the image %s', (image) => {
  expect(problemsIn(code, running(image))).toEqual([]);
});

test('checks every container, including init containers and those of a CronJob', () => {
  const yaml =
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: tidy }\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          initContainers: [{ name: a, image: one }]\n          containers:\n            - { name: b, image: "two:2" }\n            - { name: c, image: three }';
  expect(problemsIn(code, yaml).map(({ field, line }) => [field, line])).toEqual([
    ['spec.jobTemplate.spec.template.spec.initContainers[0].image', lineOf(yaml, 'image: one')],
    ['spec.jobTemplate.spec.template.spec.containers[1].image', lineOf(yaml, 'image: three')],
  ]);
});
