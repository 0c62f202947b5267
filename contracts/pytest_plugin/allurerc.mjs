// Written beside the Allure results of a run; builds their report, with the history of runs, into the directory above:
//   npx --yes allure@3 generate --config DIR/allure-results/allurerc.mjs DIR/allure-results
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const results = dirname(fileURLToPath(import.meta.url));
const categories = resolve(results, "categories.json");
const history = resolve(results, "../allure-history.jsonl");
const age = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

export default {
  name: "pytorchjob-contract",
  output: resolve(results, "../allure-report"),
  historyPath: history,
  // Building a report twice adds one run to the history: the suite writes the categories at the end of each run.
  appendHistory: age(history) < age(categories),
  historyLimit: 100,
  // Allure 3 needs the categories here; Allure 2 reads the file itself.
  categories: existsSync(categories) ? JSON.parse(readFileSync(categories, "utf8")) : [],
  plugins: {
    awesome: {
      options: {
        reportName: "pytorchjob-contract",
        reportLanguage: "en",
        // A page of many files loads none of them from file:// or out of a downloaded artefact.
        singleFile: process.env.ALLURE_SINGLE_FILE !== "0",
        groupBy: ["epic", "feature", "story"],
      },
    },
  },
};
