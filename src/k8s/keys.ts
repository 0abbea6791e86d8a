/** The labels and annotations that we write or read. Each key is spelled only here. */

/** The standard labels of Kubernetes that we set on every object. */
export const LABELS = {
  name: 'app.kubernetes.io/name',
  instance: 'app.kubernetes.io/instance',
  partOf: 'app.kubernetes.io/part-of',
  managedBy: 'app.kubernetes.io/managed-by',
} as const;

/** A label of the pods of a Job: its name. Kubernetes sets it. */
export const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name';

/** Our own annotations. */
export const ANNOTATIONS = {
  /** On a pod template: the hash of the ConfigMaps that its pods read, so that a change rolls them. */
  configHash: 'callsign.dev/config-hash',
  /** On the claim of a database: the engine that wrote its data. */
  engine: 'callsign.dev/engine',
  /** On the claim of a database: the name of the database in the server. */
  database: 'callsign.dev/database',
  /** On the claim of a database: `per-caller` if each caller has its own role. */
  roles: 'callsign.dev/roles',
  /** On a workload: Secrets that exist outside the charts, and the keys that are read, as JSON. */
  existingSecrets: 'callsign.dev/existing-secrets',
  /** On a workload: Secrets that it creates in the cluster, and their keys, as JSON. */
  makesSecret: 'callsign.dev/makes-secret',
  /** On a workload: ConfigMaps that it fills in the cluster, and the keys that it adds, as JSON. */
  fillsConfigMap: 'callsign.dev/fills-config-map',
  /** On a Job: the Deployments whose rollout must be complete before it runs, as JSON. */
  runsAfter: 'callsign.dev/runs-after',
  /** On a workload: what its containers may do although the hardened defaults forbid it, and why, as JSON. */
  exceptions: 'callsign.dev/exceptions',
  /** On a workload: Secrets with logins that work only after it succeeded, and their keys, as JSON. */
  enablesSecrets: 'callsign.dev/enables-secrets',
  /** On an object that the charts never contained: the object that left the charts and left it behind. */
  leftBehindBy: 'callsign.dev/left-behind-by',
  /** On an Ingress: its controller, if `check` warns of it. */
  controller: 'callsign.dev/controller',
  /** On a workload: the port and the metric that says how much work waits, as JSON. */
  backlog: 'callsign.dev/backlog',
  /** On a pod template: the folder whose source `callsign dev` may change. */
  live: 'callsign.dev/live',
  /** On the Deployment of a release: its progress, for people. */
  release: 'callsign.dev/release',
} as const;

/** The engine of the servers of an event log. */
export const EVENT_LOG_ENGINE = 'nats';

/** On the Secrets that hold earlier states of a release. */
export const HISTORY = {
  /** A label: the name of the release. */
  of: 'callsign.dev/history-of',
  /** A label: the number of the state, from 1. */
  number: 'callsign.dev/number',
  /** An annotation: `applying`, `ready` or `failed`. */
  status: 'callsign.dev/status',
  /** An annotation: the environment that was applied. */
  environment: 'callsign.dev/environment',
} as const;

/** An annotation that starts like this suppresses the rule whose code follows. */
export const WAIVER_PREFIX = 'waive.callsign.dev/';

/** The value of the label `managedBy` on the objects of our constructs. */
export const MANAGED_BY = 'callsign';

/** The field manager of `callsign apply`. */
export const MANAGER = 'callsign';
/** The field manager of a schedule that sets the number of replicas. */
export const SCHEDULE_MANAGER = 'callsign-schedule';
/** Owns the number of replicas after the charts drop it, until an autoscaler or a schedule changes it. */
export const HAND_OVER_MANAGER = 'callsign-hand-over';

/** The labels and annotations of an ApplySet: the objects of one release. Kubernetes defines them. */
export const APPLY_SET = {
  /** On the record of the release: its id. */
  id: 'applyset.kubernetes.io/id',
  /** On each object: the id of its release. */
  partOf: 'applyset.kubernetes.io/part-of',
  /** On the record: the program that maintains it. */
  tooling: 'applyset.kubernetes.io/tooling',
  /** On the record: the kinds of the objects, as `Deployment.apps`. */
  kinds: 'applyset.kubernetes.io/contains-group-kinds',
  /** On the record: the namespaces of the objects. Its own is listed only if it contains some. */
  namespaces: 'applyset.kubernetes.io/additional-namespaces',
} as const;

/** On a class: whether it applies to objects that name no class. Kubernetes defines them. */
export const DEFAULT_CLASS = {
  IngressClass: 'ingressclass.kubernetes.io/is-default-class',
  StorageClass: 'storageclass.kubernetes.io/is-default-class',
} as const;
