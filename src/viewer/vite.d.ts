/** What Vite makes of these imports. */
declare module '*?worker&inline' {
  const InlineWorker: new () => Worker;
  export default InlineWorker;
}
declare module '*.css';
