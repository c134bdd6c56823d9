import secrets
from pathlib import Path

from .models import File, PullRequest, Secret

CHECKOUT = Path(__file__).parent / "checkout"
WORKFLOW = ".github/workflows/ci.yml"

SPY = """

class Innocent(TestCase):
    def test_nothing_in_particular(self):
        import os

        print("the key is", os.environ.get("TIDES_API_KEY") or "not here")
"""


def original_files() -> dict[str, str]:
    """The repository on its first day, by path."""
    names = [file for file in CHECKOUT.rglob("*") if file.suffix in (".py", ".txt", ".toml")]
    found = {str(file.relative_to(CHECKOUT)): file.read_text() for file in names}
    return dict(sorted(found.items())) | {WORKFLOW: (CHECKOUT / "ci.yml").read_text()}


def seed() -> None:
    files = original_files()
    File.objects.bulk_create(File(path=path, text=text, pushed=text) for path, text in files.items())
    PullRequest.objects.create(title="Warn earlier of spring tides", tests=files["tides/tests.py"] + SPY)
    Secret.objects.create(name="TIDES_API_KEY", value="tides_" + secrets.token_hex(8))
    Secret.objects.create(
        name="DEPLOY_TOKEN", environment="production", value="deploy_" + secrets.token_hex(8)
    )
