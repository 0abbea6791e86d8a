/** Manifests in which every rule has something to look at, and finds nothing. */
export const EVERYTHING = `
{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }
---
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: web, namespace: shop } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: theme, namespace: shop }, data: { color: blue }, binaryData: { logo: aGk= } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: login, namespace: shop }, data: { user: YQ== }, stringData: { password: a } }
---
{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: uploads, namespace: shop } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, labels: { app: web }, annotations: { note: a } }
spec: { type: ClusterIP, clusterIP: 10.0.0.9, selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }, { port: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    metadata: { labels: { app: web, tier: front } }
    spec:
      serviceAccountName: web
      serviceAccount: web
      hostAliases: [{ ip: 10.0.0.7, hostnames: [legacy] }]
      imagePullSecrets: [{ name: login }]
      initContainers:
        - { name: wait, image: "shop/wait:1", command: [wait-for, "web:80"], ports: [{ name: own, containerPort: 9000 }] }
      containers:
        - name: web
          image: shop/web:1
          args: [--url, "http://web.shop.svc.cluster.local,http://legacy"]
          env:
            - { name: WEB_HOST, value: web }
            - { name: COLOR, valueFrom: { configMapKeyRef: { name: theme, key: color, optional: false } } }
            - { name: PASSWORD, valueFrom: { secretKeyRef: { name: login, key: password } } }
          envFrom: [{ configMapRef: { name: theme } }, { secretRef: { name: login } }]
          ports: [{ name: http, containerPort: 8080 }]
          startupProbe: { tcpSocket: { port: 8080 } }
          readinessProbe: { httpGet: { path: /ready, port: http } }
          livenessProbe: { grpc: { port: 9000 } }
      volumes:
        - { name: a, configMap: { name: theme, items: [{ key: logo, path: logo }] } }
        - { name: b, secret: { secretName: login, items: [{ key: user, path: user }] } }
        - { name: c, persistentVolumeClaim: { claimName: uploads } }
        - { name: d, persistentVolumeClaim: { claimName: data-db-0 } }
        - { name: e, projected: { sources: [{ configMap: { name: theme } }, { secret: { name: made } }] } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop, annotations: { callsign.dev/makes-secret: '{"made":["password"]}' } }
spec:
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: "postgres:17" }] } }
  volumeClaimTemplates: [{ metadata: { name: data } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: door, namespace: shop }
spec:
  defaultBackend: { service: { name: web, port: { number: 80 } } }
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, backend: { service: { name: web, port: { name: http } } } }] } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: door, namespace: shop }
spec:
  parentRefs: [{ name: public, namespace: infra }]
  rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], backendRefs: [{ group: "", kind: Service, name: web, namespace: shop, port: 80 }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web }, matchExpressions: [{ key: tier, operator: In, values: [front, back] }] }
  ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [web] }] } }] }]
  egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }, podSelector: { matchLabels: { app: db } } }] }]
---
apiVersion: v1
kind: List
items:
  - { apiVersion: batch/v1, kind: CronJob, metadata: { name: tidy }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: tidy, image: "shop/tidy:1" }] } } } } } }
  - { apiVersion: v1, kind: Pod, metadata: { generateName: once- }, spec: { containers: [{ name: once, image: "shop/once:1" }] } }
`;
