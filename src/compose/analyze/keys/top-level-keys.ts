import { entriesOf, leavesOf, nodeAt, type ComposeNode } from '../../load/node';
import type { ImportContext } from '../context';
import { EXTENSION, MODELS, NETWORKS } from './service-keys';

/** Reports the keys outside of the services, and all that is left. */
export function reportTopLevelKeys({ project: { root, extended }, report, name, members }: ImportContext): void {
  const unused = (node: ComposeNode | undefined) => report.rest(node, 'approximated', 'No part of the chart uses it.');
  report.converted(nodeAt(root, 'version'), 'Compose also ignores it.');
  report.converted(nodeAt(root, 'name'), `The namespace is called ${name}.`);
  const networks = nodeAt(root, 'networks');
  for (const [, network] of entriesOf(networks)) report.approximated(network, NETWORKS);
  report.rest(networks, 'approximated', NETWORKS);
  for (const section of ['volumes', 'secrets', 'configs']) unused(nodeAt(root, section));
  report.rest(nodeAt(root, 'models'), 'refused', MODELS);
  for (const [key, node] of root.entries) if (key.startsWith('x-')) report.rest(node, 'converted', EXTENSION);
  for (const [key, node] of extended.flatMap((file) => entriesOf(file))) {
    if (key === 'services') report.rest(node, 'approximated', 'No service extends it.');
    else report.rest(node, 'converted', 'Services extend only services of this file.');
  }
  for (const { node } of members.values()) {
    for (const leaf of leavesOf(node))
      if (leaf.kind !== 'scalar' || leaf.value === null) report.rest(leaf, 'converted', 'It is empty.');
  }
}
