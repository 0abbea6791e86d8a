export { check, type CheckOptions } from './check/check';
export type { Requirement } from './check/requirements/requirement';
export { requirementsOf } from './check/requirements/requirements-of';
export type { Profile } from './check/profile';
export { readManifests, type ReadResult } from './check/read/read';
export { CustomResource, type CustomResourceProps } from './constructs/custom/custom-resource';
export { Database } from './constructs/database/database';
export type {
  BackupOptions,
  DatabaseEngine,
  DatabaseOptions,
  DatabaseRoles,
  InitialSqlFile,
  TableRight,
} from './constructs/database/options';
export { EventLog } from './constructs/event-log/event-log';
export { ExistingEventLog, type ExistingEventLogOptions } from './constructs/event-log/existing-event-log';
export type { EventLogObjects } from './constructs/event-log/objects';
export type { EventLogOptions } from './constructs/event-log/options';
export {
  ConfiguredApp,
  defineApp,
  type AppDefinition,
  type ClusterSettings,
  type Environment,
  type Explained,
  type CronTaskOverrides,
  type GatewayOverrides,
  type MicroserviceOverrides,
  type TaskOverrides,
} from './settings/environment';
export { ExistingCaller, type ExistingCallerOptions } from './constructs/caller/existing-caller';
export { ExistingService, type ExistingServiceOptions } from './constructs/outside/existing-service';
export type { ServiceObject } from './constructs/outside/service-object';
export { External, type ExternalOptions } from './constructs/outside/external';
export { Internet, type InternetOptions } from './constructs/outside/internet';
export { Gateway } from './constructs/gateway/gateway';
export type { GatewaySettings } from './constructs/gateway/gateway-settings';
export type {
  BasicAuth,
  CertificateIssuer,
  Controller,
  Cors,
  GatewayBase,
  GatewayHeaders,
  GatewayHost,
  GatewayOptions,
  HeaderChanges,
  Listen,
  OneHost,
  ParentGateway,
  Routes,
  SeveralHosts,
} from './constructs/gateway/options';
export { Microservice } from './constructs/microservice/microservice';
export type { Autoscale, ScalingMetric } from './constructs/microservice/scaling/autoscale';
export type {
  AutoscaledReplicas,
  Scaling,
  FixedReplicas,
  Health,
  MicroserviceBase,
  MicroserviceOptions,
  ScheduledReplicas,
  Shutdown,
} from './constructs/microservice/options';
export type { ProgramOptions } from './constructs/program/options';
export type { Check, EnvValue, FileContent, ProjectFile, SecretKey, TouchedFile } from './constructs/shared/values';
export type { AccountOptions } from './constructs/shared/account-options';
export type { ExternalAccess, ServiceOptions } from './constructs/microservice/service-options';
export type { Hook, Lifecycle } from './constructs/shared/lifecycle';
export type { PodOptions, DnsOptions } from './constructs/shared/pod-options';
export type { FurtherContainer, InitContainer, Sidecar, SidecarHealth } from './constructs/program/sidecars/options';
export type { Metrics } from './constructs/microservice/metrics/options';
export type { MetricsSource, PrometheusFinds, PrometheusSettings } from './constructs/shared/prometheus-settings';
export type { TelemetrySettings } from './constructs/shared/telemetry-settings';
export type { MicroserviceObjects } from './constructs/microservice/objects';
export type { DatabaseObjects } from './constructs/database/objects';
export type { GatewayObjects } from './constructs/gateway/objects';
export type { NamespaceObjects } from './constructs/namespace/objects';
export type { VolumeObjects } from './constructs/volume/objects';
export { Namespace } from './constructs/namespace/namespace';
export type { NamespaceOptions } from './constructs/namespace/options';
export { ChartObject, type Fields, type Patchable } from './constructs/shared/chart-object';
export type { ImageSettings } from './constructs/shared/image-settings';
export type { RightOptions, Verb } from './constructs/shared/rights';
export type {
  CapabilityException,
  ContainerException,
  RootFilesystemException,
  RunAsException,
  SecurityException,
} from './k8s/exceptions';
export type { Capability, PodSecurityLevel } from './k8s/pod-security';
export type { Resources } from './constructs/shared/resources';
export type { StaticSiteBase, StaticSiteOptions } from './constructs/site/options';
export { StaticSite } from './constructs/site/static-site';
export type { BlueGreen, Canary, Strategy } from './constructs/microservice/release/strategy';
export { scheduledReplicas, type Schedule, type ScheduleStep } from './constructs/microservice/scaling/schedule';
export type { Day } from './constructs/microservice/scaling/week';
export { CronTask } from './constructs/task/cron-task';
export type { CronTaskObjects, TaskObjects } from './constructs/task/objects';
export type { Concurrency, CronTaskOptions, RunHistory, TaskBase, TaskOptions } from './constructs/task/options';
export { Task } from './constructs/task/task';
export type { VolumeOptions } from './constructs/volume/options';
export { Volume } from './constructs/volume/volume';
export type { Code } from './problems/codes';
export { Image, type ServiceImageOptions } from './images/image';
export type { CustomDefinition, FieldPath, KubeObject, Manifest } from './k8s/objects';
export type { ByteAmount, CpuAmount, VolumeSource } from './constructs/shared/plus';
export { CallsignError, formatProblem, type Place, type Problem } from './problems/problem';
export type { Callable, Calling } from './links/endpoint';
export { graphOf, type EdgeState, type Graph, type GraphEdge, type GraphNode } from './links/graph';
export { dot, mermaid, svg } from './links/diagrams';
export { synthesize, type ManifestFile } from './synth/synthesize';
export { writeFiles, type Written } from './synth/write';
export { renderFile, toYaml } from './synth/yaml';
