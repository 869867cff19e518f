import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

const root = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  root,
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: fileURLToPath(new URL("../../../dist/src/report/viewer", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: false,
  },
  plugins: [viteSingleFile(), allowOwnScriptAlone()],
});

/**
 * Puts the hash of the page's one script into its content security policy: no other script runs,
 * should a value from a history ever become markup.
 */
function allowOwnScriptAlone(): Plugin {
  return {
    name: "allow-own-script-alone",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== "asset" || !file.fileName.endsWith(".html")) continue;
          const page = String(file.source);
          const scripts = [...page.matchAll(/<script\b[^>]*>([^]*?)<\/script>/g)];
          const [script] = scripts;
          if (scripts.length !== 1 || script?.[1] === undefined) {
            throw new Error(`the viewer was expected to have one script, not ${scripts.length}`);
          }
          const hash = createHash("sha256").update(script[1]).digest("base64");
          file.source = page.replace("'sha256-SCRIPT'", () => `'sha256-${hash}'`);
        }
      },
    },
  };
}
