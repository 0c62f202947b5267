// Configuration of the Allure 3 report of a run. ALLURE_REPORTS names the report directory.
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";

const reports = resolve(process.env.ALLURE_REPORTS ?? "reports");
const categories = resolve(reports, "allure-results/categories.json");
const history = resolve(reports, "allure-history.jsonl");
const age = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

export default {
  name: "pytorchjob-contract",
  output: resolve(reports, "allure-report"),
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
