export { shared as default } from '../../stryker.shared.js';
