"""deploy/: what runs the crawl on a schedule is well-formed, hardened, and understands its exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.patience import HUNG
from tests.warcs import manifests

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"

BAD_CODES = [1, 2, 3, 4, 5, 6]
TRY_LATER = 75


def told_by_the_readme() -> set[int]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"`scrapy crawl` ends with (.*?)\n\n|$", readme, re.DOTALL)[:1]
    return {int(code) for code in re.findall(r"(?:^|· )\s*(\d+)\s", sentence)}


def test_the_exit_codes_wired_up_here_are_those_of_the_crawl():
    assert told_by_the_readme() == {0, *BAD_CODES, TRY_LATER}


# -- systemd ----------------------------------------------------------------------------------------------------------

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze (systemd)")
SERVICES = ["newsspider@.service", "newsspider-failed@.service"]


@pytest.fixture
def installed(tmp_path):
    """The units, with an installation where they look for it."""
    scrapy = tmp_path / "opt/newsspider/.venv/bin/scrapy"
    scrapy.parent.mkdir(parents=True)
    scrapy.write_text("#!/bin/sh\n", encoding="utf-8")
    scrapy.chmod(0o755)
    units = tmp_path / "units"
    units.mkdir()
    for unit in (DEPLOY / "systemd").glob("*@.*"):
        text = unit.read_text(encoding="utf-8").replace("=/opt/newsspider", f"={tmp_path}/opt/newsspider")
        (units / unit.name).write_text(text, encoding="utf-8")
    return units


@needs_systemd
@pytest.mark.parametrize("unit", ["newsspider@kankanews.service", "newsspider@kankanews.timer"])
def test_systemd_finds_nothing_wrong_with_the_units(unit, installed):
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(installed / unit)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{installed}:"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("service", SERVICES)
def test_systemd_judges_the_services_well_hardened(service):
    """Its scale goes from 0 (safe) to 10 (unsafe); a service as most are written has 9.6."""
    subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(DEPLOY / "systemd" / service)],
        check=True,
        capture_output=True,
    )


@needs_systemd
def test_the_timer_ticks_every_hour_at_an_odd_minute():
    timer = (DEPLOY / "systemd/newsspider@.timer").read_text(encoding="utf-8")
    (calendar,) = re.findall(r"^OnCalendar=(.*)$", timer, re.MULTILINE)
    told = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=3", calendar],
        env={**os.environ, "TZ": "UTC"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    hours, minutes = zip(*re.findall(r"\d{4}-\d\d-\d\d (\d\d):(\d\d):00", told), strict=True)
    assert set(minutes) == {"17"}
    assert len(set(hours)) == 3


def test_the_service_knows_the_exit_code_that_means_try_later():
    service = (DEPLOY / "systemd/newsspider@.service").read_text(encoding="utf-8")

    assert re.findall(r"^SuccessExitStatus=(.*)$", service, re.MULTILINE) == [str(TRY_LATER)]
    assert re.findall(r"^OnFailure=(.*)$", service, re.MULTILINE) == ["newsspider-failed@%i.service"]


def test_no_service_forbids_the_memory_that_tls_needs():
    """With it no https page is ever fetched: cffi makes the callbacks of pyOpenSSL in such memory."""
    for service in SERVICES[:1]:
        text = (DEPLOY / "systemd" / service).read_text(encoding="utf-8")
        assert re.findall(r"^MemoryDenyWriteExecute=", text, re.MULTILINE) == []


# -- cron -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def cron_job(tmp_path):
    """Run the crontab's command as cron does, with a crawl that ends with a given code; return what cron would see."""
    (line,) = [
        line
        for line in (DEPLOY / "cron/newsspider.crontab").read_text(encoding="utf-8").splitlines()
        if re.match(r"[\d*]", line)
    ]
    *_, command = line.split(None, 6)
    scrapy = tmp_path / "opt/newsspider/.venv/bin/scrapy"
    scrapy.parent.mkdir(parents=True)
    (tmp_path / "var/lib/newsspider").mkdir(parents=True)
    command = command.replace("/opt/", f"{tmp_path}/opt/").replace("/var/", f"{tmp_path}/var/")

    def run(script: str) -> subprocess.Popen[str]:
        scrapy.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        scrapy.chmod(0o755)
        return subprocess.Popen(
            ["/bin/sh", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    return run


needs_flock = pytest.mark.skipif(shutil.which("flock") is None, reason="needs flock (util-linux)")


@needs_flock
@pytest.mark.parametrize("code", [TRY_LATER, *BAD_CODES])
def test_cron_mails_why_a_crawl_failed_and_not_that_it_is_tried_again(code, cron_job):
    job = cron_job(f'test "$*" = "crawl kankanews" || exit 99; echo "scrapy crawl: why" >&2; exit {code}')
    printed, _ = job.communicate(timeout=HUNG)

    assert (job.returncode, printed) == ((0, "") if code == TRY_LATER else (code, "scrapy crawl: why\n"))


@needs_flock
def test_cron_mails_nothing_of_a_good_run(cron_job):
    job = cron_job("exit 0")

    assert (job.communicate(timeout=HUNG)[0], job.returncode) == ("", 0)


@needs_flock
def test_cron_says_nothing_when_the_last_run_still_goes_on(cron_job, tmp_path):
    started = tmp_path / "started"
    first = cron_job(f"touch {started}; sleep 60")
    while not started.exists():
        time.sleep(0.01)
    second = cron_job("echo must not start; exit 1")
    printed, _ = second.communicate(timeout=HUNG)
    subprocess.run(["pkill", "--signal", str(int(signal.SIGKILL)), "--session", str(first.pid)], check=True)
    first.communicate(timeout=HUNG)

    assert (second.returncode, printed) == (0, "")


# -- containers -------------------------------------------------------------------------------------------------------


def test_kubernetes_accepts_the_cron_job_and_every_exit_code_has_an_answer():
    kubernetes_validate = pytest.importorskip(
        "kubernetes_validate", reason="needs deploy/requirements-check.txt", exc_type=ImportError
    )
    import yaml

    documents = list(yaml.safe_load_all((DEPLOY / "kubernetes/cronjob.yaml").read_text(encoding="utf-8")))
    for document in documents:
        kubernetes_validate.validate(document, "1.37", strict=True)

    job = documents[-1]["spec"]["jobTemplate"]["spec"]
    by_code = [rule for rule in job["podFailurePolicy"]["rules"] if "onExitCodes" in rule]
    answers = [(rule["action"], rule["onExitCodes"]["values"]) for rule in by_code]
    assert answers == [("Ignore", [TRY_LATER]), ("FailJob", BAD_CODES)]
    (container,) = job["template"]["spec"]["containers"]
    assert {rule["onExitCodes"]["containerName"] for rule in by_code} == {container["name"]}


def test_kubernetes_accepts_the_indexed_job_and_each_pod_has_a_shard():
    kubernetes_validate = pytest.importorskip(
        "kubernetes_validate", reason="needs deploy/requirements-check.txt", exc_type=ImportError
    )
    import yaml

    document = yaml.safe_load((DEPLOY / "kubernetes/shards.yaml").read_text(encoding="utf-8"))
    kubernetes_validate.validate(document, "1.37", strict=True)

    job = document["spec"]["jobTemplate"]["spec"]
    by_code = [rule for rule in job["podFailurePolicy"]["rules"] if "onExitCodes" in rule]
    answers = [(rule["action"], rule["onExitCodes"]["values"]) for rule in by_code]
    assert answers == [("Ignore", [TRY_LATER]), ("FailIndex", BAD_CODES)]
    (container,) = job["template"]["spec"]["containers"]
    assert {rule["onExitCodes"]["containerName"] for rule in by_code} == {container["name"]}
    values = {each["name"]: each.get("value") for each in container["env"]}
    assert (job["completionMode"], str(job["completions"])) == ("Indexed", values["SHARDS"])
    assert values.keys() >= set(re.findall(r"\$\((\w+)\)", " ".join(container["args"])))


def test_the_compose_file_is_valid_and_its_build_context_is_the_project():
    compose_spec = pytest.importorskip(
        "compose_spec", reason="needs deploy/requirements-check.txt", exc_type=ImportError
    )
    path = DEPLOY / "docker/compose.yaml"
    compose = compose_spec.PyCompose.from_yaml(path.read_text(encoding="utf-8"))
    compose.validate()

    build = compose.to_dict()["services"]["crawl"]["build"]
    context = (path.parent / build["context"]).resolve()
    assert context == ROOT
    assert (context / build["dockerfile"]).is_file()


@pytest.mark.parametrize("name", ["Dockerfile", "store.Dockerfile"])
def test_hadolint_finds_nothing_wrong_with_a_dockerfile(name):
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("needs deploy/requirements-check.txt")
    ended = subprocess.run([hadolint, str(DEPLOY / "docker" / name)], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")


def test_what_the_dockerfile_copies_is_there_and_let_through_by_its_ignore_file():
    dockerfile = (DEPLOY / "docker/Dockerfile").read_text(encoding="utf-8")
    copied = [
        source
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
        for source in sources.split()
    ]
    ignore = (DEPLOY / "docker/Dockerfile.dockerignore").read_text(encoding="utf-8").split()

    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert sorted(f"!{source.removeprefix('./')}" for source in copied) == sorted(
        line for line in ignore if line.startswith("!")
    )


# -- scrapyd ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def scrapyd(tmp_path, demo_site):
    """A real scrapyd on a free port of loopback, in this project; its address."""
    with socket.socket() as free:  # it cannot choose one itself
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "scrapyd"
    config.mkdir()
    (config / "scrapyd.conf").write_text(
        f"[scrapyd]\nbind_address = 127.0.0.1\nhttp_port = {port}\npoll_interval = 0.2\n"
        f"logs_dir = {config}/logs\neggs_dir = {config}/eggs\ndbs_dir = {config}/dbs\n",
        encoding="utf-8",
    )
    shutil.copy(ROOT / "scrapy.cfg", config)
    environment = {
        **os.environ,
        "NEWSSPIDER_ARCHIVE_DIR": str(tmp_path / "archives"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    command = [sys.executable, "-W", "ignore", "-m", "scrapyd"]
    with subprocess.Popen(
        command, cwd=config, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        try:
            for line in server.stdout:
                if f"starting on {port}" in line:
                    yield f"http://127.0.0.1:{port}"
                    break
            else:
                pytest.fail("scrapyd ended before it listened")
        finally:
            server.terminate()


def ask(service: str, /, **data: str | list[str]) -> dict:
    body = urllib.parse.urlencode(data, doseq=True).encode() if data else None
    with urllib.request.urlopen(service, body, timeout=HUNG) as answer:
        return json.load(answer)


def test_scrapyd_runs_the_crawl_and_the_run_bears_the_name_of_its_job(scrapyd, demo_site, tmp_path):
    assert ask(f"{scrapyd}/listspiders.json?project=default")["spiders"].count("kankanews") == 1
    story = demo_site.site.expected()[0]
    job = ask(
        f"{scrapyd}/schedule.json",
        project="default",
        spider="kankanews",
        url=story.url,
        setting=[f"CONNECT_TO={demo_site.connect_to}", "DOWNLOAD_DELAY=0.01"],
    )
    deadline = time.monotonic() + HUNG
    finished = []
    while not finished and time.monotonic() < deadline:
        time.sleep(0.2)
        finished = ask(f"{scrapyd}/listjobs.json?project=default")["finished"]

    assert [each["id"] for each in finished] == [job["jobid"]]
    (manifest,) = manifests(tmp_path / "archives/kankanews")
    assert manifest["run"].endswith(job["jobid"])
    assert (manifest["exit_code"], manifest["counts"]["articles"]) == (0, 1)
