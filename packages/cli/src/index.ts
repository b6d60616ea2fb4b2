export { createNode, type NodeEvents, type NodeOptions, type PeerlaneNode } from './node.ts';
export { NodeError, type NodeErrorCode } from './node-error.ts';
