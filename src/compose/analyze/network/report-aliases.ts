import { entriesOf, itemsOf, nodeAt, textOf } from '../../load/node';
import type { ImportContext } from '../context';
import type { Member } from '../member';

/** Reports the names that a service has in its networks. */
export function reportAliases({ report }: ImportContext, { id, node, aliases }: Member): void {
  const items = entriesOf(nodeAt(node, 'networks')).flatMap(([, network]) => itemsOf(nodeAt(network, 'aliases')));
  for (const item of items) {
    const name = (textOf(item) ?? '').toLowerCase();
    if (name === id || aliases.has(name))
      report.approximated(item, `The Service of ${id} has this name, in every network.`);
    else
      report.refused(
        item,
        `No Service can have the name ${name} too. Settings that contain it name ${id} now. A program with the name in its code does not find it.`,
      );
  }
}
