// Monaco runs its language services in workers. They are plain files of our
// own origin, so the page's policy needs neither blob: URLs nor eval.
// The names carry a content hash and are filled in by build.mjs.
const WORKERS = __WORKERS__;

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    return new Worker(WORKERS[label] ?? WORKERS.editor, { name: label });
  },
};
