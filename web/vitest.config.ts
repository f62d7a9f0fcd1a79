import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // What is tested has no state; a process for each file takes three times as long.
  test: { include: ["src/**/*.test.ts"], environment: "node", isolate: false },
});
