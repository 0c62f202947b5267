"""Options as tests give them: those of a user of IAM, and a file of options."""

from pathlib import Path

IAM_USER = {"iam_url": "https://iam.example", "iam_user": "u", "iam_domain": "d", "iam_project": "p"}
PASSWORD = {"PYTORCHJOB_CONTRACT_IAM_PASSWORD": "password-0123"}


def in_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "options.yaml"
    path.write_text(text, encoding="utf-8")
    return path
