import { parseProblem } from "./problems";
import { apiAddress, authorization, noAnswer } from "./remote";

export interface Upload<T> {
  done: Promise<T>;
  abort: () => void;
}

/** Sends a form by XMLHttpRequest, which, unlike fetch, tells how much has been sent (a share in 0 to 1). */
export function upload<T>(address: string, form: FormData, onProgress: (share: number) => void): Upload<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.open("POST", apiAddress(address));
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as T);
      else reject(parseProblem(request.response, request.status, request.getResponseHeader("Retry-After")));
    };
    request.onerror = async () => reject(await noAnswer());
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    request.send(form);
  });
  return { done, abort: () => request.abort() };
}
