import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  plugins: [react()],
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  build: {
    target: "es2022",
    sourcemap: false,
    // Nothing is inlined as data: the policy of the window allows only own files.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
});
