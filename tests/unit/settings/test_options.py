"""What follows from an option's attributes: who takes it, what excludes it, who may give it to several runs."""

from __future__ import annotations

from pathlib import Path

from contracts.cli.restore import CONNECTION
from contracts.settings.option import Option, Sharing, Topic
from contracts.settings.options import BY_KEY, OPTIONS, RIVALS, SECRETS
from contracts.settings.resolve import resolve


def keys(options: object) -> set[str]:
    assert isinstance(options, tuple)
    return {option.key for option in options if isinstance(option, Option)}


def test_restore_takes_what_it_takes_to_send_something() -> None:
    files = {"ca_file", "client_cert", "client_key", "kubeconfig", "token_file", "access_key_file"}
    more = {"target", "context", "in_cluster", "auth_header", "header", "query", "insecure", "timeout"}
    account = {"iam_url", "iam_user", "iam_domain", "iam_project"}
    assert keys(CONNECTION) == files | more | account


def test_credentials_exclude_each_other() -> None:
    assert [set(group) for group in RIVALS] == [
        {"token_file", "token", "access_key_file", "access_key", "iam_user"},
        {"denied_token_file", "denied_token", "denied_access_key_file", "denied_iam_user"},
    ]


def test_what_all_endpoints_of_a_fleet_may_be_told_holds_no_credential() -> None:
    shared = tuple(option for option in OPTIONS if option.sharing is Sharing.SHARED)
    pace = {"max_rps", "workers", "timeout", "time_budget", "requests", "examples", "seed"}
    assert keys(shared) == pace | {"cases", "spec", "operation", "profile", "waivers", "yes", "require_complete"}
    assert {option.sharing for option in BY_KEY.values() if option.scope is Topic.CREDENTIAL} == {Sharing.OWN}


def test_secrets_are_never_shown() -> None:
    passwords = {"iam_password", "denied_iam_password"}
    assert keys(SECRETS) == passwords | {"token", "denied_token", "access_key", "secret_key", "security_token"}
    settings = resolve({"target": "http://a"}, {"PYTORCHJOB_CONTRACT_TOKEN": "hunter2"})
    assert settings.token == "hunter2"
    assert "hunter2" not in repr(settings)


def test_what_a_run_reads_is_not_what_it_writes() -> None:
    given = {"target": "http://a", "token_file": "t", "waivers": "w", "har": "h", "baseline": "b", "report_dir": "r"}
    assert set(resolve(given, {}).inputs) == {Path("t"), Path("w")}


def test_what_decides_where_a_run_reports_decides_nothing_that_is_judged() -> None:
    output = tuple(option for option in OPTIONS if option.scope is Topic.OUTPUT)
    assert keys(output) == {"report_dir", "baseline", "har", "exchanges", "verdict_only", "plan", "yes"}
