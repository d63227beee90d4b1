package dev.perennial.cli.conformance;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Describes file errors, whose exceptions often have only the name of the file as message. */
final class FileErrors {
  private FileErrors() {}

  static String message(IOException e) {
    if (e instanceof NoSuchFileException) {
      return e.getMessage() + " does not exist";
    } else if (e instanceof AccessDeniedException) {
      return e.getMessage() + ": permission denied";
    }
    return e instanceof FileAlreadyExistsException
        ? e.getMessage() + " exists and is not a folder"
        : String.valueOf(e.getMessage());
  }
}
