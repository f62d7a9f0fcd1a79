import type { NextConfig } from "next";

const server = process.env.TELLAPART_URL ?? "http://127.0.0.1:8000";
const developing = process.env.NODE_ENV === "development";

/** A static export, served by the API process; `next dev` passes `/api` on to a running server. */
const config: NextConfig = {
  images: { unoptimized: true },
  trailingSlash: true,
  ...(developing
    ? { rewrites: async () => [{ source: "/api/:path*", destination: `${server}/api/:path*` }] }
    : { output: "export" }),
};

export default config;
