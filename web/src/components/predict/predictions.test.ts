import { expect, test } from "vitest";
import type { Prediction } from "@/api/types";
import { type Entry, entriesToCsv, headline, passes, summarize, withOutcome } from "./predictions";

const prediction = (abstained: boolean): Prediction => ({
  prediction_id: "p",
  model_version: 3,
  label: "cat",
  confidence: 0.9,
  abstained,
  abstained_because: abstained ? "low_confidence" : null,
  distance_score: null,
  explanation: null,
  predictions: [{ label: "cat", score: 0.9 }],
  timing_ms: { decode: 1, queue: 0, inference: 5, total: 6 },
});
const entries: Entry[] = [
  { id: 1, name: "a.png", address: "", state: "done", prediction: prediction(false) },
  { id: 2, name: "b.png", address: "", state: "done", prediction: prediction(true) },
  {
    id: 3,
    name: "c.png",
    address: "",
    state: "failed",
    reason: "This is text, not a picture.",
    passing: false,
  },
  { id: 4, name: "d.png", address: "", state: "waiting" },
];

test("pictures are counted by how they ended", () => {
  expect(summarize(entries)).toEqual({ all: 4, open: 1, sure: 1, unsure: 1, failed: 1 });
});

test("an outcome changes one picture", () => {
  const next = withOutcome(entries, 4, { state: "failed", reason: "Lost.", passing: true });
  expect(next.filter((entry) => passes(entry, "failed")).map(({ id }) => id)).toEqual([3, 4]);
});

test("a model that abstains is not headlined with a class", () => {
  const asked = { ...prediction(true), predictions: ["dogs", "cats"].map((label) => ({ label, score: 0.4 })) };
  expect([prediction(false), asked, prediction(true)].map(headline)).toEqual([
    "cat",
    "Not sure: dogs or cats",
    "Not sure",
  ]);
  expect(headline({ ...asked, abstained_because: "unlike_training_data" })).toBe("Nothing it knows");
});

test("the answers go out as CSV, an abstention in the place of the class", () => {
  expect(entriesToCsv(entries).split("\r\n")).toEqual([
    "file,label,confidence,best_guess,why,model_version,prediction_id,error",
    "a.png,cat,0.9,cat,,3,p,",
    "b.png,not sure,0.9,cat,low_confidence,3,p,",
    'c.png,,,,,,,"This is text, not a picture."',
    "d.png,,,,,,,",
  ]);
});
