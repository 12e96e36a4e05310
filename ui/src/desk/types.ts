// The one place where the page names the generated types.
export type * from './bindings';
