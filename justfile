# Show the commands there are.
default:
    @just --list

# Build the application.
build:
    npx -y pnpm@10.34.9 build

# Build and run a node.
run *ARGS:
    npx -y pnpm@10.34.9 p2p {{ARGS}}

# Run the tests.
test:
    npx -y pnpm@10.34.9 test

# Start three nodes with Docker Compose.
demo:
    docker compose up -d --build

# Attach to a node of the Docker demo, node1 unless another is named: just attach node2
attach NODE='node1':
    docker attach p2p-{{NODE}}

# Stop the Docker demo.
docker-down:
    docker compose down
