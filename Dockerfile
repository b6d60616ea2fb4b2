FROM node:24-alpine AS build
WORKDIR /src
RUN npm install --global pnpm@10.34.9
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN pnpm fetch
COPY . .
RUN pnpm install --offline --frozen-lockfile && pnpm build --filter @peerlane/cli \
  && pnpm --filter @peerlane/cli deploy --legacy --prod /app

FROM node:24-alpine
COPY --from=build /app /app
WORKDIR /app/shared
USER node
ENTRYPOINT ["node", "/app/bin/p2p.js"]
