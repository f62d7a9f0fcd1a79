interface NamedSource {
  value: string;
  label: string;
  hint: string;
}

/** Data sets that the server can fetch by their names; those that end in ":" want an owner and a name. */
export const NAMED_SOURCES: readonly NamedSource[] = [
  { value: "builtin:digits", label: "Digits", hint: "1,797 handwritten digits; needs no download" },
  { value: "cifar10", label: "CIFAR-10", hint: "60,000 small pictures of 10 things" },
  { value: "fashion-mnist", label: "Fashion-MNIST", hint: "70,000 small grey pictures of 10 kinds of clothes" },
  { value: "cats-vs-dogs", label: "Cats vs dogs", hint: "25,000 photos" },
  { value: "hf:", label: "From Hugging Face", hint: "any data set of pictures in folders or parquet" },
  { value: "kaggle:", label: "From Kaggle", hint: "any data set of pictures; needs Kaggle's key on the server" },
];

/** The name to send, such as "hf:owner/name"; null while it is not complete. */
export function sourceName(value: string, repository: string): string | null {
  if (!value.endsWith(":")) return value;
  const name = repository.trim().replace(/^https?:\/\/[^/]+\/(datasets\/)?/, "");
  return /^[\w.-]+\/[\w.-]+$/.test(name) ? `${value}${name}` : null;
}
