import type { BlogEnvironment } from './blog-environment';

/**
 * For production: more replicas by day, more storage, and a Gateway with a certificate. It needs a registry: set CALLSIGN_IMAGES_REGISTRY,
 * or `images: { registry }` here. Then the manifests refer to each of our images by its digest.
 */
export const prod: BlogEnvironment = {
  gateway: {
    host: 'blog.example.com',
    listen: { className: 'eg', issuer: 'letsencrypt' },
    controller: 'envoy-gateway',
  },
  postgres: {
    storage: '20Gi',
    resources: { cpu: '500m', memory: '1Gi', memoryLimit: '2Gi' },
    settings: { shared_buffers: '256MB' },
  },
  'event-bus': { replicas: 3 },
  query: { autoscale: { min: 3, max: 12, cpu: 65 } },
  web: {
    schedule: [
      { at: '07:00', replicas: 6 },
      { at: '01:00', replicas: 2 },
    ],
    timeZone: 'Europe/Berlin',
  },
};
