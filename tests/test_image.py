"""The image's steps, run where there is no container engine: each of the Dockerfile, in a root made by debootstrap.

Debian 12 with its own Python stands for the base image, and wheels that this machine has fetched for the network.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
DOCKERFILE = PROJECT / "deploy/docker/Dockerfile"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # as engines set it
BASE = PROJECT / "build/debian-12"
"""Kept from run to run, as the base image would be."""
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
NOT_RUN = {"VOLUME", "STOPSIGNAL"}
"""What only an engine knows; docs/deployment.md says so."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("debootstrap") is None or os.geteuid() != 0, reason="needs debootstrap, and root"),
]


@dataclass
class Image:
    """A root, and how what is in it is started."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    directory: str = "/"
    user: str = "0:0"
    start: list[str] = field(default_factory=list)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        script = f'cd "{self.directory}" && exec "$@"'
        return subprocess.run(
            [CHROOT, f"--userspec={self.user}", str(self.root), "sh", "-c", script, "sh", *command],
            env=self.environment | environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


def base() -> Path:
    if not (BASE / "usr").is_dir():
        making = BASE.with_name("debian-12.part")
        shutil.rmtree(making, ignore_errors=True)
        # Fetched and unpacked; to configure what is unpacked would take a minute, and no step of ours needs it.
        options = ["--foreign", "--variant=minbase", "--include=python3,python3-venv"]
        made = subprocess.run(["debootstrap", *options, "bookworm", str(making)], capture_output=True, check=False)
        if made.returncode:
            pytest.skip(f"no Debian can be had here: {made.stdout.decode(errors='replace')[-300:]}")
        for package in (making / "var/cache/apt/archives").glob("*.deb"):
            unpack = 'dpkg-deb --fsys-tarfile "$0" | tar --extract --keep-directory-symlink --directory "$1"'
            subprocess.run(["sh", "-c", unpack, str(package), str(making)], check=True)
            package.unlink()
        for name in ("passwd", "group"):
            shutil.copy(making / "usr/share/base-passwd" / f"{name}.master", making / "etc" / name)
        (making / "usr/local/bin").mkdir(parents=True, exist_ok=True)
        (making / "usr/local/bin/python").symlink_to("/usr/bin/python3")  # as the base image calls it
        making.rename(BASE)
    return BASE


def wheels() -> Path:
    """Fetch what requirements.txt pins, as pip is set up here, for the Python of Debian 12."""
    directory = PROJECT / "build/wheels"
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--python-version", "3.11"]
    subprocess.run([*command, *options, "-r", "requirements.txt", "-d", str(directory)], cwd=PROJECT, check=True)
    return directory


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each with its arguments in one line."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines if line.strip())]


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    directory = tmp_path_factory.mktemp("image")
    found, stages = wheels(), {}
    image = None
    for number, (word, rest) in enumerate(steps()):
        if word == "FROM":
            image = Image(directory / str(number))
            subprocess.run(["cp", "-a", str(base()), str(image.root)], check=True)
            stages[rest.partition(" AS ")[2]] = image
            continue
        assert image is not None
        match word:
            case "COPY":
                copy(image, rest, stages)
            case "RUN":
                shutil.copytree(found, image.root / "wheels", copy_function=os.link)
                ended = image.run("sh", "-c", rest, PIP_NO_INDEX="1", PIP_FIND_LINKS="/wheels")
                assert ended.returncode == 0, f"{rest}: {ended.stdout}{ended.stderr}"
                shutil.rmtree(image.root / "wheels")
            case "ENV":
                for each in shlex.split(rest):
                    name, _, value = each.partition("=")
                    image.environment[name] = value.replace("$PATH", image.environment["PATH"])
            case "WORKDIR":
                image.directory = rest
                (image.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "USER":
                image.user = rest
            case "ENTRYPOINT":
                image.start = re.findall('"([^"]+)"', rest)
            case "CMD":
                assert re.findall('"([^"]+)"', rest) == ["crawl", "kankanews"]
            case _:
                assert word in NOT_RUN, f"{word}: no step that this test knows"
    return image


def copy(image: Image, rest: str, stages: dict[str, Image]) -> None:
    *sources, target = rest.split()
    from_stage = stages[sources.pop(0).removeprefix("--from=")] if sources[0].startswith("--from=") else None
    to = image.root / image.directory.lstrip("/") / target.lstrip("/") if target.startswith(".") else (
        image.root / target.lstrip("/"))  # fmt: skip
    for source in sources:
        origin = PROJECT / source if from_stage is None else from_stage.root / source.lstrip("/")
        if origin.is_dir():
            ignored = shutil.ignore_patterns("__pycache__") if from_stage is None else None
            shutil.copytree(origin, to, symlinks=True, ignore=ignored, dirs_exist_ok=True)
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy(origin, to)


def test_user_of_the_image_crawls_and_verifies_and_writes_only_where_it_may(image):
    assert image.user == "10001:10001"
    crawled = image.run(*image.start, "demo", "--articles", "3")

    assert crawled.returncode == 0, crawled.stderr
    assert "Done: 3 articles from " in crawled.stdout
    verified = image.run(*image.start, "verify", "demo")
    assert verified.stdout.endswith("no faults, no warnings\n"), verified.stderr
    owned = subprocess.run(["find", str(image.root), "-user", "10001"], capture_output=True, text=True, check=True)
    places = {"/" + Path(each).relative_to(image.root).parts[0] for each in owned.stdout.split()}
    assert places <= {"/archives", "/tmp", "/proc"}


def test_every_module_in_the_image_is_compiled(image):
    (package,) = image.root.glob("app/.venv/lib/python3*/site-packages/newsspider")
    modules = [path for path in package.rglob("*.py") if "locale" not in path.parts]

    assert len(modules) > 100
    assert [path for path in modules if not list(path.parent.glob(f"__pycache__/{path.stem}.*.pyc"))] == []


def test_source_is_not_in_the_image(image):
    assert sorted(path.name for path in (image.root / "app").iterdir()) == [".venv"]
