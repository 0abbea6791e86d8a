import type {
  V1Container,
  V1CronJob,
  V1Deployment,
  V1Job,
  V1PodSpec,
  V1Service,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { Construct, IConstruct } from 'constructs';
import { Database } from '../../constructs/database/database';
import { EventLog } from '../../constructs/event-log/event-log';
import { Gateway } from '../../constructs/gateway/gateway';
import { TIME_ZONE } from '../../constructs/shared/defaults';
import { Microservice } from '../../constructs/microservice/microservice';
import { LIVE_CONTAINER } from '../../constructs/microservice/pod/live';
import { Track } from '../../constructs/microservice/release/track';
import { CronTask } from '../../constructs/task/cron-task';
import type { Concurrency } from '../../constructs/task/options';
import { RECORD, WAIT } from '../../constructs/task/steps';
import { Task } from '../../constructs/task/task';
import { scheduledReplicas } from '../../constructs/microservice/scaling/schedule';
import { SCALED_OBJECT } from '../../k8s/keda';
import type { KubeObject, Manifest } from '../../k8s/objects';
import type { LocalTask, NotStarted, Part } from './part';
import type { ImageSource } from '../../images/image';
import { programOf, type LocalProgram } from './program';

/** The charts, as they run on this machine. */
export interface LocalApp {
  readonly parts: readonly Part[];
  readonly tasks: readonly LocalTask[];
  readonly databases: readonly Database[];
  /** The arguments of the servers of the databases. */
  readonly databaseArgs: ReadonlyMap<Database, readonly string[]>;
  readonly gateways: readonly Gateway[];
  readonly notStarted: readonly NotStarted[];
  /** The ConfigMaps and Secrets of the charts, by namespace and name. */
  readonly contents: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** What runs only in a cluster, by kind. */
const ONLY_IN_CLUSTER: Readonly<Record<string, string>> = {
  CronJob: 'it runs only in a cluster',
  Job: 'it runs only in a cluster',
  DaemonSet: 'it runs only in a cluster',
};

/** The steps of a task that need the cluster. */
const TASK_STEPS = new Set([WAIT, RECORD]);

/** What of the charts runs here, and what does not. */
export function localApp(app: Construct, manifests: readonly Manifest[], now = new Date()): LocalApp {
  const constructs = new Map(app.node.findAll().map((node) => [node.node.path, node]));
  const parts: Part[] = [];
  const tasks: LocalTask[] = [];
  const notStarted: NotStarted[] = [];
  const databaseArgs = new Map<Database, readonly string[]>();
  for (const { object, path } of manifests) {
    const owner = ownerOf(path, constructs);
    if (object.kind === 'Deployment') {
      const part = partOf(object, owner, manifests, now);
      if ('why' in part) notStarted.push(part);
      else parts.push(part);
    } else if (object.kind === 'StatefulSet') {
      const { spec } = object as unknown as V1StatefulSet;
      if (owner instanceof Database && owner.engine === 'postgres')
        databaseArgs.set(owner, spec?.template.spec?.containers[0]?.args ?? []);
      else if (owner instanceof Database) parts.push(databasePart(object, owner));
      else if (owner instanceof EventLog) notStarted.push(logNotStarted(owner));
      else notStarted.push({ name: object.metadata.name, why: 'it is not a database that callsign knows' });
    } else if (owner instanceof Task || owner instanceof CronTask) {
      if (object.kind !== 'Job' && object.kind !== 'CronJob') continue;
      const task = taskOf(object, owner);
      if ('why' in task) notStarted.push(task);
      else tasks.push(task);
    } else if (
      Object.hasOwn(ONLY_IN_CLUSTER, object.kind) &&
      !(owner instanceof Database || owner instanceof EventLog)
    ) {
      notStarted.push({ name: object.metadata.name, why: ONLY_IN_CLUSTER[object.kind]! });
    }
  }
  const nodes = [...constructs.values()];
  return {
    parts,
    tasks,
    databaseArgs,
    databases: nodes.filter((node) => node instanceof Database).filter(({ engine }) => engine === 'postgres'),
    gateways: nodes.filter((node) => node instanceof Gateway),
    notStarted,
    contents: new Map(
      manifests.flatMap(({ object }) =>
        object.kind === 'ConfigMap' || object.kind === 'Secret'
          ? [[`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, textsOf(object)]]
          : [],
      ),
    ),
  };
}

function partOf(
  object: KubeObject,
  owner: IConstruct | undefined,
  manifests: readonly Manifest[],
  now: Date,
): Part | NotStarted {
  const { name, namespace } = object.metadata;
  const { spec } = object as unknown as V1Deployment;
  const pod = spec?.template.spec;
  const [container, ...others] = pod?.containers ?? [];
  const microservice = owner instanceof Track ? owner.node.scope : owner;
  if (!(microservice instanceof Microservice) || !container)
    return { name, why: 'it is not a Microservice, so its calls are not known' };
  if (others.length > 0) return { name, why: 'it has more than one container' };
  const further = pod?.initContainers?.find((one) => one.name !== LIVE_CONTAINER);
  if (further) return { name, why: `its container ${further.name} runs only in a cluster` };
  const imageVolume = pod?.volumes?.find(({ image }) => image);
  if (imageVolume)
    return { name, why: `its volume of the image ${imageVolume.image!.reference} exists only in a cluster` };
  const { source, reference } = (owner as Microservice | Track).image;
  const program = source ? programFor(source, container) : { image: reference };
  if (typeof program === 'string') return { name, why: program };
  const { schedule } = microservice;
  const least = leastReplicas(object, manifests);
  const scheduled = schedule && scheduledReplicas(schedule.steps, schedule.timeZone, now);
  return {
    name,
    namespace,
    replicas: spec?.replicas ?? scheduled ?? least ?? 1,
    program,
    source,
    container,
    volumes: pod?.volumes ?? [],
    isServed: isServed(spec?.template.metadata?.labels ?? {}, microservice, manifests),
    endsFirst: spec?.strategy?.type === 'Recreate',
    user: userOf(pod, container),
    grace: graceOf(pod),
    endpoint: microservice.endpoint,
    caller: microservice.endpoint,
    place: microservice.place,
  };
}

/** The servers of an event log find each other only in a cluster. */
function logNotStarted({ name, endpoint }: EventLog): NotStarted {
  const callers = [...new Set(endpoint.calledBy.map(({ from }) => from.name))];
  const end = callers.length > 0 ? `, so ${callers.join(' and ')} cannot store events` : '';
  return { name, why: `its servers run only in a cluster${end}` };
}

/** A database that runs in a container. */
function databasePart(object: KubeObject, owner: Database): Part {
  const { name, namespace } = object.metadata;
  const { spec } = object as unknown as V1StatefulSet;
  const pod = spec!.template.spec!;
  const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => ({
    name: metadata!.name!,
    persistentVolumeClaim: { claimName: `${metadata!.name}-${name}-0` },
  }));
  const container = pod.containers[0]!;
  return {
    name,
    namespace,
    replicas: 1,
    program: { image: container.image! },
    source: undefined,
    container,
    volumes: [...(pod.volumes ?? []), ...claims],
    isServed: true,
    endsFirst: true,
    user: userOf(pod, container),
    grace: graceOf(pod),
    endpoint: owner.endpoint,
    caller: owner.endpoint,
    place: undefined,
  };
}

/** A task runs once, or at the times of its schedule. */
function taskOf(object: KubeObject, owner: Task | CronTask): LocalTask | NotStarted {
  const { name, namespace } = owner;
  const cron = object.kind === 'CronJob' ? (object as unknown as V1CronJob).spec : undefined;
  const job = cron ? cron.jobTemplate.spec : (object as unknown as V1Job).spec;
  const pod = job?.template.spec;
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  const container = containers.find((one) => one.name === name);
  const further = containers.find((one) => one.name !== name && !TASK_STEPS.has(one.name));
  if (!container) return { name, why: 'it has no container of its name' };
  if (further) return { name, why: `its container ${further.name} runs only in a cluster` };
  if (cron?.suspend) return { name, why: 'it is suspended' };
  const { source, reference } = owner.image;
  const program = source ? programFor(source, container) : { image: reference };
  if (typeof program === 'string') return { name, why: program };
  return {
    name,
    namespace,
    program,
    source,
    container,
    volumes: pod?.volumes ?? [],
    user: userOf(pod, container),
    grace: graceOf(pod),
    caller: owner.caller,
    place: owner.place,
    retries: job?.backoffLimit ?? 0,
    deadline: job?.activeDeadlineSeconds ?? Infinity,
    times: cron && {
      schedule: cron.schedule,
      timeZone: cron.timeZone ?? TIME_ZONE,
      concurrency: (cron.concurrencyPolicy ?? 'Forbid').toLowerCase() as Concurrency,
    },
  };
}

/** The settings of the container replace those of its pod. */
function userOf(pod: V1PodSpec | undefined, container: V1Container): string | undefined {
  const { runAsUser, runAsGroup } = { ...pod?.securityContext, ...container.securityContext };
  return runAsUser === undefined ? undefined : `${runAsUser}:${runAsGroup ?? 0}`;
}

function graceOf(pod: V1PodSpec | undefined): number {
  return pod?.terminationGracePeriodSeconds ?? 30;
}

/** Without Docker, images from a registry do not run. */
export function withoutContainers(app: LocalApp): LocalApp {
  const left = [...app.parts, ...app.tasks].flatMap(({ name, program }) =>
    'image' in program ? [{ name, why: `${program.image} is an image from a registry, which needs Docker` }] : [],
  );
  return {
    ...app,
    parts: app.parts.filter(({ program }) => !('image' in program)),
    tasks: app.tasks.filter(({ program }) => !('image' in program)),
    notStarted: [...app.notStarted, ...left],
  };
}

function programFor(source: ImageSource, container: Parameters<typeof programOf>[1]): LocalProgram | string {
  // Its folder is filled before each start.
  if (source.site) return { command: ['node', 'server.mts'], folder: '', env: { SITE_SETTLE_MS: '0' } };
  return programOf(source, container);
}

function ownerOf(path: string | undefined, constructs: ReadonlyMap<string, IConstruct>): IConstruct | undefined {
  return path === undefined ? undefined : constructs.get(path.slice(0, path.lastIndexOf('/')));
}

function isServed(
  labels: Readonly<Record<string, string>>,
  { name, namespace }: Microservice,
  manifests: readonly Manifest[],
): boolean {
  const service = manifests.find(
    ({ object: { kind, metadata } }) =>
      kind === 'Service' && metadata.name === name && metadata.namespace === namespace,
  )?.object as V1Service | undefined;
  return Object.entries(service?.spec?.selector ?? {}).every(([key, value]) => labels[key] === value);
}

/** The minimum of the autoscaler of a workload. */
function leastReplicas({ metadata }: KubeObject, manifests: readonly Manifest[]): number | undefined {
  const specs = manifests
    .map(({ object }) => object)
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === SCALED_OBJECT.kind)
    .filter((object) => object.metadata.namespace === metadata.namespace)
    .map(({ spec }) => spec as AutoscalerSpec | undefined);
  const spec = specs.find((one) => one?.scaleTargetRef?.name === metadata.name);
  return spec?.minReplicas ?? spec?.minReplicaCount;
}

/** The fields of a HorizontalPodAutoscaler or a ScaledObject. */
interface AutoscalerSpec {
  readonly scaleTargetRef?: { readonly name?: string };
  readonly minReplicas?: number;
  readonly minReplicaCount?: number;
}

function textsOf({ data, stringData }: KubeObject & { data?: unknown; stringData?: unknown }): Record<string, string> {
  return { ...(data as Record<string, string> | undefined), ...(stringData as Record<string, string> | undefined) };
}
