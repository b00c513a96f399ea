// A prebuilt JupyterLab extension, small enough to be written by hand: a cell that begins with %%runtime_script is
// JavaScript to JupyterLab's editor, in colours, indentation and brackets, for as long as it begins so.
//
// JupyterLab loads this file and asks the container below for its module (webpack's module federation); what the module
// needs, the token of the notebook tracker, JupyterLab shares.
(() => {
  "use strict";
  const NAME = "connection-workbench";
  const MAGIC = /^\s*%%runtime_script\b/;
  const JAVASCRIPT = "text/javascript";
  let shared = {};

  async function fromJupyterLab(name) {
    const versions = Object.values(shared[name] ?? {});
    const factory = await versions.at(-1)?.get();
    return factory?.() ?? {};
  }

  function colour(notebook, model) {
    if (model.type !== "code") return;
    const isScript = MAGIC.test(model.sharedModel.getSource().slice(0, 200));
    const wanted = isScript ? JAVASCRIPT : model.mimeType === JAVASCRIPT ? notebook.codeMimetype : model.mimeType;
    if (model.mimeType !== wanted) model.mimeType = wanted;
  }

  function watch(panel) {
    const known = new WeakSet();
    const look = () => {
      for (const model of panel.content.model?.cells ?? []) {
        if (!known.has(model)) {
          known.add(model);
          model.contentChanged.connect(() => colour(panel.content, model));
          model.mimeTypeChanged.connect(() => colour(panel.content, model)); // as the kernel says what it speaks
        }
        colour(panel.content, model);
      }
    };
    void panel.context.ready.then(() => {
      panel.content.model?.cells.changed.connect(look);
      look();
    });
  }

  const plugin = (INotebookTracker) => ({
    id: `${NAME}:cells`,
    description: "Colours the cells of %%runtime_script as JavaScript.",
    autoStart: true,
    requires: [INotebookTracker],
    activate(_, tracker) {
      tracker.forEach(watch);
      tracker.widgetAdded.connect((_tracker, panel) => watch(panel));
    },
  });

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB[NAME] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      const { INotebookTracker } = await fromJupyterLab("@jupyterlab/notebook");
      return () => ({ __esModule: true, default: INotebookTracker ? plugin(INotebookTracker) : [] });
    },
  };
})();
