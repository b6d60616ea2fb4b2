FROM node:24-alpine AS build
WORKDIR /src
RUN npm install --global pnpm@10.34.9
# What is fetched depends on these two alone: a change of the sources fetches nothing again.
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN pnpm fetch
COPY . .
RUN pnpm install --offline --frozen-lockfile && pnpm build --filter @peerlane/cli \
  && pnpm --filter @peerlane/cli deploy --offline --legacy --prod /app

FROM node:24-alpine
# Digests go to the place for temporary files, as all else may be read-only and any user may run it.
ENV NODE_ENV=production XDG_CACHE_HOME=/tmp/cache
COPY --from=build /app /app
COPY apps/demo/docker /app/
WORKDIR /app/shared
USER node
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["node", "/app/health.mjs"]
ENTRYPOINT ["node", "/app/bin/p2p.js"]
