"""How files that people send are read: one small file a request, in memory.

Every form of the site is read by this, so that nobody fills a disk or the memory by
sending files to a page that wants none. What is too large is read and thrown away: the
page can say so in a sentence, where a closed connection would say nothing.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from buttons.models.picture import MOST_SOURCE_BYTES

# What is not even read to be thrown away.
MOST_READ_BYTES = 20 * MOST_SOURCE_BYTES


class SmallFiles(FileUploadHandler):
    """Keeps at most `MOST_SOURCE_BYTES` of all files of a request together; a file that
    does not fit is empty, and `size` says how large it was."""

    kept = 0

    def handle_raw_input(
        self, _data: Any, _meta: Any, content_length: int, *_boundary: Any
    ) -> None:
        if content_length > MOST_READ_BYTES:
            raise RequestDataTooBig("The request is too large.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.body: BytesIO | None = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> None:
        if self.body is None:
            return
        if self.kept + len(raw_data) > MOST_SOURCE_BYTES:
            self.kept -= self.body.tell()
            self.body = None
            return
        self.kept += len(raw_data)
        self.body.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        body = self.body or BytesIO()
        body.seek(0)
        return InMemoryUploadedFile(
            file=body,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
