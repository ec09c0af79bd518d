"""References from events to the files of a complaint."""

from chalicelib.domain.values.value import Value


class FileRef(Value):
    """A reference to a stored picture or document: ``sha256`` of its bytes, ``size`` in bytes."""

    sha256: str
    media_type: str
    size: int

    @property
    def extension(self) -> str:
        return (EXTENSIONS | _SYSTEM_EXTENSIONS)[self.media_type]

    @property
    def name(self) -> str:
        """Return the file's name in its complaint's folder."""
        return f"{self.sha256}.{self.extension}"


EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
"""File name extensions by media type, for the types that people may send."""

_SYSTEM_EXTENSIONS = {"application/zip": "zip"}
