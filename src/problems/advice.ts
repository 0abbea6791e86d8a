import type { Code } from './codes';

/** What helps with a code that no rule of a check reports. */
interface Advice {
  readonly why: string;
  readonly fix: string;
  /** A line that has the problem. */
  readonly broken?: string;
}

type AdviceByCode = Readonly<Partial<Record<Code, Advice>>>;

/** Problems of constructs and environments. */
export const CHART_ADVICE: AdviceByCode = {
  'name-invalid': {
    why: 'Other services call a part by its name, so it must be a DNS name. Some names are shorter, because Kubernetes adds a suffix.',
    fix: 'Use lower-case letters, digits and dashes, and begin with a letter.',
    broken: "new Microservice(this, 'My_Cart', { image })",
  },
  'name-taken': {
    why: 'Two objects of the same name would overwrite each other.',
    fix: 'Give one of the two another name.',
    broken: "new Microservice(this, 'cart', { image }); new Database(this, 'cart');",
  },
  'namespace-missing': {
    why: 'The address, the policies or the permissions of the part contain its namespace.',
    fix: "Give the chart a namespace: super(scope, id, { namespace: 'shop' }).",
    broken: 'super(scope, id); // in a chart with a gateway',
  },
  'patch-unused': {
    why: 'A patch without an effect was written for another state of the object. Readers believe that it does something.',
    fix: 'Remove the patch, or correct it.',
    broken: 'cart.objects.deployment.merge({ spec: { revisionHistoryLimit: 3 } }) // the default',
  },
  'patch-failed': {
    why: 'The object does not have what the patch changes.',
    fix: 'Compare the patch with the object in k8s-out.',
    broken: "cart.objects.deployment.addJsonPatch(JsonPatch.test('/spec/replicas', 5))",
  },
  'task-order': {
    why: 'The task, or a part that waits for it, never starts.',
    fix: 'Name microservices, sites or tasks of the same namespace, and remove circles of before and after.',
    broken: "new Task(this, 'migration', { image, before: [cart], after: [cart] })",
  },
  'replicas-invalid': {
    why: 'The cluster cannot run a negative number of pods, or half a pod.',
    fix: 'Write a whole number, such as replicas: 2. 0 stops the part.',
    broken: "replicas: '2'",
  },
  'autoscale-invalid': {
    why: 'The cluster refuses the autoscaler, or the autoscaler never changes the number of replicas.',
    fix: 'Write, for instance, autoscale: { min: 2, max: 6, cpu: 70 }.',
    broken: 'autoscale: { min: 4, max: 4 }',
  },
  'autoscale-metric-missing': {
    why: 'The autoscaler never gets a value, so the number of replicas stays at the minimum.',
    fix: 'Name the metric in backlog, and let Prometheus scrape it: metrics: {}.',
    broken: 'autoscale: { max: 6, backlog: 1000 }',
  },
  'schedule-invalid': {
    why: 'The replicas would change at a wrong time, or not at all.',
    fix: "Write times as 'HH:MM', each once, and a time zone such as Europe/Berlin.",
    broken: "schedule: [{ at: '24:00', replicas: 2 }]",
  },
  'cron-invalid': {
    why: 'The cluster refuses the CronJob, or never starts it.',
    fix: "Write minute, hour, day, month and day of the week, such as '0 3 * * *' for every night at three.",
    broken: "backup: { schedule: '0 3 31 2 *' }",
  },
  'connections-exceeded': {
    why: 'If all replicas use their whole pool, the database refuses the last ones. Rollouts and autoscaling need the most.',
    fix: 'Lower pool or replicas of the callers, or raise max_connections and memoryLimit of the database.',
    broken: 'replicas: 20, pool: 20 // for a database with max_connections: 100',
  },
  'database-invalid': {
    why: 'The server does not start with this option, or the operator refuses it.',
    fix: 'Write a value that the engine supports, or remove the option.',
    broken: "engine: 'mysql', instances: 3",
  },
  'event-log-invalid': {
    why: 'Servers agree on each event by a majority. A wrong address is never reached.',
    fix: 'Write 1, 3 or 5 servers. For an ExistingEventLog, write hosts with their ports.',
    broken: "new EventLog(this, 'log', { servers: 2 })",
  },
  'file-missing': {
    why: 'The content becomes part of a ConfigMap, which holds at most 1 MiB.',
    fix: 'Correct the path: it starts in the working directory. Put large files into the image.',
    broken: "files: { '/etc/cart/words.txt': { file: 'word.txt' } }",
  },
  'strategy-invalid': {
    why: 'A wrong strategy would replace pods differently from what the chart says.',
    fix: "Write strategy: 'rolling' or 'recreate', or { canary: … }, or { blueGreen: … }.",
    broken: "strategy: 'blue-green'",
  },
  'weight-unreachable': {
    why: 'Replicas share the requests equally, so few replicas allow only few weights.',
    fix: "Raise the weight or the number of replicas, or let the gateway split the requests: by: 'gateway'.",
    broken: 'replicas: 2, strategy: { canary: { image, weight: 5 } }',
  },
  'weight-not-carried': {
    why: 'A standard Ingress cannot split requests by weight, so the canary would get no requests or all of them.',
    fix: "Set listen or httpRoute of the gateway, or controller: 'ingress-nginx', or remove by from the canary.",
    broken: "strategy: { canary: { image, weight: 10, by: 'gateway' } }",
  },
  'option-unknown': {
    why: 'The command line does not check types. An option with a wrong name would have no effect.',
    fix: 'Use the suggested name, or remove the option.',
    broken: 'replica: 3',
  },
  'override-unused': {
    why: 'An override that matches no part has no effect. Probably its name is wrong.',
    fix: 'Use the name of a part of the charts, or remove the override.',
    broken: 'export const prod = { coments: { replicas: 3 } };',
  },
  'override-invalid': {
    why: 'The value of the shell variable is not a valid value of its option.',
    fix: 'Write a valid value, or unset the variable.',
    broken: 'CALLSIGN_CART_REPLICAS=many callsign synth',
  },
  'port-invalid': {
    why: 'No program can listen on another number.',
    fix: 'Write a number from 1 to 65535, such as port: 8080.',
    broken: 'port: 80800',
  },
  'port-taken': {
    why: 'Two programs of one pod cannot listen on the same port.',
    fix: 'Give each port its own name and number.',
    broken: 'port: 8080, ports: { metrics: 8080 }',
  },
  'image-invalid': {
    why: 'The node cannot pull the image, so the pod does not start.',
    fix: "Write image: Image.of('NAME:TAG'), or Image.service('NAME') for your own program.",
    broken: "image: 'nginx:1'",
  },
  'image-source-missing': {
    why: 'Without a Dockerfile, callsign images cannot build the image.',
    fix: "Write the Dockerfile, or use Image.of('NAME:TAG') for an image that is built elsewhere.",
    broken: "image: Image.service('crat')",
  },
  'site-not-built': {
    why: 'The image contains the built page, so there is nothing to serve.',
    fix: 'Build the page first, for instance with npm run build, or correct the folder.',
    broken: "new StaticSite(this, 'web', { folder: 'web/dist' })",
  },
  'header-invalid': {
    why: 'The web server does not start with such a header, or browsers ignore it.',
    fix: 'Use letters, digits and dashes in the name, and one line of ASCII in the value.',
    broken: "headers: { 'X Frame': 'DENY' }",
  },
  'registry-invalid': {
    why: 'Docker reads a registry without a dot and without a port as a folder of Docker Hub.',
    fix: 'Write HOST[:PORT][/PATH], such as registry.example.com/shop.',
    broken: "images: { registry: 'https://registry.example.com' }",
  },
  'image-digest-missing': {
    why: 'With byDigest, the manifests name the exact image that was pushed.',
    fix: 'Run callsign images --push, and commit the lock file.',
    broken: 'images: { registry, byDigest: true } // before the first push',
  },
  'image-lock-invalid': {
    why: 'The lock file is the only record of which image was pushed.',
    fix: 'Restore the file from version control, or delete it and run callsign images --push.',
  },
  'quantity-invalid': {
    why: 'The cluster refuses the object.',
    fix: "Write a number above zero with a unit: '250m' for CPU, '128Mi' for memory, '1Gi' for storage.",
    broken: "resources: { memory: '128 MB' }",
  },
  'path-invalid': {
    why: 'A probe, a route or a mount at such a path does not work.',
    fix: 'Write an absolute path without wildcards, spaces, and the parts . and .., such as /api.',
    broken: "health: { ready: 'http://cart/ready' }",
  },
  'health-invalid': {
    why: 'A probe that cannot succeed keeps every pod from becoming ready.',
    fix: "Write a path for HTTP, 'tcp' for other servers, or a command for a worker.",
    broken: "http: false, health: { ready: '/healthz/ready' }",
  },
  'volume-not-shared': {
    why: 'Replicas on other nodes cannot mount the volume, and stay in ContainerCreating.',
    fix: 'Write replicas: 1, or set shared: true and a storageClass that supports ReadWriteMany.',
    broken: "replicas: 2, volumes: { '/data': new Volume(this, 'data') }",
  },
  'time-invalid': {
    why: 'The pod is killed before it can finish its requests.',
    fix: 'Write, for instance, shutdown: { pause: 5, grace: 30 }.',
    broken: 'shutdown: { pause: 30, grace: 10 }',
  },
  'host-invalid': {
    why: 'Requests to another name do not reach the gateway or the server.',
    fix: 'Write only the name, without scheme, port and path.',
    broken: "host: 'https://shop.example.com/'",
  },
  'variable-invalid': {
    why: 'Shells cannot read a variable with another name.',
    fix: 'Use letters, digits and underscores, and do not begin with a digit.',
    broken: "env: { 'my-variable': 'a' }",
  },
  'variable-taken': {
    why: 'A call sets variables such as CART_URL. A second value would override the address.',
    fix: "Remove the variable from env, or give the call another prefix: callsAs('PREFIX', target).",
    broken: "env: { CART_URL: 'http://cart' } // and web.calls(cart)",
  },
  'route-not-http': {
    why: 'A gateway sends HTTP requests, which the target does not understand.',
    fix: 'Route the path to a microservice that serves HTTP.',
    broken: "routes: { '/': database }",
  },
  'route-none': {
    why: 'A host without routes answers every request with 404.',
    fix: "Write, for instance, routes: { '/': web }.",
    broken: "new Gateway(this, 'gateway', { host, routes: {} })",
  },
  'cors-invalid': {
    why: 'Browsers refuse the requests of other origins.',
    fix: "Write, for instance, cors: { origins: ['https://shop.example.com'] }.",
    broken: "cors: { origins: ['shop.example.com'] }",
  },
  'gateway-unsupported': {
    why: 'Each controller has its own annotations for such settings. Without a known controller they have no effect.',
    fix: "Set the controller that serves the gateway, such as controller: 'traefik', or remove the setting.",
    broken: "new Gateway(this, 'gateway', { host, routes, maxBody: '8Mi' })",
  },
  'live-invalid': {
    why: 'callsign dev copies the source into the running container, so the image needs it and a program that reloads.',
    fix: 'Remove live, or add the lines that the problem expects to the Dockerfile.',
    broken: "image: Image.of('shop/cart:1'), live: true",
  },
  'call-self': {
    why: 'A request to itself goes through the network to any replica.',
    fix: 'Call the function inside the program, or pass another microservice.',
    broken: 'cart.calls(cart)',
  },
  'call-not-served': {
    why: 'Without a Service that selects pods at a TCP port, there is no address to call, or no pods that a policy can allow.',
    fix: 'Remove http: false from the target, or set its ports. A Service of your own needs a selector and a TCP port.',
    broken: 'web.calls(worker)',
  },
  'call-unknown': {
    why: 'The address and the policies of the target are not known.',
    fix: 'Pass the object that `new` returns, or describe a program outside the app with ExistingService or External.',
    broken: "web.calls('cart')",
  },
  'call-cross-namespace': {
    why: 'The password of a database is in a Secret, which pods of other namespaces cannot read.',
    fix: 'Move one of the two, or call a microservice that uses the database.',
    broken: 'cart.calls(database) // in a chart with another namespace',
  },
  'construct-invalid': {
    why: 'The construct would make an object that the cluster refuses.',
    fix: 'Correct the option that the message names. The message of a cdk8s construct is from its own validation.',
    broken: "new plus.Ingress(this, 'gateway') // without rules",
  },
  'synthesis-failed': {
    why: 'The charts stopped with an error, so no manifest can be written.',
    fix: 'Correct the error of the message, at its line.',
    broken: 'data: Lazy.any({ produce: () => settings.missing.value })',
  },
  'file-taken': {
    why: 'Each chart writes one file. The second one would replace the first one.',
    fix: 'Change the id of one of the charts, or move a file of somebody else out of the folder.',
    broken: "new Shop(app, 'shop'); new Shop(new Construct(app, 'a'), '../shop');",
  },
  'change-not-in-place': {
    why: 'Kubernetes refuses the change of some fields. The object has to be deleted and created again.',
    fix: 'Undo the change, or follow the steps of the problem and confirm with --replace.',
    broken: "storage: '1Gi' // before: '2Gi'",
  },
  'data-unreadable': {
    why: 'A database keeps its data on the claim. Another engine or another name cannot read it.',
    fix: 'Undo the change, or move the data as the problem describes.',
    broken: "engine: 'mysql' // before: 'postgres'",
  },
};

/** Problems of this machine, of images, of the cluster and of a release. */
export const MACHINE_ADVICE: AdviceByCode = {
  'package-json-invalid': {
    why: '`callsign init` adds the scripts and packages that are missing, and keeps everything else.',
    fix: 'Correct the JSON of the file, or move it out of the folder.',
  },
  'definition-invalid': {
    why: '`callsign import crd` writes constructs for the kinds that a file defines.',
    fix: 'Name a file with a CustomResourceDefinition that serves a version.',
  },
  'image-not-built': {
    why: 'Without the image, pods cannot start.',
    fix: 'Correct the error of Docker, and run the command again.',
  },
  'image-not-pushed': {
    why: 'Nodes pull images from the registry.',
    fix: 'Log in with docker login, and check the name of the registry and your permission to push.',
  },
  'kubectl-missing': {
    why: 'Callsign connects to the cluster through kubectl.',
    fix: 'Install it: kubernetes.io/docs/tasks/tools.',
  },
  'kubeconfig-missing': {
    why: 'The kubeconfig contains the address of the cluster and the login.',
    fix: 'Create a cluster with kind create cluster, or set KUBECONFIG.',
  },
  'context-unknown': {
    why: 'A context names the cluster, the user and the namespace.',
    fix: 'List the contexts with kubectl config get-contexts, and pass one with --context.',
  },
  'context-refused': {
    why: 'The environment names the context that it belongs to, so that prod is not applied to another cluster.',
    fix: 'Pass the expected context with --context, or change cluster.context of the environment.',
  },
  'cluster-unreachable': {
    why: 'The cluster is stopped, or a network or a login is missing.',
    fix: 'Start the cluster, and make this command work first: kubectl version.',
  },
  'credential-refused': {
    why: 'The token or the certificate has expired, or belongs to another cluster.',
    fix: 'Log in again, or fetch the kubeconfig of the cluster again.',
  },
  'permission-missing': {
    why: 'Apply reads, creates, changes and deletes the objects of the charts.',
    fix: 'Use a credential with these permissions, or add them to a Role of the user.',
  },
  'field-owned': {
    why: 'Two managers that set the same field would undo the changes of each other.',
    fix: 'Remove the field from the charts, or take it with --take.',
  },
  'object-refused': {
    why: 'The API server, a quota or a policy does not accept the object.',
    fix: 'Correct the field in the charts, or change the policy.',
  },
  'kind-not-served': {
    why: 'Custom kinds exist only after their operator is installed.',
    fix: 'Install the operator or its CustomResourceDefinitions first.',
  },
  'release-taken': {
    why: 'Two releases with the same object would delete or overwrite it.',
    fix: 'Give one release another name: cluster: { release: … } in the environment.',
  },
  'release-locked': {
    why: 'Two applies at the same time would mix two states.',
    fix: 'Wait until the other apply ends, and apply again.',
  },
  'release-unknown': {
    why: 'The cluster stores only the last releases.',
    fix: 'List the releases: callsign history.',
  },
  'rollout-failed': {
    why: 'New pods do not become ready. The old ones still answer.',
    fix: 'Correct what the problem names: the image, the probe, the resources, or the error in the log.',
  },
  'plan-outdated': {
    why: 'Apply makes only the changes that were reviewed.',
    fix: 'Save the plan again and review it: callsign diff --save FILE.',
  },
  'start-running': {
    why: 'Two runs would use the same databases and the same files.',
    fix: 'Stop the other run with Ctrl-C in its terminal.',
  },
  'start-failed': {
    why: 'A part cannot run on this machine, or an option of start is wrong.',
    fix: 'Follow the fix of the problem.',
  },
  'live-not-running': {
    why: 'callsign dev copies sources into running pods with live updates.',
    fix: 'Apply the environment with live: true first: callsign apply --env dev.',
  },
};

/** Problems of Compose files. */
export const COMPOSE_ADVICE: AdviceByCode = {
  'compose-invalid': {
    why: 'Docker Compose refuses the file too, or ignores the key.',
    fix: 'Correct the key at the reported line. `docker compose config` checks the file.',
    broken: 'services: { web: { prots: ["80:80"] } }',
  },
  'compose-version-unknown': {
    why: 'Files of version 1 have no services, and are not supported by Docker Compose either.',
    fix: 'Move the services below services, and remove version.',
    broken: 'web: { image: nginx }',
  },
  'compose-file-missing': {
    why: 'The import needs the settings of the file.',
    fix: 'Correct the path. It is relative to the folder of the Compose file.',
    broken: 'env_file: .env.web',
  },
  'compose-variable-missing': {
    why: 'The file requires a value, such as ${TAG:?}.',
    fix: 'Set the variable in the shell, in .env, or in a file for --env-file.',
    broken: 'image: shop/web:${TAG:?}',
  },
  'compose-cycle': {
    why: 'Services in a cycle have no order in which they can start.',
    fix: 'Remove one line of the cycle. A caller retries until the other service answers.',
    broken: 'a: { depends_on: [b] }, b: { depends_on: [a] }',
  },
};
