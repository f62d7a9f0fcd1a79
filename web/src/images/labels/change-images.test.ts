import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { renew } from "./change-images";

it("asks again for a first answer that began before the change", async () => {
  const queries = new QueryClient();
  const answers: ((answer: string) => void)[] = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const observer = new QueryObserver(queries, { queryKey: ["issues", "blurry"], queryFn });
  const stop = observer.subscribe(() => undefined);

  const renewed = renew(queries, "issues");
  await expect.poll(() => answers.length).toBe(2);
  answers[0]?.("before");
  answers[1]?.("after");
  await renewed;
  expect(queries.getQueryData(["issues", "blurry"])).toBe("after");
  stop();
});
