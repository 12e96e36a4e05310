// Sizes that are worked out in the page, where the build does not reach.
export { inRem } from '../../scale';
