import { sumOf } from '../../../src/cluster/operate/backlog';

test('a metric without labels', () => {
  expect(sumOf('jobs', '# HELP jobs Waiting.\n# TYPE jobs gauge\njobs 3\njobs_total 9\n')).toEqual({
    total: 3,
    by: {},
  });
});

test('a metric with labels: parts that are not 0, under the labels that differ', () => {
  const text = [
    'lag{subscriber="comments",service="bus"} 10',
    'lag{subscriber="query",kind="a b",service="bus"} 2 1700000000000',
    'lag{subscriber="none",service="bus"} 0',
    'other{subscriber="comments"} 7',
    'lag_total 5',
  ].join('\n');
  expect(sumOf('lag', text)).toEqual({ total: 12, by: { comments: 10, 'query a b': 2 } });
});

test('labels with quotes and braces', () => {
  expect(sumOf('lag', String.raw`lag{name="a\"}b"} 1${'\n'}lag{name="c"} 0`)).toEqual({
    total: 1,
    by: { [String.raw`a\"}b`]: 1 },
  });
});

test('without the metric', () => {
  expect(sumOf('jobs', 'jobs_total 9\n')).toBe('/metrics has no jobs');
});
