package dev.perennial.cli.conformance;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** What went wrong with a file, where the exception's own message is the file's name alone. */
final class FileErrors {
  private FileErrors() {}

  static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return e.getMessage() + " is not there";
    } else if (e instanceof AccessDeniedException) {
      return e.getMessage() + " may not be used";
    }
    return e instanceof FileAlreadyExistsException
        ? e.getMessage() + " is there, and is no folder"
        : String.valueOf(e.getMessage());
  }
}
