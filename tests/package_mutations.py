"""What can happen to a package, by chance or on purpose: each function changes one, and names the file in it.

The list of them is published in ``docs/proof.md`` under the same names, with the kinds of fault that each is.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsspider.packages.signature import new_private_key, public_key, sign

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE_MUTATIONS: dict[str, Callable[[Packed], str]] = {}
LIST, DIGEST = "datapackage.json", "datapackage-digest.json"


@dataclass
class Packed:
    """A signed package that may be changed; *other* is another one, signed by the same key."""

    path: Path
    other: Path

    def members(self, path: Path | None = None) -> dict[str, bytes]:
        with zipfile.ZipFile(path or self.path) as package:
            return {name: package.read(name) for name in package.namelist()}

    def find(self, part_of_name: str) -> str:
        return next(name for name in self.members() if part_of_name in name)

    def write(self, members: dict[str, bytes], *more: tuple[str, bytes]) -> None:
        """Write a sound zip file."""
        with zipfile.ZipFile(self.path, "w") as package:
            for name, data in (*members.items(), *more):
                package.writestr(name, data)

    def change(self, name: str, change: Callable[[bytes], bytes], *, seal: bool = False) -> str:
        """Change what a file holds, in a sound zip; *seal*: and make the list and its digest right."""
        members = self.members()
        changed = change(members[name])
        assert changed != members[name]
        members[name] = changed
        self.write(sealed(members) if seal else members)
        return name

    def change_json(self, name: str, change: Callable[[dict[str, Any]], Any], *, seal: bool = False) -> str:
        def changed(data: bytes) -> bytes:
            said = json.loads(data)
            change(said)
            return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"

        return self.change(name, changed, seal=seal)

    def drop(self, name: str, *, seal: bool = False) -> str:
        members = self.members()
        del members[name]
        self.write(sealed(members) if seal else members)
        return name

    def flip(self, name: str) -> str:
        """Flip a bit in the middle of what the zip has of a file."""
        start, size = self.span(name)
        data = bytearray(self.path.read_bytes())
        data[start + size // 2] ^= 1
        self.path.write_bytes(data)
        return name

    def span(self, name: str) -> tuple[int, int]:
        """Where a file lies in the zip, as it is stored there."""
        with zipfile.ZipFile(self.path) as package:
            member = package.getinfo(name)
        header = self.path.read_bytes()[member.header_offset : member.header_offset + 30]
        names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        return member.header_offset + 30 + names, member.compress_size


def sealed(members: dict[str, bytes]) -> dict[str, bytes]:
    """Make the list say what the files are now, and the digest what the list is; the signature stays."""
    said = json.loads(members[LIST])
    said["resources"] = [each for each in said["resources"] if each["path"] in members]
    listed = {each["path"] for each in said["resources"]} | {LIST, DIGEST}
    said["resources"] += [{"name": "new", "path": name} for name in members if name not in listed]
    for each in said["resources"]:
        data = members[each["path"]]
        each.update(bytes=len(data), hash=f"sha256:{hashlib.sha256(data).hexdigest()}")
    data = json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"
    digest = {**json.loads(members[DIGEST]), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    return {**members, LIST: data, DIGEST: json.dumps(digest).encode()}


def mutation(function: Callable[[Packed], str]) -> Callable[[Packed], str]:
    """Enter a function in the list under its name in words."""
    PACKAGE_MUTATIONS[function.__name__.replace("_", " ")] = function
    return function


def other_letter(text: str, at: int = 20) -> str:
    """Change one letter into another, of hex in either case as of base64."""
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def first_title(line: bytes) -> bytes:
    record = json.loads(line.splitlines()[0])
    return line.replace(record["title"].encode(), record["title"][:-1].encode() + "假".encode(), 1)


# ------------------------------------------------------------------------------------------------------ bits


@mutation
def a_bit_of_a_packed_warc_file(packed: Packed) -> str:
    return packed.flip(packed.find(".warc.gz"))


@mutation
def a_bit_of_a_packed_index(packed: Packed) -> str:
    return packed.flip("indexes/index.cdx.gz")


@mutation
def a_bit_of_what_leads_into_the_packed_index(packed: Packed) -> str:
    return packed.flip("indexes/index.idx")


@mutation
def a_bit_of_the_list_of_pages(packed: Packed) -> str:
    return packed.flip("pages/pages.jsonl")


@mutation
def a_bit_of_a_packed_part(packed: Packed) -> str:
    return packed.flip(packed.find("-part-"))


@mutation
def a_bit_of_a_packed_manifest(packed: Packed) -> str:
    return packed.flip(packed.find("runs/"))


@mutation
def a_bit_of_the_list_of_files(packed: Packed) -> str:
    return packed.flip(LIST)


@mutation
def a_bit_of_the_digest_of_the_list(packed: Packed) -> str:
    return packed.flip(DIGEST)


# ------------------------------------------------------------------------------------------------------ files


@mutation
def a_text_in_the_list_of_pages(packed: Packed) -> str:
    return packed.change("pages/pages.jsonl", lambda data: data.replace("居民".encode(), "官员".encode(), 1))


@mutation
def a_text_in_the_list_of_pages_with_the_digests_made_right(packed: Packed) -> str:
    packed.change("pages/pages.jsonl", lambda data: data.replace("居民".encode(), "官员".encode(), 1), seal=True)
    return DIGEST


@mutation
def a_title_in_a_packed_record(packed: Packed) -> str:
    return packed.change(packed.find("-part-"), first_title)


@mutation
def a_title_in_a_packed_record_with_the_digests_made_right(packed: Packed) -> str:
    return packed.change(packed.find("-part-"), first_title, seal=True)


@mutation
def a_count_in_a_packed_manifest_with_the_digests_made_right(packed: Packed) -> str:
    def change(manifest: dict[str, Any]) -> None:
        manifest["warcs"][0]["records"] += 1

    run = packed.find("runs/")
    packed.change_json(run, change, seal=True)
    return f"archive/{json.loads(packed.members()[run])['warcs'][0]['name']}"


@mutation
def a_packed_index_line_dropped_with_the_digests_made_right(packed: Packed) -> str:
    def change(data: bytes) -> bytes:
        return gzip.compress(b"".join(gzip.decompress(data).splitlines(keepends=True)[1:]))

    return packed.change("indexes/index.cdx.gz", change, seal=True)


@mutation
def a_packed_warc_file_dropped(packed: Packed) -> str:
    return packed.drop(packed.find(".warc.gz"))


@mutation
def a_packed_warc_file_dropped_with_the_digests_made_right(packed: Packed) -> str:
    return packed.drop(packed.find(".warc.gz"), seal=True)


@mutation
def a_packed_part_dropped(packed: Packed) -> str:
    return packed.drop(packed.find("-part-"))


@mutation
def a_packed_part_dropped_with_the_digests_made_right(packed: Packed) -> str:
    return packed.drop(packed.find("-part-"), seal=True)


@mutation
def every_packed_warc_file_dropped_with_the_digests_made_right(packed: Packed) -> str:
    packed.write(sealed({name: data for name, data in packed.members().items() if not name.startswith("archive/")}))
    return "archive"


@mutation
def a_packed_index_cut_short_with_the_digests_made_right(packed: Packed) -> str:
    return packed.change("indexes/index.cdx.gz", lambda data: data[:-9], seal=True)


@mutation
def an_older_packed_manifest_with_the_digests_made_right(packed: Packed) -> str:
    return packed.change_json(packed.find("runs/"), lambda run: run["counts"].update(articles=1), seal=True)


@mutation
def an_arc_file_put_beside_the_archive_in_a_package_with_the_digests_made_right(packed: Packed) -> str:
    arc = b"filedesc://old.arc 0.0.0.0 20140216012908 text/plain 0\n\n"
    packed.write(sealed({**packed.members(), "elsewhere/old.arc": arc}))
    return "elsewhere/old.arc"


@mutation
def a_package_taken_away_while_it_is_verified(packed: Packed) -> str:
    packed.path.unlink()
    return ""


@mutation
def the_list_of_pages_dropped(packed: Packed) -> str:
    return packed.drop("pages/pages.jsonl")


@mutation
def two_packed_parts_under_each_others_name(packed: Packed) -> str:
    members = packed.members()
    first, second = [name for name in members if "-part-" in name][:2]
    members[first], members[second] = members[second], members[first]
    packed.write(members)
    return first


@mutation
def a_file_put_into_a_package(packed: Packed) -> str:
    packed.write(packed.members(), ("items/more.jsonl", b"{}\n"))
    return "items/more.jsonl"


@mutation
def a_file_twice_in_a_package(packed: Packed) -> str:
    import warnings

    with warnings.catch_warnings(action="ignore"):  # zipfile says that no honest tool does this
        packed.write(packed.members(), ("pages/pages.jsonl", b"{}\n"))
    return ""


@mutation
def a_package_cut_off(packed: Packed) -> str:
    data = packed.path.read_bytes()
    packed.path.write_bytes(data[: len(data) * 2 // 3])
    return ""


# ------------------------------------------------------------------------------------------------------ the list


@mutation
def a_letter_of_a_digest_in_the_list(packed: Packed) -> str:
    def change(said: dict[str, Any]) -> None:
        said["resources"][0]["hash"] = other_letter(said["resources"][0]["hash"]).lower()

    return packed.change_json(LIST, change)


@mutation
def a_size_in_the_list(packed: Packed) -> str:
    def change(said: dict[str, Any]) -> None:
        said["resources"][0]["bytes"] += 1

    return packed.change_json(LIST, change)


@mutation
def two_digests_in_the_list_swapped(packed: Packed) -> str:
    def change(said: dict[str, Any]) -> None:
        first, second = said["resources"][:2]
        first["hash"], second["hash"] = second["hash"], first["hash"]

    return packed.change_json(LIST, change)


@mutation
def a_file_no_longer_listed(packed: Packed) -> str:
    return packed.change_json(LIST, lambda said: said["resources"].pop())


@mutation
def the_time_of_packing_in_the_list(packed: Packed) -> str:
    return packed.change_json(LIST, lambda said: said.update(created="2020-01-01T00:00:00Z"))


@mutation
def a_brace_of_the_list(packed: Packed) -> str:
    return packed.change(LIST, lambda data: data.rstrip().removesuffix(b"}"))


@mutation
def a_word_in_place_of_what_is_listed(packed: Packed) -> str:
    return packed.change_json(LIST, lambda said: said.update(resources="all"))


@mutation
def a_file_listed_twice(packed: Packed) -> str:
    return packed.change_json(LIST, lambda said: said["resources"].append(said["resources"][0]))


@mutation
def a_digest_of_an_unknown_algorithm_in_the_list(packed: Packed) -> str:
    return packed.change_json(LIST, lambda said: said["resources"][0].update(hash="blake9:00"))


@mutation
def a_digest_of_the_list_of_an_unknown_algorithm(packed: Packed) -> str:
    return packed.change_json(DIGEST, lambda said: said.update(hash="blake9:00"))


@mutation
def the_list_of_another_package(packed: Packed) -> str:
    return packed.change(LIST, lambda _: packed.members(packed.other)[LIST])


@mutation
def the_list_and_digest_of_another_package(packed: Packed) -> str:
    others = packed.members(packed.other)
    packed.write({**packed.members(), LIST: others[LIST], DIGEST: others[DIGEST]})
    return "pages/pages.jsonl"


@mutation
def the_list_removed(packed: Packed) -> str:
    return packed.drop(LIST)


# ------------------------------------------------------------------------------------------------------ the signature


def signed_data(packed: Packed, **changes: str | None) -> str:
    def change(said: dict[str, Any]) -> None:
        signed = {**said["signedData"], **changes}
        said["signedData"] = {name: value for name, value in signed.items() if value is not None}

    return packed.change_json(DIGEST, change)


def signature_of(packed: Packed, path: Path | None = None) -> dict[str, str]:
    signed: dict[str, str] = json.loads(packed.members(path)[DIGEST])["signedData"]
    return signed


@mutation
def a_letter_of_the_digest_of_the_list(packed: Packed) -> str:
    return packed.change_json(DIGEST, lambda said: said.update(hash=other_letter(said["hash"]).lower()))


@mutation
def a_letter_of_what_was_signed(packed: Packed) -> str:
    return signed_data(packed, hash=other_letter(signature_of(packed)["hash"]).lower())


@mutation
def a_letter_of_a_signature(packed: Packed) -> str:
    return signed_data(packed, signature=other_letter(signature_of(packed)["signature"]))


@mutation
def a_signature_cut_short(packed: Packed) -> str:
    return signed_data(packed, signature=signature_of(packed)["signature"][:-4])


@mutation
def a_letter_of_a_public_key(packed: Packed) -> str:
    return signed_data(packed, publicKey=other_letter(signature_of(packed)["publicKey"], at=-20))


@mutation
def the_time_beside_a_signature(packed: Packed) -> str:
    return signed_data(packed, created="2020-01-01T00:00:00Z")


@mutation
def the_software_beside_a_signature(packed: Packed) -> str:
    return signed_data(packed, software="somebody else's 1.0")


@mutation
def a_signature_of_another_package(packed: Packed) -> str:
    return signed_data(packed, signature=signature_of(packed, packed.other)["signature"])


@mutation
def the_public_key_of_somebody_else(packed: Packed) -> str:
    return signed_data(packed, publicKey=public_key(new_private_key()))


@mutation
def a_signature_of_an_unknown_kind(packed: Packed) -> str:
    return signed_data(packed, publicKey=None)


@mutation
def a_signature_by_a_certificate(packed: Packed) -> str:
    return signed_data(packed, publicKey=None, domain="example.org", domainCert="-----BEGIN CERTIFICATE-----")


@mutation
def a_number_for_a_signature(packed: Packed) -> str:
    zero = base64.b64encode(bytes(96)).decode()
    return signed_data(packed, signature=zero)


@mutation
def signed_by_somebody_else(packed: Packed) -> str:
    key, digest = new_private_key(), signature_of(packed)["hash"]
    signed_data(packed, signature=sign(key, digest), publicKey=public_key(key))
    return ""


@mutation
def the_signature_removed(packed: Packed) -> str:
    packed.change_json(DIGEST, lambda said: said.pop("signedData"))
    return ""


@mutation
def the_digest_and_signature_removed(packed: Packed) -> str:
    return packed.drop(DIGEST)


@mutation
def the_digest_removed_from_a_package_of_another_tool(packed: Packed) -> str:
    """The standard says that there should be one, and not that there must."""
    packed.change_json(LIST, lambda said: said.update(software="py-wacz 0.6"))
    return packed.drop(DIGEST)


MEANWHILE = {"a package taken away while it is verified"}
"""What happens when verification has found the package, and not opened it yet."""
