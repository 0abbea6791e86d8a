// The alerts and the dashboard name only metrics that the services serve. The end-to-end test runs them in Prometheus.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createMetrics } from '../../services/common/metrics.ts';
import type { Log } from '../../services/event-bus/log.ts';
import { busMetrics } from '../../services/event-bus/metrics.ts';

const text = (name: string) => readFileSync(join(__dirname, '../../docs/monitoring', name), 'utf8');
const { groups } = parse(text('alerts.yaml')) as { groups: { rules: { alert: string; expr: string }[] }[] };
const { panels } = JSON.parse(text('dashboard.json')) as { panels: { title: string; targets: { expr: string }[] }[] };
const queries = [
  ...groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
];

const metrics = createMetrics('event-bus');
busMetrics(metrics, {} as Log, []);
const served = new Set(metrics.registry.getMetricsAsArray().map(({ name }) => name));
/** Prometheus adds this one itself. */
served.add('up');

/** The metrics that a query reads. Histograms have several series. */
const metricsOf = (query: string) =>
  [...query.matchAll(/(\w+)\{/g)].map(([, name]) => name!.replace(/(?<=_seconds)_(bucket|count|sum)$/, ''));

test.each(queries)('%s reads metrics of the services', (_, query) => {
  expect(metricsOf(query).length).toBeGreaterThan(0);
  expect(metricsOf(query).filter((name) => !served.has(name))).toEqual([]);
});

describe('the configuration of prometheus-adapter', () => {
  const { externalRules } = parse(text('adapter.yaml')) as {
    externalRules: { seriesQuery: string; metricsQuery: string }[];
  };

  test('has the metrics that the bus serves as the backlog of each replica', () => {
    expect(externalRules.flatMap(({ seriesQuery }) => metricsOf(seriesQuery))).toEqual(['event_bus_lag_in_log']);
    expect(served).toContain('event_bus_lag_in_log');
  });

  test('is in the page', () => {
    expect(readFileSync(join(__dirname, '../../docs/autoscaling.md'), 'utf8')).toContain(text('adapter.yaml'));
  });
});

test('an unknown metric is found', () => {
  expect(metricsOf('rate(http_requests{a="b"}[5m])').filter((name) => !served.has(name))).toEqual(['http_requests']);
});
