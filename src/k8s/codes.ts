/**
 * Every code that a problem can carry, with the sentence that names the rule.
 * The set is closed: tests and waivers match the code, never the wording of a message.
 */
export const CODES = {
  'name-invalid': 'A name is a DNS label: lower-case letters, digits and dashes, at most 63.',
  'name-taken': 'Two things in one place have different names.',
  'namespace-missing': 'What lives in or crosses into a namespace says which one.',
  'replicas-invalid': 'The number of copies is a whole number from 0 on.',
  'replicas-and-autoscale': 'Either a number of copies or autoscaling, never both.',
  'autoscale-invalid': 'Autoscaling goes from min (1 or more) to a larger max, at 1 to 100 % of the requested cpu.',
  'port-invalid': 'A port is a whole number from 1 to 65535.',
  'port-taken': 'Each port of a pod is taken once.',
  'image-unpinned': 'An image has a fixed tag or a digest, never `latest`.',
  'image-invalid': 'An image is a reference that a container runtime can pull.',
  'image-source-missing': 'A service of ours has a folder with a Dockerfile.',
  'quantity-invalid': 'Cpu, memory and storage are Kubernetes quantities above zero.',
  'limit-below-request': 'A limit is at least what is requested.',
  'path-invalid': 'A path is absolute, and plain: no wildcards, no dots, no spaces.',
  'time-invalid': 'A time is a whole number of seconds, and the grace period is longer than the pause before it.',
  'host-invalid': 'A host is a DNS name: no scheme, no port, no address.',
  'variable-invalid': 'An environment variable is named by letters, digits and underscores.',
  'variable-taken': 'Each environment variable has one source: a value, a setting or a link.',
  'route-not-http': 'A route leads to something that serves HTTP.',
  'route-none': 'A gateway has at least one route.',
  'call-self': 'A microservice does not call itself.',
  'call-not-served': 'What is called answers by name.',
  'call-unknown': 'What is called is declared in the same app.',
  'call-cross-namespace': 'A secret is read only in its own namespace.',
  'construct-invalid': 'A construct of cdk8s or cdk8s-plus is complete.',
  'synthesis-failed': 'Every object can be rendered.',
  'identity-taken': 'One object has one declaration: apiVersion, kind, namespace and name are unique.',
  'file-taken': 'Each chart is written to a file of its own.',
  'yaml-invalid': 'A file is YAML that holds Kubernetes objects.',
  'host-unknown': 'A host in an environment value or argument is the name of a Service.',
  'service-without-pods': 'The selector of a Service meets a pod.',
  'service-port-missing': 'The target port of a Service is a port of every pod behind it.',
  'probe-port-missing': 'A probe goes to a port of its container.',
  'backend-missing': 'An Ingress leads to a Service that is there.',
  'backend-port-missing': 'An Ingress leads to a port that its Service has.',
  'policy-without-pods': 'Every selector of a NetworkPolicy meets a pod.',
  'service-account-missing': 'A pod runs as a ServiceAccount that is there.',
  'config-map-missing': 'A pod reads a ConfigMap, and a key of it, that is there.',
  'secret-missing': 'A pod reads a Secret, and a key of it, that is there.',
  'claim-missing': 'A pod mounts a claim that is there.',
} as const;

/** The code of a problem: what tests, waivers and programs match. */
export type Code = keyof typeof CODES;
