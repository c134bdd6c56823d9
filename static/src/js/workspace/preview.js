/**
 * The learner's project as the server keeps it: booted by `run`, asked by `request` and `evaluate`. What the server has
 * put away in the meantime is booted again with the files of the last run, once, without a word.
 */
export function createPreview(baseUrl, post) {
  let id = null;
  let files = null;

  /** Boot these files: {output} or {problem: {type, message, frames}, output}. */
  async function run(newFiles) {
    files = newFiles;
    const answer = await post(baseUrl, { files });
    id = answer.preview ?? null;
    return answer;
  }

  async function ask(path, data) {
    if (id === null) {
      return bootAndAsk(path, data);
    }
    try {
      return await post(`${baseUrl}${path}/`, { ...data, preview: id });
    } catch (error) {
      if (error.status === 410) {
        return bootAndAsk(path, data);
      }
      throw error;
    }
  }

  async function bootAndAsk(path, data) {
    const booted = await run(files);
    return booted.problem ? booted : post(`${baseUrl}${path}/`, { ...data, preview: id });
  }

  /** A WebSocket lives in the project that opened it: only a new one boots a project that was put away. */
  function socket(data) {
    return data.action === "connect" || id === null ? ask("sockets", data) : post(`${baseUrl}sockets/`, { ...data, preview: id });
  }

  return {
    run,
    socket,
    request: (request) => ask("requests", request),
    evaluate: (source) => ask("console", { source }),
    documentUrl: (page) => `${baseUrl}${id}/${page}/`,
    hasFiles: () => files !== null,
    /** The files of the last run. */
    files: () => files,
  };
}
