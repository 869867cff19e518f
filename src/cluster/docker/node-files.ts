import { Buffer } from "node:buffer";
import { paths } from "./etcd-config.js";
import { type DockerNode, runScript } from "./node.js";

/** The folder stays: it may be a file system of its own. */
export async function emptyData(node: DockerNode): Promise<void> {
  const what = `The data of ${node.name} could not be removed`;
  await runScript(node, `find ${paths.data} -mindepth 1 -delete && sync -f ${paths.data}`, what);
}

export async function writeConfig(node: DockerNode, path: string, text: string): Promise<void> {
  const encoded = Buffer.from(text).toString("base64");
  const what = `The configuration of ${node.name} could not be written`;
  await runScript(node, `echo ${encoded} | base64 -d >${path}`, what);
}
