"""Files that belong to a complaint, as events refer to them."""

from chalicelib.domain.values.value import Value


class FileRef(Value):
    """A stored picture or document; ``sha256`` is of its bytes, ``size`` in bytes."""

    sha256: str
    media_type: str
    size: int

    @property
    def extension(self) -> str:
        """How its name ends."""
        return (EXTENSIONS | _MADE_HERE)[self.media_type]

    @property
    def name(self) -> str:
        """How the file is called in its complaint's folder."""
        return f"{self.sha256}.{self.extension}"


EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
"""The media types people may send, and how their files end."""

_MADE_HERE = {"application/zip": "zip"}
