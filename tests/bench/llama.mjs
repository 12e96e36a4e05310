// llama.cpp, as npm ships it: what our own reasoner is held to. One JSON object a line in, one out, until the input ends.
//
// load {path, threads, context}     the model of a file and room for `context` tokens, `batch` of them at once, for each of
//                                   so many `sequences`; `vocabulary: true` leaves weights out
// tokenize {texts, special}         ids of each text; `special` says whether `<|im_end|>` is one token or what it spells
// special {}                        ids of no text, and the `spellings` that are taken for one even where `special` is off
// logits {ids, from, to, exact}     what each token may be worth after each id from `from` on: rows of float32 in the file
//                                   `to`; `exact` keeps what was read in full instead of half precision
// read {ids}                        reads a text from its beginning, which takes `seconds`
// write {n}                         goes on with the likeliest tokens: their `ids`, and `seconds`
// keep {prefixes}                   ids of a text each, one sequence for each
// check {questions}                 ids for each sequence, read after its prefix and forgotten: the likeliest token then
//
// An answer holds what was asked for, or `error`. Logits go through the addon itself: its public face makes a map with
// one entry a token out of each row.

import { closeSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const entry = path.join(process.argv[2], "node_modules/node-llama-cpp/dist/index.js");
const { getLlama } = await import(pathToFileURL(entry).href);
// Standard output is for answers.
const llama = await getLlama({
  build: "never",
  gpu: false,
  logLevel: "error",
  logger: (level, message) => process.stderr.write(`llama.cpp ${level}: ${message}\n`),
});

let model;
let context;
// The same with all of its state in full precision, made when first asked for.
let exactContext;
let size;
let sampler;
// Tokens in each sequence.
let lengths;
// Where the likeliest next token of the first is found.
let row;

const commands = {
  async load({ path: modelPath, threads, context: contextSize, batch, sequences = 1, vocabulary = false }) {
    await context?.dispose();
    await exactContext?.dispose();
    await model?.dispose();
    context = exactContext = undefined;
    model = await llama.loadModel({ modelPath, vocabOnly: vocabulary, gpuLayers: 0 });
    if (!vocabulary) {
      size = { contextSize, batchSize: batch ?? contextSize, threads, sequences };
      lengths = new Array(sequences).fill(0);
      context = await model.createContext(size);
      // The most likely token, and logits as they are: anything else would scale them.
      sampler = new llama._bindings.AddonSampler(model._model);
      sampler.applyConfig({ temperature: 0 });
    }
    return { loaded: path.basename(modelPath) };
  },

  tokenize({ texts, special }) {
    return { ids: texts.map((it) => (it === "" ? [] : Array.from(model.tokenize(it, special)))) };
  },

  special() {
    const of = (kind) => Array.from(model.iterateAllTokens()).filter((it) => model.getTokenAttributes(it)[kind]);
    const added = of("userDefined");
    const spellings = added.map((it) => model.detokenize([it], true));
    return { ids: [...of("control"), ...of("unknown"), ...of("unused"), ...added], spellings };
  },

  async logits({ ids, from, to, exact = false }) {
    if (exact) {
      const cache = { experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32", flashAttention: false };
      exactContext ??= await model.createContext({ ...size, ...cache });
    }
    const reader = (exact ? exactContext : context)._ctx;
    const rows = await read(reader, ids, 0, from);
    const file = openSync(to, "w");
    for (const row of rows) {
      // Pairs of a token and its logit, the most likely first.
      const [, , , pairs] = await reader.sampleToken(row, sampler, false, false, true);
      const logits = new Float32Array(pairs.length / 2);
      for (let it = 0; it < pairs.length; it += 2) logits[pairs[it]] = pairs[it + 1];
      writeSync(file, logits);
    }
    closeSync(file);
    return { rows: rows.length };
  },

  async read({ ids }) {
    return timed(async () => {
      forget(0, 0);
      row = await readOn(0, ids);
      return {};
    });
  },

  async write({ n }) {
    return timed(async () => {
      const ids = [];
      while (ids.length < n) {
        ids.push(await context._ctx.sampleToken(row, sampler));
        row = await readOn(0, ids.slice(-1));
      }
      return { ids };
    });
  },

  async keep({ prefixes }) {
    return timed(async () => {
      for (const [sequence, ids] of prefixes.entries()) {
        forget(sequence, 0);
        await readOn(sequence, ids);
      }
      return {};
    });
  },

  async check({ questions }) {
    return timed(async () => {
      const ids = [];
      for (const [sequence, question] of questions.entries()) {
        const before = lengths[sequence];
        ids.push(await context._ctx.sampleToken(await readOn(sequence, question), sampler));
        forget(sequence, before);
      }
      return { ids };
    });
  },
};

async function timed(work) {
  const start = performance.now();
  const answer = await work();
  return { ...answer, seconds: (performance.now() - start) / 1000 };
}

/** Forgets what a sequence holds from a place on. */
function forget(sequence, from) {
  context._ctx.removeTokenCellsFromSequence(sequence, from, -1);
  lengths[sequence] = from;
}

/** Reads on in a sequence, a batch at a time; where the likeliest next token is found. */
async function readOn(sequence, ids) {
  let found;
  for (let from = 0; from < ids.length; from += size.batchSize) {
    const batch = Uint32Array.from(ids.slice(from, from + size.batchSize));
    context._ctx.initBatch(batch.length);
    const last = Uint32Array.of(batch.length - 1);
    [found] = context._ctx.addToBatch(sequence, lengths[sequence], batch, last);
    await context._ctx.decodeBatch();
    lengths[sequence] += batch.length;
  }
  return found;
}

/** Reads `ids` as one batch behind the first `before` tokens, and forgets what stood there. Rows of logits from `from` on. */
async function read(reader, ids, before, from) {
  reader.removeTokenCellsFromSequence(0, before, -1);
  reader.initBatch(ids.length);
  const asked = Uint32Array.from({ length: ids.length - from }, (_, it) => from + it);
  const rows = reader.addToBatch(0, before, Uint32Array.from(ids), asked);
  await reader.decodeBatch();
  return rows;
}

process.stdout.write(`${JSON.stringify({ ready: "llama.cpp, node-llama-cpp" })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { command, ...asked } = JSON.parse(line);
    answer = await commands[command](asked);
  } catch (problem) {
    answer = { error: String(problem?.message ?? problem) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
