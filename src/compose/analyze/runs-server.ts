import { nodeAt } from '../load/node';
import { commandOf, type ComposeService } from '../load/service';

/** Whether it runs the server of its image, and not another program such as a backup. */
export function runsServer({ node }: ComposeService): boolean {
  const entrypoint = commandOf(nodeAt(node, 'entrypoint')).map(({ word }) => word);
  const [command = ''] = commandOf(nodeAt(node, 'command')).map(({ word }) => word);
  const isOwn = entrypoint.length > 0 && !entrypoint.some((word) => word.includes('docker-entrypoint'));
  return !isOwn && (command === '' || command.startsWith('-') || SERVER.test(command));
}

/** Commands that start a server of a database, a cache or a queue. */
const SERVER =
  /(^|\/)(docker-entrypoint\.sh|postgres|mysqld\w*|mariadbd\w*|[\w-]*-?server|[\w.-]+\.conf|mongod|mongos|nats-server)$/;
