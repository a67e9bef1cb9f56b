"""Guards of what is kept: verdicts, bytes on the disk, seals, hashes and locks."""

from faults.guards.guard import Guard

DURABLE = "orchestration/durable.py"
VERDICT = "orchestration/publish/verdict.py"
SNAPSHOT = "orchestration/publish/snapshot.py"
RESOURCES = "orchestration/resources.py"
ARCHIVE = "orchestration/intake/archive.py"

KEPT = [
    Guard("a failed check passes", VERDICT, "passed=not failed,", "passed=True,", "test_verdict.py"),
    Guard(
        "a check that did not run passes", VERDICT, "sorted(never_ran + refused)", "sorted(refused)", "test_verdict.py"
    ),
    Guard("the verdict is not read", VERDICT, "if not verdict.passed:", "if False:", "test_verdict.py"),
    Guard(
        "the judged files are not hashed again",
        VERDICT,
        "or file_sha256(path) != judged:",
        "or False:",
        "test_verdict.py",
    ),
    Guard("the copy is not hashed", SNAPSHOT, "if file_sha256(incoming) != sha256:", "if False:", "test_verdict.py"),
    Guard(
        "no wait for the bytes",
        DURABLE,
        "    sync(partial)\n    partial.chmod(mode)",
        "    partial.chmod(mode)",
        "test_durable.py",
    ),
    Guard(
        "no wait for the name",
        DURABLE,
        "    partial.replace(path)\n    sync(path.parent)",
        "    partial.replace(path)",
        "test_durable.py",
    ),
    Guard("a file stays writable", DURABLE, "    partial.chmod(mode)\n", "", "test_durable.py"),
    Guard(
        "a seal is not checked", DURABLE, "or checksum != text_sha256(canonical_json(record))", "", "test_archive.py"
    ),
    Guard(
        "rows are not hashed",
        ARCHIVE,
        "if file_sha256(path) != delivery.parquet_sha256:",
        "if False:",
        "test_archive.py",
    ),
    Guard("two runs hold the lock", RESOURCES, "fcntl.LOCK_EX, wait", "fcntl.LOCK_SH, wait", "test_jobs.py"),
    Guard(
        "a file says what it is before its bytes are on the disk",
        DURABLE,
        "    sync(partial)\n    partial.chmod(mode)\n    partial.replace(path)\n",
        "    partial.chmod(mode)\n    partial.replace(path)\n    sync(path)\n",
        "test_durable.py",
    ),
    Guard(
        "what a killed run left stays",
        ARCHIVE,
        '        for left in self.root.glob("*/.*.tmp"):\n            left.unlink()\n',
        "",
        "test_archive.py",
    ),
]
