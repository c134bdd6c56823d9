/**
 * The learner's project as the server keeps it: booted by `run`, asked by `request` and `evaluate`. What the server has
 * put away in the meantime is booted again with the files of the last run, once. `onRun` hears of every boot.
 */
export function createPreview(baseUrl, post, onRun = () => {}) {
  let id = null;
  let files = null;
  let entered = null; // the project that the last entry of the console was given to

  /** Boot these files: {output} or {problem: {type, message, frames}, output}. */
  async function run(newFiles) {
    files = newFiles;
    const answer = await post(baseUrl, { files });
    id = answer.preview ?? null;
    onRun();
    return answer;
  }

  const send = (path, data) => post(`${baseUrl}${path}/`, { ...data, preview: id });

  /** `dataOf` is called for each try, after the project is there. */
  async function ask(path, dataOf) {
    if (id === null) {
      return bootAndAsk(path, dataOf);
    }
    try {
      return await send(path, dataOf());
    } catch (error) {
      if (error.status === 410) {
        return bootAndAsk(path, dataOf);
      }
      throw error;
    }
  }

  async function bootAndAsk(path, dataOf) {
    const booted = await run(files);
    return booted.problem ? { ...booted, notBooted: true } : send(path, dataOf());
  }

  /**
   * Run an entry of the console: the answer, and `again` where the project has been booted since the one before. The
   * names of earlier entries are gone then, and `imports` are run ahead of the source.
   */
  async function evaluate(source, imports = (text) => text) {
    const before = entered;
    const answer = await ask("console", () => ({ source: id === before ? source : imports(source) }));
    entered = id;
    return { ...answer, again: before !== null && id !== before };
  }

  /** A WebSocket lives in the project that opened it: only a new one boots a project that was put away. */
  function socket(data) {
    return data.action === "connect" || id === null ? ask("sockets", () => data) : send("sockets", data);
  }

  return {
    run,
    socket,
    request: (request) => ask("requests", () => request),
    evaluate,
    documentUrl: (page) => `${baseUrl}${id}/${page}/`,
    hasFiles: () => files !== null,
    /** The files of the last run. */
    files: () => files,
  };
}
