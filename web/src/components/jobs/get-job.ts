import { client, unwrap } from "@/api/client";

export const getJob = (id: string) => unwrap(client.GET("/api/jobs/{job_id}", { params: { path: { job_id: id } } }));
