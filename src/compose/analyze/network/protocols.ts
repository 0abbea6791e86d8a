import { entriesOf, itemsOf, nodeAt, numberOf, textOf } from '../../load/node';
import type { ComposeService } from '../../load/service';
import type { HostMention } from './hosts';

/** Well-known ports of other protocols than HTTP. */
const NOT_HTTP = new Set([
  21, 22, 23, 25, 53, 88, 110, 111, 135, 139, 143, 162, 179, 194, 389, 445, 465, 514, 515, 548, 554, 587, 636, 853, 873,
  989, 990, 993, 995, 1025, 1080, 1099, 1389, 1433, 1434, 1491, 1521, 1636, 1723, 1883, 1935, 2022, 2049, 2181, 2222,
  2345, 2525, 2888, 3268, 3269, 3306, 3307, 3389, 3478, 3493, 3888, 4190, 4222, 4317, 4369, 4822, 5005, 5044, 5060,
  5061, 5222, 5223, 5269, 5347, 5349, 5432, 5433, 5434, 5671, 5672, 5678, 5900, 5901, 6222, 6379, 6380, 6432, 6514,
  6650, 6667, 6697, 7000, 7001, 7199, 7233, 7687, 8009, 8728, 8883, 9003, 9042, 9092, 9093, 9094, 9096, 9160, 9229,
  9300, 9418, 11211, 12201, 14250, 15432, 16379, 19092, 20022, 22000, 24224, 25565, 25672, 26257, 26379, 27015, 27017,
  27018, 27019, 28015, 28017, 29015, 29092, 30303, 33060, 40000, 49092, 50000, 50051, 50052, 50053, 51820, 54321, 61613,
  61616,
]);
export const HTTP_SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss']);
/** Names of settings with a port of another protocol. */
const OTHER_PORT =
  /(GRPC|JMX|RMI|JDWP|DEBUG|LDAPS?|KAFKA|AMQPS?|MQTTS?|SMTPS?|IMAPS?|POP3S?|XMPP|SSH|S?FTP|TCP|REDIS|POSTGRES|PG|MYSQL|MONGO|BOLT|STOMP|RTMP|RTSP|SIP|TURN|STUN|THRIFT|DNS|SYSLOG|GELF)\w*PORT$/i;
const OTHER_PROTOCOL = /^(tcp|udp|grpc|h2c|kafka|mongo|redis|mysql|postgres|ldap|amqp|mqtt|smtp|imap|ssh|jmx)/i;

/** Whether a port of a service can speak HTTP: no name, setting or caller shows another protocol. */
export function speaksHttp(
  { node, env }: ComposeService,
  mentions: readonly HostMention[],
  udp: Iterable<number>,
): (port: number) => boolean {
  const others = new Set(NOT_HTTP);
  // A port for both protocols is one of logs or names. HTTP itself has both only at the ports of web servers.
  for (const port of udp) if (!/^(80|443|8080|8443)$/.test(String(port))) others.add(port);
  for (const [name, { value }] of env) if (OTHER_PORT.test(name)) others.add(Number(value));
  for (const { scheme, port } of mentions)
    if (port !== undefined && scheme !== undefined && !HTTP_SCHEMES.has(scheme)) others.add(port);
  for (const item of itemsOf(nodeAt(node, 'ports'))) {
    const target = numberOf(nodeAt(item, 'target'));
    if (target === undefined) continue;
    for (const [key, value] of entriesOf(item))
      if (['app_protocol', 'name'].includes(key) && OTHER_PROTOCOL.test(textOf(value) ?? '')) others.add(target);
  }
  for (const { scheme, port } of mentions)
    if (port !== undefined && HTTP_SCHEMES.has(scheme ?? '')) others.delete(port);
  return (port) => !others.has(port);
}
