import type { BlogEnvironment } from './environment';

/**
 * Where people read: more copies by day, room for data, a certificate. Whoever deploys it has a registry, named by
 * CALLSIGN_IMAGES_REGISTRY or here by `images: { registry }`; with it every image of ours is named by its digest.
 */
export const prod: BlogEnvironment = {
  gateway: { host: 'blog.example.com', tlsSecret: 'blog-tls' },
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
