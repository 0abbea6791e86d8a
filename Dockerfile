# The command line, for CI without Node.js: docker run --rm -v "$PWD:/work" callsign check k8s-out
FROM node:24-slim AS package
WORKDIR /callsign
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN mkdir /package && npm pack --pack-destination /package

FROM node:24-slim
# `callsign graph --diff` reads revisions with git. The mounted repository belongs to another user.
RUN apt-get update && apt-get install --yes --no-install-recommends git \
  && rm -rf /var/lib/apt/lists/* \
  && git config --system --add safe.directory '*'
RUN --mount=from=package,source=/package,target=/package \
  npm install --global --omit=optional /package/callsign-k8s-*.tgz && npm cache clean --force
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["callsign"]
CMD ["--help"]
