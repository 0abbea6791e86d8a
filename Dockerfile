# The command line, for CI without Node.js: docker run --rm -v "$PWD:/work" IMAGE check k8s-out
FROM node:24-slim
ARG VERSION=latest
# `callsign graph --diff` reads revisions with git. The mounted repository belongs to another user.
RUN apt-get update && apt-get install --yes --no-install-recommends git \
  && rm -rf /var/lib/apt/lists/* \
  && git config --system --add safe.directory '*'
RUN npm install --global --omit=optional "callsign-k8s@${VERSION}" && npm cache clean --force
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["callsign"]
CMD ["--help"]
